// SPDX-License-Identifier: GPL-3.0-or-later
// Journal: time until a record is durable, and records per second with group commit, against the plain way of one write
// and one fdatasync a record. Uses the folder named by TMPDIR; a folder in memory gives meaningless figures.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/thread.h"
#include "core/journal/file_journal.h"

namespace {

using namespace bw;

const std::string kPayload(200, 'x');

void print(const char* name, double value, const char* unit, double baseline) {
  std::printf("{\"name\":\"%s\",\"value\":%.1f,\"unit\":\"%s\",\"baseline\":%.1f,\"ratio\":%.2f}\n", name, value, unit,
              baseline, baseline > 0 ? value / baseline : 0.0);
}

double microsAt(std::vector<Duration>& times, double share) {
  std::sort(times.begin(), times.end());
  return static_cast<double>(times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))].ns) /
         1000.0;
}

/// One write and one fdatasync a record, into a preallocated file as the journal's.
class PlainFile {
 public:
  explicit PlainFile(const std::string& path) : m_file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600)) {
    m_good = m_file >= 0 && ::posix_fallocate(m_file, 0, 16 << 20) == 0 && ::fsync(m_file) == 0;
  }
  ~PlainFile() { ::close(m_file); }
  bool add() { return m_good && ::write(m_file, kPayload.data(), kPayload.size()) > 0 && ::fdatasync(m_file) == 0; }

 private:
  int m_file;
  bool m_good = false;
};

double perSecond(Duration time, int count) {
  return static_cast<double>(count) * 1e9 / static_cast<double>(std::max<std::int64_t>(time.ns, 1));
}

}  // namespace

int main() {
  std::string pattern = (std::filesystem::temp_directory_path() / "bw-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return 1;
  SystemClock clock;
  constexpr int kSingle = 1000;
  PlainFile plain(pattern + "/plain");
  journal::FileJournal::Options options;
  options.directory = pattern + "/journal";
  auto journal = journal::FileJournal::open(clock, options);
  if (!journal) return 1;
  std::vector<Duration> baseline;
  std::vector<Duration> durable;
  std::vector<Duration> append;
  Duration plainTime;
  // Turn by turn, so that what else the disk does meets both.
  for (int i = 0; i < kSingle; ++i) {
    const MonoTime before = clock.mono();
    if (!plain.add()) return 1;
    baseline.push_back(clock.mono() - before);
    plainTime = plainTime + baseline.back();
    const MonoTime start = clock.mono();
    auto sequence = (*journal)->append(RecordKind::Decision, kPayload);
    append.push_back(clock.mono() - start);
    if (!sequence || !(*journal)->sync(*sequence)) return 1;
    durable.push_back(clock.mono() - start);
  }
  const double plainRate = perSecond(plainTime, kSingle);
  constexpr int kGrouped = 50'000;
  const MonoTime start = clock.mono();
  std::uint64_t last = 0;
  for (int i = 0; i < kGrouped; ++i) {
    auto sequence = (*journal)->append(RecordKind::Decision, kPayload);
    if (!sequence) return 1;
    last = *sequence;
  }
  if (!(*journal)->sync(last)) return 1;
  const double grouped = perSecond(clock.mono() - start, kGrouped);
  print("journal.append.p50", microsAt(append, 0.5), "us", 0);
  print("journal.append.p99", microsAt(append, 0.99), "us", 0);
  print("journal.durable.p50", microsAt(durable, 0.5), "us", microsAt(baseline, 0.5));
  print("journal.durable.p99", microsAt(durable, 0.99), "us", microsAt(baseline, 0.99));
  print("journal.group_commit", grouped, "records/s", plainRate);
  journal->reset();
  const MonoTime readStart = clock.mono();
  auto contents = journal::readJournal(options.directory);
  if (!contents) return 1;
  print("journal.verify", perSecond(clock.mono() - readStart, static_cast<int>(contents->records.size())), "records/s",
        0);
  std::error_code ignored;
  std::filesystem::remove_all(pattern, ignored);
  return 0;
}
