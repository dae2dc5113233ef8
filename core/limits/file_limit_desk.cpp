// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/limits/file_limit_desk.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "core/journal/disk.h"
#include "core/limits/limit_file.h"
#include "core/limits/limit_schema.h"

namespace bw::limits {
namespace {

constexpr int kMostDays = 365;
constexpr Duration kDay = Duration::minutes(24 * 60);

std::string versionName(std::uint64_t version) {
  char name[32];
  std::snprintf(name, sizeof name, "risk-%06llu.yaml", static_cast<unsigned long long>(version));
  return name;
}

Error writeError(const Error& error) {
  return finalError("limits.write", error.detail);
}

std::vector<LimitEdit> editsOf(const LimitProposal& proposal, LimitDirection direction) {
  std::vector<LimitEdit> edits;
  for (const LimitDiffRow& row : proposal.rows) {
    if (row.direction == direction) edits.push_back({row.key, row.after});
  }
  return edits;
}

std::vector<std::string> keysOf(const std::vector<LimitEdit>& edits) {
  std::vector<std::string> keys;
  for (const LimitEdit& edit : edits) keys.push_back(edit.key);
  return keys;
}

std::string errorsOf(const LimitProposal& proposal) {
  std::string text;
  for (const LimitDiffRow& row : proposal.rows) {
    if (!row.error.empty()) text += (text.empty() ? "" : "\n") + row.error;
  }
  return text.empty() ? proposal.error : text;
}

}  // namespace

Result<std::unique_ptr<FileLimitDesk>> FileLimitDesk::make(DeskParts parts, risk::RiskLimits inForce) {
  BW_ASSERT(parts.disk != nullptr && parts.clock != nullptr);
  FileSystem& disk = *parts.disk;
  if (const DiskCode code = disk.makeDirectories(parts.directory + "/versions"); code != 0)
    return finalError("limits.write", diskText("make", parts.directory, code));
  const std::string path = parts.directory + "/changes.log";
  std::string damage;
  auto log = LimitLog::open(disk, path);
  if (!log) {
    damage = log.error().detail;
    if (const DiskCode code = disk.rename(path, parts.directory + "/changes.damaged"); code != 0)
      return finalError("limits.write", diskText("put aside", path, code));
    log = LimitLog::open(disk, path);
    if (!log) return writeError(log.error());
  }
  std::unique_ptr<FileLimitDesk> desk(new FileLimitDesk(std::move(parts), std::move(inForce), std::move(*log)));
  if (auto done = desk->takeOver(damage); !done) return done.error();
  return desk;
}

Result<void> FileLimitDesk::takeOver(const std::string& damage) {
  Lock lock(m_mutex);
  if (auto text = userText()) m_knownText = *text;
  LimitReview review{"bellwether", "start", damage, ""};
  if (!damage.empty()) {
    LimitDiffRow row;
    row.key = "-";
    if (auto noted = note({row}, review, "history damaged", 0, hashOf(m_limits)); !noted) return noted;
  }
  // A loosening that was waiting when the program ended does not come into force by itself.
  std::map<std::string, LimitDiffRow> waiting;
  for (const LimitChange& change : m_log.changes()) {
    waiting.erase(change.key);
    if (change.outcome != "waiting") continue;
    LimitDiffRow& row = waiting[change.key];
    row.key = change.key;
    row.before = change.before;
    row.after = change.after;
    row.direction = change.direction;
  }
  if (waiting.empty()) return {};
  std::vector<LimitDiffRow> rows;
  for (const auto& entry : waiting) rows.push_back(entry.second);
  review.reason = "the program ended before the cool-down was over";
  return note(rows, review, "aborted", 0, hashOf(m_limits));
}

FileLimitDesk::FileLimitDesk(DeskParts parts, risk::RiskLimits inForce, LimitLog log)
    : m_parts(std::move(parts)), m_limits(std::move(inForce)), m_log(std::move(log)) {}

ReviewContext FileLimitDesk::context() const {
  ReviewContext context;
  if (m_parts.context) context = m_parts.context();
  context.mode = m_parts.mode;
  return context;
}

// The user's file as it stands; empty text if there is none.
Result<std::string> FileLimitDesk::userText() const {
  auto text = journal::readFile(m_parts.userFile, *m_parts.disk);
  if (!text && text.error().userKey == "disk.absent") return std::string();
  return text;
}

std::vector<LimitField> FileLimitDesk::fields() const {
  Lock lock(m_mutex);
  return fieldsOf(m_limits);
}

std::uint64_t FileLimitDesk::version() const {
  Lock lock(m_mutex);
  return m_log.lastVersion();
}

std::string FileLimitDesk::configHash() const {
  Lock lock(m_mutex);
  return hashOf(m_limits);
}

risk::RiskLimits FileLimitDesk::limits() const {
  Lock lock(m_mutex);
  return m_limits;
}

LimitProposal FileLimitDesk::propose(const std::vector<LimitEdit>& edits) const {
  const ReviewContext now = context();
  Lock lock(m_mutex);
  return judge(edits, m_limits, now).proposal;
}

Result<void> FileLimitDesk::note(const std::vector<LimitDiffRow>& rows, const LimitReview& review,
                                 const std::string& outcome, std::uint64_t version, const std::string& hash) {
  std::vector<LimitChange> changes;
  for (const LimitDiffRow& row : rows) {
    LimitChange change;
    change.version = version;
    change.time = m_parts.clock->now();
    change.who = review.who;
    change.channel = review.channel;
    change.key = row.key;
    change.before = row.before;
    change.after = row.after;
    change.direction = row.direction;
    change.reason = review.reason;
    change.preview = row.effect;
    change.outcome = outcome;
    change.configHash = hash;
    changes.push_back(std::move(change));
  }
  if (auto appended = m_log.append(changes); !appended) return appended;
  if (!m_parts.record) return {};
  for (const LimitChange& change : changes) {
    if (auto recorded = m_parts.record(encodeChange(change)); !recorded) return writeError(recorded.error());
  }
  return {};
}

// Best effort: a version that cannot be kept or an old one that cannot be removed holds nothing up.
Result<void> FileLimitDesk::keepVersion(std::uint64_t version, const std::string& text) {
  const std::string folder = m_parts.directory + "/versions";
  if (auto kept = journal::replaceFile(folder + "/" + versionName(version), text, *m_parts.disk); !kept) return kept;
  std::vector<std::string> names;
  if (m_parts.disk->list(folder, names) != 0) return {};
  std::erase_if(names, [](const std::string& name) { return name.rfind("risk-", 0) != 0; });
  for (std::size_t i = 0; i + kKeptVersions < names.size(); ++i) {
    if (m_parts.disk->remove(folder + "/" + names[i]) != 0) break;
  }
  return {};
}

Result<void> FileLimitDesk::commit(const std::vector<LimitEdit>& edits, const LimitProposal& proposal,
                                   const LimitReview& review) {
  const std::uint64_t version = m_log.lastVersion() + 1;
  const std::string source = "change " + std::to_string(version);
  risk::RiskLimits after = m_limits;
  for (const LimitEdit& edit : edits) {
    if (auto set = after.set(std::string_view(edit.key), edit.value, source); !set)
      return finalError("limits.invalid", set.error().detail);
  }
  // A part of a mixed set must stand by itself: it may be all that ever comes into force.
  if (auto valid = after.validate(); !valid) return finalError("limits.invalid", valid.error().detail);
  const auto text = userText();
  if (!text) return writeError(text.error());
  if (m_knownText && *text != *m_knownText) {
    return finalError("limits.outside", m_parts.userFile +
                                            " was changed by another program since the start: import it or restart, "
                                            "then change limits here");
  }
  const auto written = spliced(text->empty() ? emptyUserFile() : *text, m_parts.userFile, edits);
  if (!written) return written.error();
  if (const DiskCode code = m_parts.disk->makeDirectories(parentDirectory(m_parts.userFile)); code != 0)
    return finalError("limits.write", diskText("make the folder of", m_parts.userFile, code));
  std::vector<LimitDiffRow> rows;
  for (const LimitDiffRow& row : proposal.rows) {
    const auto mine = [&row](const LimitEdit& edit) { return edit.key == row.key; };
    if (std::any_of(edits.begin(), edits.end(), mine)) rows.push_back(row);
  }
  // What is not durable and on record is not in force: the file goes back to what it was.
  const auto putBack = [&] { static_cast<void>(journal::replaceFile(m_parts.userFile, *text, *m_parts.disk)); };
  if (auto replaced = journal::replaceFile(m_parts.userFile, *written, *m_parts.disk); !replaced) {
    if (const auto now = userText(); now && *now != *text) putBack();
    return writeError(replaced.error());
  }
  if (auto noted = note(rows, review, "applied", version, hashOf(after)); !noted) {
    putBack();
    return noted;
  }
  m_knownText = *written;
  static_cast<void>(keepVersion(version, *written));
  const bool tightens = std::any_of(rows.begin(), rows.end(),
                                    [](const LimitDiffRow& row) { return row.direction == LimitDirection::Tighter; });
  m_limits = std::move(after);
  if (m_parts.command)
    m_parts.command({version, hashOf(m_limits), review.who, review.reason, valuesOf(m_limits), tightens});
  return {};
}

Result<LimitOutcome> FileLimitDesk::apply(const std::vector<LimitEdit>& edits, const LimitReview& review) {
  const ReviewContext now = context();
  Lock lock(m_mutex);
  const LimitProposal proposal = judge(edits, m_limits, now).proposal;
  if (!proposal.valid()) return finalError("limits.invalid", errorsOf(proposal));
  if (proposal.rows.empty()) return finalError("limits.nothing", "these values are in force already");
  if (auto enough = checkReview(proposal, review); !enough) {
    static_cast<void>(note(proposal.rows, review, "refused: " + enough.error().userKey, 0, hashOf(m_limits)));
    return enough.error();
  }
  std::vector<LimitEdit> first = editsOf(proposal, LimitDirection::Tighter);
  const std::vector<LimitEdit> looser = editsOf(proposal, LimitDirection::Looser);
  const bool waits = proposal.coolDown.ns > 0;
  if (!waits) first.insert(first.end(), looser.begin(), looser.end());
  LimitOutcome outcome;
  if (!first.empty()) {
    if (auto done = commit(first, proposal, review); !done) return done.error();
    outcome.applied = keysOf(first);
  }
  outcome.version = m_log.lastVersion();
  if (!waits || looser.empty()) return outcome;
  std::vector<LimitDiffRow> rows;
  for (const LimitDiffRow& row : proposal.rows) {
    if (row.direction == LimitDirection::Looser) rows.push_back(row);
  }
  if (auto noted = note(rows, review, "waiting", 0, hashOf(m_limits)); !noted) return noted.error();
  m_waiting = Waiting{++m_lastPending, m_parts.clock->now() + proposal.coolDown, looser, review};
  outcome.waiting = keysOf(looser);
  outcome.pending = m_waiting->number;
  outcome.due = m_waiting->due;
  return outcome;
}

Result<void> FileLimitDesk::settle() {
  {
    Lock lock(m_mutex);
    if (!m_waiting || m_parts.clock->now() < m_waiting->due) return {};
  }
  const ReviewContext now = context();
  Lock lock(m_mutex);
  if (!m_waiting) return {};
  const Waiting due = *m_waiting;
  m_waiting.reset();
  const LimitProposal proposal = judge(due.edits, m_limits, now).proposal;
  auto enough = checkReview(proposal, due.review);
  if (enough) return commit(due.edits, proposal, due.review);
  LimitReview review = due.review;
  review.reason = enough.error().detail;
  static_cast<void>(note(proposal.rows, review, "aborted", 0, hashOf(m_limits)));
  return enough;
}

Result<void> FileLimitDesk::abort(std::uint64_t pending, const std::string& who) {  // tidy:allow(L11) of a change
  const ReviewContext now = context();
  Lock lock(m_mutex);
  if (!m_waiting || m_waiting->number != pending)
    return finalError("limits.no_such_change", "no change number " + std::to_string(pending) + " waits");
  LimitReview review = m_waiting->review;
  review.who = who;
  const LimitProposal proposal = judge(m_waiting->edits, m_limits, now).proposal;
  m_waiting.reset();
  return note(proposal.rows, review, "aborted", 0, hashOf(m_limits));
}

std::vector<LimitChange> FileLimitDesk::history(const std::string& key) const {
  Lock lock(m_mutex);
  std::vector<LimitChange> changes;
  for (auto change = m_log.changes().rbegin(); change != m_log.changes().rend(); ++change) {
    if (key.empty() || change->key == key) changes.push_back(*change);
  }
  return changes;
}

Result<std::vector<LimitEdit>> FileLimitDesk::undoOf(std::uint64_t version) const {
  Lock lock(m_mutex);
  const std::uint64_t wanted = version == 0 ? m_log.lastVersion() : version;
  std::vector<LimitEdit> edits;
  bool found = false;
  for (const LimitChange& change : m_log.changes()) {
    if (change.version != wanted || change.outcome != "applied") continue;
    found = true;
    const risk::RiskKeyInfo* info = risk::findRiskKey(change.key);
    if (info != nullptr && m_limits.text(info->key) != change.before) edits.push_back({change.key, change.before});
  }
  if (!found || wanted == 0)
    return finalError("limits.no_such_change", "there is no applied version " + std::to_string(wanted));
  if (edits.empty())
    return finalError("limits.nothing", "the values before version " + std::to_string(wanted) + " are in force");
  return edits;
}

std::string FileLimitDesk::exportYaml() const {
  Lock lock(m_mutex);
  return risk::riskYaml(m_limits);
}

Result<std::vector<LimitEdit>> FileLimitDesk::importYaml(const std::string& text, const std::string& name) const {
  Lock lock(m_mutex);
  risk::RiskLimits read = m_limits;
  if (auto done = readLimits(text, name, read); !done) return done.error();
  if (auto valid = read.validate(); !valid) return finalError("config.invalid", name + ": " + valid.error().detail);
  std::vector<LimitEdit> edits;
  for (const risk::RiskKeyInfo& info : risk::kRiskKeys) {
    if (read.text(info.key) != m_limits.text(info.key)) edits.push_back({std::string(info.name), read.text(info.key)});
  }
  return edits;
}

Result<LimitWhatIf> FileLimitDesk::whatIf(const std::vector<LimitEdit>& edits, int days) const {
  if (days < 1 || days > kMostDays) return finalError("limits.days", "days must be 1 to " + std::to_string(kMostDays));
  if (!m_parts.decisions) return finalError("limits.no_journal", "there is no journal to look into");
  const risk::RiskLimits before = limits();
  const Judged judged = judge(edits, before, context());
  if (!judged.proposal.valid()) return finalError("limits.invalid", errorsOf(judged.proposal));
  const auto decisions = m_parts.decisions(m_parts.clock->now() - kDay * days);
  if (!decisions) return decisions.error();
  return limits::whatIf(*decisions, before, judged.after, days);
}

}  // namespace bw::limits
