// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/rebuild_command.h"

#include <QCoreApplication>
#include <iostream>

#include "app/compose/tables.h"
#include "core/api/json_writer.h"
#include "core/journal/latch.h"
#include "core/storage/projector.h"

namespace bw::cli {
namespace {

struct Rebuilt {
  std::string mode;
  Result<storage::RebuildResult> result;
};

const char* verdict(const storage::RebuildResult& result) {
  if (result.corrupt) return "the old ones could not be read and were moved aside";
  if (result.oldHash.empty()) return "the old ones ended at another record";
  return result.oldHash == result.hash ? "equal to the old ones" : "the old ones differed";
}

int report(const Arguments& arguments, const std::vector<Rebuilt>& all) {
  bool ok = true;
  api::JsonWriter json;
  json.beginObject().key("tables").beginArray();
  for (const Rebuilt& one : all) {
    ok = ok && one.result.ok();
    json.beginObject().field("mode", one.mode).field("ok", one.result.ok());
    if (one.result) {
      json.field("records", one.result->sequence)
          .field("hash", one.result->hash)
          .field("old_hash", one.result->oldHash)
          .field("old_corrupt", one.result->corrupt);
    } else {
      json.field("error", one.result.error().detail);
    }
    json.endObject();
    if (arguments.json) continue;
    if (one.result)
      std::cout << "ok    " << one.mode << ": tables of " << one.result->sequence << " records, "
                << verdict(*one.result) << "\n";
    else
      std::cout << "WRONG " << one.mode << ": " << one.result.error().detail << "\n";
  }
  json.endArray().field("ok", ok).endObject();
  if (arguments.json) std::cout << json.text() << std::endl;
  return ok ? kDone : kFailed;
}

}  // namespace

int runRebuild(const Arguments& arguments) {
  auto places = app::findPlaces(arguments.profile, arguments.dataDir);
  if (!places) {
    std::cerr << places.error().detail << "\n";
    return kFailed;
  }
  const auto lock = journal::DataLock::take(places->dataDir);
  if (!lock) {
    std::cerr << lock.error().detail << "\n";
    return kFailed;
  }
  // Qt finds its database drivers through the application object.
  int count = 1;
  char name[] = "bellwether-cli";
  char* words[] = {name, nullptr};
  const QCoreApplication application(count, words);
  std::vector<std::string> modes;
  if (arguments.journalMode.empty())
    static_cast<void>(realFileSystem().list(places->dataDir + "/journal", modes));
  else
    modes.push_back(arguments.journalMode);
  std::vector<Rebuilt> all;
  for (const std::string& mode : modes) {
    storage::Database::Options database;
    database.path = app::tablesPath(*places, mode);
    all.push_back({mode, storage::rebuildProjection(places->journalDir(mode), database)});
  }
  if (all.empty()) {
    std::cerr << "there is no journal in " << places->dataDir << "/journal\n";
    return kUnreadable;
  }
  return report(arguments, all);
}

}  // namespace bw::cli
