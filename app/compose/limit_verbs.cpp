// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/limit_verbs.h"

#include <algorithm>
#include <charconv>

#include "core/api/json_writer.h"
#include "core/journal/journal_reader.h"

namespace bw::app {
namespace {

using api::JsonWriter;

constexpr int kDefaultDays = 7;

std::string_view wordOf(LimitDirection direction) {
  constexpr std::string_view kWords[] = {"same", "tighter", "looser"};
  return kWords[static_cast<std::size_t>(direction)];
}

std::string refused(const Error& error) {
  JsonWriter json;
  json.beginObject().field("ok", false).field("reason", error.userKey).field("text", error.detail).endObject();
  return json.text();
}

Result<std::vector<LimitEdit>> editsFrom(const std::string& lines) {
  std::vector<LimitEdit> edits;
  std::string_view rest = lines;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos)
      return finalError("usage", "'" + std::string(line) + "' must be KEY=VALUE, as in MAX_EXPOSURE=250%");
    edits.push_back({std::string(line.substr(0, equals)), std::string(line.substr(equals + 1))});
  }
  if (edits.empty()) return finalError("usage", "name at least one KEY=VALUE");
  return edits;
}

template <class T>
T numberOr(const std::string& text, T fallback) {
  T value = fallback;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size() ? value : fallback;
}

void writeRows(JsonWriter& json, const LimitProposal& proposal) {
  json.key("rows").beginArray();
  for (const LimitDiffRow& row : proposal.rows) {
    json.beginObject().field("key", row.key).field("unit", row.unit).field("before", row.before);
    json.field("after", row.after).field("direction", wordOf(row.direction)).field("change_percent", row.changePercent);
    json.field("effect", row.effect).field("acts_now", row.actsNow).field("error", row.error).endObject();
  }
  json.endArray();
  json.key("arithmetic").beginArray();
  for (const std::string& line : proposal.arithmetic) json.value(line);
  json.endArray();
}

std::string show(LimitDesk& desk, const std::string& key) {
  JsonWriter json;
  json.beginObject().field("ok", true).field("version", desk.version()).field("config_hash", desk.configHash());
  json.key("limits").beginArray();
  for (const LimitField& f : desk.fields()) {
    if (!key.empty() && f.key != key) continue;
    json.beginObject().field("key", f.key).field("scope", f.scope).field("value", f.value).field("unit", f.unit);
    json.field("lowest", f.lowest).field("highest", f.highest).field("default", f.initial).field("tighter", f.tighter);
    json.field("can_be_off", f.canBeOff).field("live_required", f.liveRequired).field("source", f.source);
    json.key("words").beginArray();
    for (const std::string& word : f.words) json.value(word);
    json.endArray().field("help", f.help).endObject();
  }
  json.endArray().endObject();
  return json.text();
}

std::string set(LimitDesk& desk, const std::vector<LimitEdit>& edits, const api::ControlRequest& request,
                const char* channel) {
  const LimitProposal proposal = desk.propose(edits);
  const auto outcome =
      desk.apply(edits, {request.argument("who"), channel, request.argument("reason"), request.argument("typed")});
  JsonWriter json;
  json.beginObject().field("ok", outcome.ok());
  if (!outcome) {
    json.field("reason", outcome.error().userKey).field("text", outcome.error().detail);
    json.field("typed_key", proposal.typedKey);
  } else {
    json.field("version", outcome->version).field("config_hash", desk.configHash()).field("pending", outcome->pending);
    if (outcome->pending != 0) json.field("due", toIso8601(outcome->due));
  }
  writeRows(json, proposal);
  json.endObject();
  return json.text();
}

std::string history(LimitDesk& desk, const std::string& key) {
  JsonWriter json;
  json.beginObject().field("ok", true).key("changes").beginArray();
  for (const LimitChange& c : desk.history(key)) {
    json.beginObject().field("version", c.version).field("time", toIso8601(c.time)).field("who", c.who);
    json.field("channel", c.channel).field("key", c.key).field("before", c.before).field("after", c.after);
    json.field("direction", wordOf(c.direction)).field("reason", c.reason).field("preview", c.preview);
    json.field("outcome", c.outcome).field("config_hash", c.configHash).endObject();
  }
  json.endArray().endObject();
  return json.text();
}

