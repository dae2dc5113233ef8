// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/tables.h"

#include "core/storage/projector.h"

namespace bw::app {

std::string tablesPath(const Places& places, const std::string& mode) {
  return places.dataDir + "/tables/" + mode + ".sqlite";
}

std::shared_ptr<void> keepTables(const journal::FileJournal& journal, const Places& places, const std::string& mode,
                                 std::function<void(const std::string& code, const std::string& text)> say) {
  storage::Projector::Options options;
  options.directory = places.journalDir(mode);
  options.database.path = tablesPath(places, mode);
  options.durable = [&journal] { return journal.durableSequence(); };
  options.say = std::move(say);
  auto projector = std::make_shared<storage::Projector>(std::move(options));
  projector->start();
  return projector;
}

}  // namespace bw::app
