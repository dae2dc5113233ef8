// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <charconv>

#include "core/gate/stop_executor.h"
#include "core/journal/disk.h"
#include "core/journal/records.h"

namespace bw::gate {
namespace {

constexpr const char* kKinds[] = {"all", "account", "venue", "agent", "instrument"};

std::string plain(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

std::vector<std::string> fieldsOf(const std::string& line) {
  std::vector<std::string> fields;
  std::size_t from = 0;
  for (std::size_t tab = line.find('\t'); tab != std::string::npos; tab = line.find('\t', from)) {
    fields.push_back(line.substr(from, tab - from));
    from = tab + 1;
  }
  fields.push_back(line.substr(from));
  return fields;
}

std::int64_t integerFrom(const std::string& text) {
  std::int64_t value = -1;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size() && !text.empty() ? value : -1;
}

bool sameScope(const StopScope& a, const StopScope& b) {
  const auto kind = [](const StopScope& s) {
    return s.kind == StopScope::Kind::Account ? StopScope::Kind::Venue : s.kind;
  };
  return kind(a) == kind(b) && a.name == b.name;
}

}  // namespace

Level gateLevel(StopLevel level) {
  switch (level) {
    case StopLevel::NoNew:
      return Level::NoNew;
    case StopLevel::CancelAll:
      return Level::CancelAll;
    case StopLevel::Flatten:
      return Level::Flatten;
    case StopLevel::Cut:
      return Level::Cut;
  }
  return Level::Flatten;
}

std::string toText(const StopScope& scope) {
  if (scope.all()) return "all";
  return std::string(kKinds[static_cast<std::size_t>(scope.kind)]) + " " + scope.name;
}

void StopExecutor::beginScoped(const StopTrigger& trigger, MonoTime now) {
  for (Scoped& known : m_scoped) {
    if (!sameScope(known.scope, trigger.scope)) continue;
    addStep("pressed again", "", "", toText(trigger.scope) + " by " + trigger.channel, now - trigger.time);
    if (trigger.level > known.level) {
      known.level = trigger.level;
      known.shown.level = toString(gateLevel(known.level));
      known.shown.state = StopState::Stopping;
      known.pressedAt = now;
      workOn(known);
      storeScopes();
    }
    return;
  }
  Scoped scoped;
  scoped.scope = trigger.scope;
  scoped.level = trigger.level;
  scoped.pressedAt = trigger.time;
  scoped.shown = {toText(trigger.scope),
                  std::string(toString(gateLevel(trigger.level))),
                  StopState::Stopping,
                  ++m_lastNumber,
                  trigger.channel,
                  trigger.reason,
                  {},
                  m_parts.clock.now()};
  addStep("gate closed", "", "", toText(trigger.scope) + ", level " + scoped.shown.level, trigger.gateClosed);
  say(2, "stop.scoped", "Stop " + std::to_string(m_lastNumber) + " of " + toText(trigger.scope) + ": " + trigger.reason,
      "");
  workOn(scoped);
  if (m_outputs.scoped) {
    enqueue([this, scope = scoped.scope] { m_outputs.scoped(scope); });
  }
  m_scoped.push_back(std::move(scoped));
  storeScopes();
}

// Hands the work to the account it belongs to, beside what that account has to do already.
void StopExecutor::workOn(Scoped& scoped) {
  std::string venue = scoped.scope.name;
  scoped.worker = nullptr;
  scoped.instrument.reset();
  if (scoped.scope.kind == StopScope::Kind::Agent) return;
  if (scoped.scope.kind == StopScope::Kind::Instrument) {
    const std::size_t slash = scoped.scope.name.find('/');
    const Instrument* instrument =
        slash == std::string::npos
            ? nullptr
            : m_parts.instruments->find(scoped.scope.name.substr(0, slash), scoped.scope.name.substr(slash + 1));
    if (instrument == nullptr) return;
    venue = instrument->venue;
    scoped.instrument = instrument->id;
  }
  const auto found =
      std::find_if(m_workers.begin(), m_workers.end(), [&](const auto& worker) { return worker->venue() == venue; });
  if (found == m_workers.end()) return;
  scoped.worker = found->get();
  std::vector<InstrumentId> only;
  if (scoped.instrument) only.push_back(*scoped.instrument);
  if (scoped.worker->view().active)
    scoped.worker->widen(gateLevel(scoped.level), only);
  else
    scoped.worker->begin({scoped.shown.stopNumber, gateLevel(scoped.level), false, only}, scoped.pressedAt);
}

void StopExecutor::evaluateScoped(MonoTime now) {
  bool changed = false;
  for (Scoped& scoped : m_scoped) {
    const StopState before = scoped.shown.state;
    const StopWorker::View view = scoped.worker != nullptr ? scoped.worker->view() : StopWorker::View{};
    if (view.done) {
      scoped.shown.state = StopState::Stopped;
      scoped.shown.attention.clear();
    } else if (now - scoped.pressedAt >= m_config.policy.attentionAfter || before == StopState::Attention) {
      scoped.shown.state = StopState::Attention;
      scoped.shown.attention = view.residual;
    } else {
      scoped.shown.state = StopState::Stopping;
    }
    if (scoped.shown.state == before) continue;
    changed = true;
    addStep(std::string(toString(scoped.shown.state)), "", "", scoped.shown.scope + " " + scoped.shown.attention,
            now - scoped.pressedAt);
    journalLater(
        RecordKind::StopRaised, std::string(toString(scoped.shown.state)),
        "stop " + std::to_string(scoped.shown.stopNumber) + " of " + scoped.shown.scope + " " + scoped.shown.attention);
    if (scoped.shown.state == StopState::Attention)
      say(3, "stop.attention", "The stop of " + scoped.shown.scope + " is not confirmed: " + scoped.shown.attention,
          "Check the venue");
  }
  publish(changed);
}

void StopExecutor::storeScopes() {
  std::string text;
  for (const Scoped& scoped : m_scoped) {
    text += std::string(kKinds[static_cast<std::size_t>(scoped.scope.kind)]) + "\t" + plain(scoped.scope.name) + "\t" +
            std::to_string(static_cast<int>(scoped.level)) + "\t" + std::to_string(scoped.shown.stopNumber) + "\t" +
            plain(scoped.shown.trigger) + "\t" + plain(scoped.shown.reason) + "\t" +
            std::to_string(scoped.shown.startedAt.ns) + "\n";
  }
  text += "end\t" + std::to_string(m_lastNumber) + "\n";
  enqueue([this, text] {
    const auto written = journal::replaceFile(m_config.dataDirectory + "/stop_scopes", text, m_disk);
    if (written || !m_outputs.event) return;
    m_outputs.event({3, "emergency stop", "latch.write", "a stop of a part is not on disk: " + written.error().detail,
                     "It holds until this process ends"});
  });
}

// What cannot be read is taken for a stop of everything.
void StopExecutor::restoreScopes() {
  const auto text = journal::readFile(m_config.dataDirectory + "/stop_scopes", m_disk);
  if (!text && text.error().userKey == "disk.absent") return;
  bool whole = false;
  for (std::size_t at = 0; text && at < text->size();) {
    const std::size_t end = text->find('\n', at);
    if (end == std::string::npos) break;
    const std::vector<std::string> fields = fieldsOf(text->substr(at, end - at));
    at = end + 1;
    if (fields.size() == 2 && fields[0] == "end") {
      whole = at == text->size();
      m_lastNumber =
          std::max(m_lastNumber, static_cast<std::uint64_t>(std::max<std::int64_t>(integerFrom(fields[1]), 0)));
      break;
    }
    const auto kind = std::find(std::begin(kKinds), std::end(kKinds), fields[0]);
    const std::int64_t level = fields.size() == 7 ? integerFrom(fields[2]) : -1;
    if (kind == std::end(kKinds) || level < 0 || level > static_cast<int>(StopLevel::Cut)) break;
    Scoped scoped;
    scoped.scope = {static_cast<StopScope::Kind>(kind - std::begin(kKinds)), fields[1]};
    scoped.level = static_cast<StopLevel>(level);
    scoped.pressedAt = m_parts.clock.mono();
    scoped.shown = {toText(scoped.scope),
                    std::string(toString(gateLevel(scoped.level))),
                    StopState::Stopping,
                    static_cast<std::uint64_t>(std::max<std::int64_t>(integerFrom(fields[3]), 0)),
                    fields[4],
                    fields[5],
                    {},
                    Timestamp{integerFrom(fields[6])}};
    m_parts.gate.raiseScope(scoped.scope, gateLevel(scoped.level));
    workOn(scoped);
    m_scoped.push_back(std::move(scoped));
  }
  if (whole) return;
  m_parts.gate.raise(Level::CancelAll);
  m_triggers.push("restart", "the file of stops of parts (stop_scopes) cannot be read", m_parts.clock.mono(),
                  Duration{0}, StopLevel::CancelAll);
  m_wanted.store(true, std::memory_order_seq_cst);
}

Result<void> StopExecutor::resetScope(const StopScope& scope, std::string_view phrase, std::string_view cause) {
  Lock lock(m_workMutex);
  const auto found =
      std::find_if(m_scoped.begin(), m_scoped.end(), [&](const Scoped& s) { return sameScope(s.scope, scope); });
  if (found == m_scoped.end()) return finalError("reset.state", toText(scope) + " is not stopped");
  if (found->shown.state == StopState::Stopping)
    return finalError("reset.state", "the stop of " + toText(scope) + " is still at work");
  if (auto said = saidRight(phrase, cause, found->shown.stopNumber); !said) return said;
  StopWorker* const worker = found->worker;
  if (found->shown.state == StopState::Stopped && worker != nullptr && !worker->confirmClean())
    return finalError("reset.residual", worker->venue() + " shows an order or a position, or does not answer");
  journalLater(RecordKind::StopReset, "READY", toText(scope) + ": " + std::string(cause));
  m_scoped.erase(found);
  storeScopes();
  m_parts.gate.endScope(scope);
  if (worker != nullptr && !m_active) {
    worker->rest();
    for (Scoped& other : m_scoped) {
      if (other.worker == worker) workOn(other);
    }
  }
  addStep("reset", "", "", toText(scope) + ": " + std::string(cause), Duration{0});
  publish(true);
  return {};
}

std::vector<StopExecutor::TestLine> StopExecutor::selfTest() {
  std::vector<TestLine> lines;
  const auto test = [&](const std::string& what, const std::function<Result<void>()>& run) {
    const MonoTime start = m_parts.clock.mono();
    const Result<void> result = run();
    lines.push_back({what, result.ok(), result ? std::string() : result.error().detail, m_parts.clock.mono() - start});
  };
  test("gate closes and opens on a test epoch", [this]() -> Result<void> {
    Gate gate(m_parts.clock, m_parts.instruments);
    const std::uint64_t epoch = gate.epoch();
    gate.raise(Level::Flatten);
    if (gate.level() != Level::Flatten || gate.epoch() == epoch) return finalError("test.gate", "it did not close");
    if (!gate.reset(gate.epoch()) || gate.level() != Level::Run) return finalError("test.gate", "it did not open");
    return {};
  });
  test("latch written, read and removed in a test path", [this]() -> Result<void> {
    journal::Latch latch(m_config.dataDirectory + "/selftest", m_disk);
    if (auto done = latch.write({1, "self-test", "", m_config.mode, m_parts.clock.now(), true}); !done) return done;
    if (!latch.read()) return finalError("test.latch", "it was written and is not there");
    return latch.reset();
  });
  for (const auto& worker : m_workers)
    test("cancel of an unknown order at " + worker->venue(), [&worker] { return worker->probeNow(); });
  return lines;
}

}  // namespace bw::gate