std::string tryOut(LimitDesk& desk, const std::vector<LimitEdit>& edits, int days) {
  const auto result = desk.whatIf(edits, days);
  if (!result) return refused(result.error());
  JsonWriter json;
  json.beginObject().field("ok", true).field("days", result->days).field("intents", result->intents);
  json.field("approved", result->approved).field("blocked", result->blocked).field("freed", result->freed);
  json.field("unjudged", result->unjudged).field("breakers", result->breakers).field("text", result->text);
  json.key("keys").beginArray();
  for (const LimitWhatIf::PerKey& one : result->keys)
    json.beginObject().field("key", one.key).field("blocked", one.blocked).endObject();
  json.endArray().key("samples").beginArray();
  for (const LimitWhatIf::Sample& s : result->samples) {
    json.beginObject().field("time", toIso8601(s.time)).field("symbol", s.symbol).field("strategy", s.strategy);
    json.field("key", s.key).field("after", s.after).field("limit", s.limit).endObject();
  }
  json.endArray().endObject();
  return json.text();
}

}  // namespace

std::string answerLimits(LimitDesk& desk, const api::ControlRequest& request) {
  const std::string action = request.argument("action");
  if (action == "show") return show(desk, request.argument("key"));
  if (action == "history") return history(desk, request.argument("key"));
  if (action == "export") {
    JsonWriter json;
    json.beginObject().field("ok", true).field("yaml", desk.exportYaml()).endObject();
    return json.text();
  }
  if (action == "abort") {
    const auto done = desk.abort(numberOr<std::uint64_t>(request.argument("version"), 0), request.argument("who"));
    return done ? std::string(R"({"ok":true})") : refused(done.error());
  }
  if (action == "undo" || action == "import") {
    const auto edits = action == "undo" ? desk.undoOf(numberOr<std::uint64_t>(request.argument("version"), 0))
                                        : desk.importYaml(request.argument("yaml"), request.argument("name"));
    if (!edits) return refused(edits.error());
    return set(desk, *edits, request, action == "undo" ? "undo" : "cli");
  }
  if (action != "set" && action != "what-if")
    return refused(finalError("usage", "limits has no action '" + action + "'"));
  const auto edits = editsFrom(request.argument("edits"));
  if (!edits) return refused(edits.error());
  if (action == "set") return set(desk, *edits, request, "cli");
  return tryOut(desk, *edits, numberOr(request.argument("days"), kDefaultDays));
}

Result<std::vector<limits::TimedDecision>> decisionsIn(const std::string& journalDirectory, Timestamp since,
                                                       FileSystem& disk) {
  auto contents = journal::readJournal(journalDirectory, disk);
  if (!contents) return contents.error();
  std::vector<limits::TimedDecision> decisions;
  for (const journal::JournalRecord& record : contents->records) {
    if (record.kind != RecordKind::Decision || record.time < since) continue;
    if (auto decision = risk::DecisionRecord::decode(record.payload))
      decisions.emplace_back(record.time, std::move(*decision));
  }
  return decisions;
}

Result<std::unique_ptr<limits::FileLimitDesk>> offlineDesk(const Settings& settings, const Places& places,
                                                           const std::string& mode, const Clock& clock) {
  limits::DeskParts parts;
  parts.disk = &realFileSystem();
  parts.clock = &clock;
  parts.mode = mode;
  parts.userFile = places.userConfigDir + "/risk.yaml";
  parts.directory = places.dataDir + "/limits";
  parts.decisions = [directory = places.journalDir(mode)](Timestamp since) {
    return decisionsIn(directory, since, realFileSystem());
  };
  return limits::FileLimitDesk::make(std::move(parts), settings.limits);
}

}  // namespace bw::app
