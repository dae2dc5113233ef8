// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/latch.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <map>
#include <vector>

#include "core/base/hash.h"
#include "core/base/mutant.h"
#include "core/journal/disk.h"

namespace bw::journal {
namespace {

std::string oneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

std::string sealed(const std::string& body) {
  return body + "crc=" + std::to_string(crc32(body)) + "\n";
}

std::optional<std::uint64_t> numberFrom(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// The key=value lines of a sealed text; nothing if the seal does not fit.
std::optional<std::map<std::string, std::string>> unsealed(const std::string& bytes) {
  const std::size_t seal = bytes.rfind("crc=");
  if (seal == std::string::npos || (seal > 0 && bytes[seal - 1] != '\n') || bytes.back() != '\n') return std::nullopt;
  const auto crc = numberFrom(std::string_view(bytes).substr(seal + 4, bytes.size() - seal - 5));
  if (!crc || *crc != crc32(std::string_view(bytes).substr(0, seal))) return std::nullopt;
  std::map<std::string, std::string> values;
  std::size_t at = 0;
  while (at < seal) {
    const std::size_t end = bytes.find('\n', at);
    const std::string line = bytes.substr(at, end - at);
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos) values[line.substr(0, equals)] = line.substr(equals + 1);
    at = end + 1;
  }
  return values;
}

std::string latchText(const LatchState& state) {
  return sealed("stop=" + std::to_string(state.stopNumber) + "\ntrigger=" + oneLine(state.trigger) +
                "\nreason=" + oneLine(state.reason) + "\nmode=" + oneLine(state.mode) +
                "\ntime=" + std::to_string(state.time.ns) + "\nutc=" + toIso8601(state.time) + "\n");
}

}  // namespace

Latch::Latch(std::string dataDirectory, FileSystem& disk) : m_directory(std::move(dataDirectory)), m_disk(&disk) {}

std::optional<LatchState> Latch::read() const {
  auto bytes = readFile(latchPath(), *m_disk);
  if (!bytes && bytes.error().userKey == "disk.absent") return std::nullopt;
  LatchState state;
  state.readable = false;
  state.trigger = "latch file";
  state.reason = bytes ? "the latch file is damaged" : bytes.error().detail;
  if (!bytes) return state;
  const auto values = unsealed(*bytes);
  if (!values) return BW_MUTANT(46) ? std::optional<LatchState>() : state;
  const auto text = [&](const char* key) {
    const auto found = values->find(key);
    return found == values->end() ? std::string() : found->second;
  };
  state.stopNumber = numberFrom(text("stop")).value_or(0);
  state.trigger = text("trigger");
  state.reason = text("reason");
  state.mode = text("mode");
  state.time.ns = static_cast<std::int64_t>(numberFrom(text("time")).value_or(0));
  state.readable = true;
  return state;
}

// A latch that is there already may come from a write that failed half-way.
Result<void> Latch::makeDurable(const std::string& path) {
  const FileSystem::Opened opened = m_disk->open(path, FileSystem::Open::Existing);
  if (opened.code == EISDIR) return {};
  const DiskCode code = opened.code != 0 ? opened.code : opened.file->sync();
  if (code != 0) return finalError("disk.write", diskText("sync", path, code));
  return syncDirectory(m_directory, *m_disk);
}

Result<void> Latch::write(const LatchState& state) {
  static_cast<void>(m_disk->makeDirectories(m_directory));
  auto written = writeNewFile(latchPath(), latchText(state), *m_disk);
  if (!written && written.error().userKey == "disk.exists") written = makeDurable(latchPath());
  if (!written) return finalError("latch.write", written.error().detail);
  auto counted = replaceFile(
      counterPath(), sealed("stop=" + std::to_string(std::max(state.stopNumber, lastStopNumber())) + "\n"), *m_disk);
  if (!counted) return finalError("latch.write", counted.error().detail);
  return {};
}

Result<void> Latch::reset() {
  // The number must outlive the latch that carries it.
  auto counted = replaceFile(counterPath(), sealed("stop=" + std::to_string(lastStopNumber()) + "\n"), *m_disk);
  if (!counted) return finalError("latch.write", counted.error().detail);
  // Made before the latch goes: a crash in between must not let a session trade by itself.
  auto marked = replaceFile(handPath(), "a person starts trading after the reset\n", *m_disk);
  if (!marked) return finalError("latch.write", marked.error().detail);
  auto removed = removeFile(latchPath(), *m_disk);
  if (!removed) return finalError("latch.write", removed.error().detail);
  return {};
}

bool Latch::mustStartByHand() const {
  std::int64_t size = 0;
  return m_disk->look(handPath(), size) != ENOENT;
}

Result<void> Latch::startedByHand() {
  if (const DiskCode code = m_disk->remove(handPath()); code != 0 && code != ENOENT)
    return finalError("latch.write", diskText("remove", handPath(), code));
  return {};
}

std::uint64_t Latch::lastStopNumber() const {
  std::uint64_t last = 0;
  if (auto bytes = readFile(counterPath(), *m_disk)) {
    if (const auto values = unsealed(*bytes); values && values->count("stop") != 0) {
      last = numberFrom(values->at("stop")).value_or(0);
    }
  }
  if (const auto state = read(); state && state->readable) last = std::max(last, state->stopNumber);
  std::vector<std::string> names;
  if (m_disk->list(m_directory + "/postmortem", names) != 0) return last;
  for (const std::string& name : names) {
    if (name.rfind("stop-", 0) == 0) last = std::max(last, numberFrom(std::string_view(name).substr(5)).value_or(0));
  }
  return last;
}

Result<DataLock> DataLock::take(const std::string& dataDirectory) {
  std::error_code code;
  std::filesystem::create_directories(dataDirectory, code);
  const std::string path = dataDirectory + "/lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return finalError("disk.write", "cannot open " + path + ": " + std::strerror(errno));
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    char owner[32] = {};
    const ssize_t got = ::pread(file, owner, sizeof owner - 1, 0);
    ::close(file);
    const std::string who =
        got > 0 ? " (process " + oneLine(std::string(owner, static_cast<std::size_t>(got))) + ")" : "";
    return finalError("data.locked",
                      "another Bellwether" + who + " uses " + dataDirectory + "; close it or choose --data-dir");
  }
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, pid.data(), pid.size(), 0) < 0) {
    const int problem = errno;
    ::close(file);
    return finalError("disk.write", "cannot write " + path + ": " + std::strerror(problem));
  }
  return DataLock(file);
}

DataLock& DataLock::operator=(DataLock&& other) noexcept {
  std::swap(m_file, other.m_file);
  return *this;
}

DataLock::~DataLock() {
  if (m_file >= 0) ::close(m_file);
}

}  // namespace bw::journal
