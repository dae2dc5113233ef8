// SPDX-License-Identifier: GPL-3.0-or-later
// G21: from the condition to the alarm that a person sees, with its record in the audit log, on a workstation that
// trades meanwhile.
#include <algorithm>
#include <vector>

#include "core/journal/journal_reader.h"
#include "tests/app/workstation_bench.h"

using namespace bw;
using bw::test::contains;
using bw::test::eventually;
using bw::test::WorkstationBench;

namespace {

constexpr int kAlarmsRaised = 200;
constexpr Duration kAllowed = Duration::seconds(1);  ///< G21; asserted at five times the figure

/// Waits for an alarm of `code` and `subject` in the status, asking again at once; how long it took.
Duration untilSeen(WorkstationBench& bench, const std::string& code, const std::string& subject) {
  const SystemClock real;
  const MonoTime from = real.mono();
  while (real.mono() - from < Duration::seconds(20)) {
    for (const AlarmUpdate& alarm : bench.engine().status().alarms()) {
      if (alarm.code == code && alarm.subject == subject) return real.mono() - from;
    }
    sleepFor(Duration::micros(100));
  }
  return Duration::max();
}

}  // namespace

TEST_CASE("alarms: from condition to sight and record within a second") {
  WorkstationBench bench;
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  const auto voice = bench.engine().bus().makePublisher("test");
  std::vector<std::int64_t> micros;
  for (int i = 0; i < kAlarmsRaised; ++i) {
    const std::string subject = "subject " + std::to_string(i);
    voice->publish(Topic::Event, SystemEvent{2, "test", "drill", "a drill", "nothing", subject});
    micros.push_back(untilSeen(bench, "drill", subject).toMicros());
  }
  std::sort(micros.begin(), micros.end());
  const std::int64_t p99 = micros[micros.size() * 99 / 100];
  MESSAGE("event to alarm: p50 " << micros[micros.size() / 2] << " us, p99 " << p99 << " us, worst " << micros.back()
                                 << " us");
  CHECK(p99 < 5 * kAllowed.toMicros());

  CHECK(contains(bench.ask("acknowledge"), "\"ok\":true"));
  CHECK(eventually([&] {
    const auto alarms = bench.engine().status().alarms();
    return std::all_of(alarms.begin(), alarms.end(), [](const AlarmUpdate& a) { return a.acknowledged; });
  }));
  const std::string status = bench.ask("status");
  CHECK(contains(status, "\"alarms\":[{"));
  CHECK(contains(status, "\"name\":\"win rate 7d\""));
  CHECK(eventually([&] { return contains(bench.ask("status"), "\"name\":\"memory\""); }));
  const std::string journal = bench.workstation().places().journalDir("sim");
  bench.stop();
  const auto contents = journal::readJournal(journal);
  REQUIRE(contents.ok());
  int raised = 0;
  int acknowledged = 0;
  int starts = 0;
  for (const journal::JournalRecord& record : contents->records) {
    starts += record.kind == RecordKind::ProgramStart ? 1 : 0;
    if (record.kind != RecordKind::Alarm) continue;
    raised += contains(record.payload, "test/drill") && contains(record.payload, "raised") ? 1 : 0;
    acknowledged += contains(record.payload, "acknowledged through command line") ? 1 : 0;
  }
  CHECK(raised == kAlarmsRaised);
  CHECK(acknowledged >= kAlarmsRaised);
  CHECK(starts == 1);
}
