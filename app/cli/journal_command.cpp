// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/journal_command.h"

#include <iostream>
#include <map>

#include "app/compose/settings.h"
#include "core/api/json_writer.h"
#include "core/journal/disk.h"
#include "core/journal/journal_reader.h"

namespace bw::cli {
namespace {

using journal::JournalInspection;

struct Chain {
  std::string mode;
  std::string directory;
  Result<JournalInspection> found;
  std::string headProblem;  ///< the copy of the head that was to be compared with cannot be used
};

// A copy of the head that somebody else keeps: named on the command line, or the guard's.
std::optional<journal::JournalHead> knownHead(const Arguments& arguments, const app::Places& places,
                                              const std::string& mode, std::string& problem) {
  const bool named = !arguments.headFile.empty();
  const std::string path = named ? arguments.headFile : places.dataDir + "/guard/head-" + mode;
  auto bytes = journal::readFile(path);
  if (!bytes) {
    if (named || bytes.error().userKey != "disk.absent") problem = bytes.error().detail;
    return std::nullopt;
  }
  auto head = journal::decodeHeadFile(*bytes);
  if (!head) problem = path + " is no whole copy of a journal head";
  return head;
}

std::vector<Chain> chainsOf(const Arguments& arguments, const app::Places& places) {
  std::vector<std::string> modes;
  if (arguments.journalMode.empty())
    static_cast<void>(realFileSystem().list(places.dataDir + "/journal", modes));
  else
    modes.push_back(arguments.journalMode);
  std::vector<Chain> chains;
  for (const std::string& mode : modes) {
    Chain chain{mode, places.journalDir(mode), JournalInspection{}, ""};
    const auto known = knownHead(arguments, places, mode, chain.headProblem);
    chain.found = journal::inspectJournal(chain.directory, realFileSystem(), known);
    if (chain.found && chain.found->contents.segments.empty()) continue;
    chains.push_back(std::move(chain));
  }
  return chains;
}

bool isWhole(const Chain& chain) {
  return chain.found && !chain.found->damage && chain.headProblem.empty() && chain.found->contents.headText.empty();
}

void writeDamage(api::JsonWriter& json, const Chain& chain) {
  json.key("damage");
  if (!chain.found || !chain.found->damage) {
    json.null();
    return;
  }
  const journal::JournalDamage& d = *chain.found->damage;
  json.beginObject()
      .field("segment", d.segment)
      .field("offset", d.offset)
      .field("record", d.sequence)
      .field("problem", d.problem)
      .field("remedy", d.remedy)
      .endObject();
}

void writeChain(api::JsonWriter& json, const Chain& chain) {
  json.beginObject().field("mode", chain.mode).field("directory", chain.directory).field("ok", isWhole(chain));
  if (!chain.found) {
    json.field("error", chain.found.error().detail).endObject();
    return;
  }
  const journal::JournalContents& c = chain.found->contents;
  json.field("records", static_cast<std::int64_t>(c.records.size()))
      .field("segments", static_cast<std::int64_t>(c.segments.size()))
      .field("last_hash", toHex(c.lastHash))
      .field("unfinished", c.tornText)
      .field("head", chain.headProblem.empty() ? c.headText : chain.headProblem);
  std::map<std::string, std::int64_t> kinds;
  for (const journal::JournalRecord& record : c.records) kinds[journal::recordName(record.kind)] += 1;
  json.key("kinds").beginObject();
  for (const auto& [kind, count] : kinds) json.field(kind, count);
  json.endObject();
  writeDamage(json, chain);
  json.endObject();
}

void printChain(const Chain& chain) {
  if (!chain.found) {
    std::cout << "WRONG " << chain.mode << ": " << chain.found.error().detail << "\n";
    return;
  }
  const journal::JournalContents& c = chain.found->contents;
  std::cout << (isWhole(chain) ? "ok    " : "WRONG ") << chain.mode << ": " << c.records.size() << " records in "
            << c.segments.size() << " segments, chain " << toHex(c.lastHash).substr(0, 16) << "\n";
  if (chain.found->damage) std::cout << "      " << journal::damageText(*chain.found->damage) << "\n";
  for (const std::string& text : {c.tornText, c.headText, chain.headProblem})
    if (!text.empty()) std::cout << "      " << text << "\n";
}

int verify(const Arguments& arguments, const std::vector<Chain>& chains) {
  bool whole = true;
  for (const Chain& chain : chains) whole = whole && isWhole(chain);
  if (arguments.json) {
    api::JsonWriter json;
    json.beginObject().field("ok", whole).key("chains").beginArray();
    for (const Chain& chain : chains) writeChain(json, chain);
    json.endArray().endObject();
    std::cout << json.text() << std::endl;
  } else {
    for (const Chain& chain : chains) printChain(chain);
  }
  return whole ? kDone : kFailed;
}

std::string inOneLine(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\t') c = ' ';
  return text;
}

void printRecord(const Arguments& arguments, const std::string& mode, const journal::JournalRecord& record,
                 journal::NamedInstruments& names) {
  const auto parts = journal::describeRecord(record, names);
  if (arguments.json) {
    api::JsonWriter json;
    json.beginObject().field("mode", mode).field("record", record.sequence).field("time", toIso8601(record.time));
    json.field("kind", journal::recordName(record.kind));
    for (const auto& [name, value] : parts) json.field(name, value);
    json.endObject();
    std::cout << json.text() << "\n";
    return;
  }
  std::cout << record.sequence << " " << toIso8601(record.time) << " " << journal::recordName(record.kind);
  for (const auto& [name, value] : parts)
    if (!value.empty()) std::cout << " " << name << "=" << inOneLine(value);
  std::cout << "\n";
}

// One line per record; what comes before damage is shown, then the damage.
int dump(const Arguments& arguments, const std::vector<Chain>& chains) {
  int code = kDone;
  for (const Chain& chain : chains) {
    if (!chain.found) {
      std::cerr << chain.found.error().detail << "\n";
      code = kFailed;
      continue;
    }
    journal::NamedInstruments names;
    for (const journal::JournalRecord& record : chain.found->contents.records)
      printRecord(arguments, chain.mode, record, names);
    if (chain.found->damage) {
      std::cerr << journal::damageText(*chain.found->damage) << "\n";
      code = kFailed;
    }
  }
  std::cout.flush();
  return code;
}

}  // namespace

int runJournal(const Arguments& arguments) {
  auto places = app::findPlaces(arguments.profile, arguments.dataDir);
  if (!places) {
    std::cerr << places.error().detail << "\n";
    return kFailed;
  }
  if (arguments.action == "rebuild") {
    std::cerr << "this build keeps no tables (Qt SQL was absent)\n";
    return kFailed;
  }
  const std::vector<Chain> chains = chainsOf(arguments, *places);
  if (chains.empty()) {
    std::cerr << "there is no journal in " << places->dataDir << "/journal; name another --data-dir or --profile\n";
    return kUnreadable;
  }
  return arguments.action == "dump" ? dump(arguments, chains) : verify(arguments, chains);
}

}  // namespace bw::cli
