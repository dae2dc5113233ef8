// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include "core/base/clock.h"
#include "core/base/thread.h"

extern char** environ;

namespace bw {
namespace {

void closeFile(int& file) {
  if (file >= 0) ::close(file);
  file = -1;
}

int exitCodeOf(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Process::Process(Process&& other) noexcept {
  *this = std::move(other);
}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(m_pid, other.m_pid);
  std::swap(m_input, other.m_input);
  std::swap(m_output, other.m_output);
  std::swap(m_buffer, other.m_buffer);
  std::swap(m_exit, other.m_exit);
  return *this;
}

Process::~Process() {
  if (m_pid > 0 && running()) {
    ::kill(m_pid, SIGKILL);
    static_cast<void>(wait(Duration::seconds(10)));
  }
  release();
}

void Process::release() {
  m_pid = -1;
  closeFile(m_input);
  closeFile(m_output);
}

Result<Process> Process::start(const std::vector<std::string>& command, bool detached) {
  BW_ASSERT(!command.empty());
  int in[2];
  int out[2];
  if (::pipe2(in, O_CLOEXEC) != 0) return finalError("process.start", std::strerror(errno));
  if (::pipe2(out, O_CLOEXEC) != 0) {
    ::close(in[0]);
    ::close(in[1]);
    return finalError("process.start", std::strerror(errno));
  }
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  if (detached) ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  Process process;
  const int code = ::posix_spawn(&process.m_pid, command[0].c_str(), &actions, &attributes, words.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  ::close(in[0]);
  ::close(out[1]);
  process.m_input = in[1];
  process.m_output = out[0];
  if (code == 0) return process;
  process.m_pid = -1;
  return finalError("process.start", command[0] + ": " + std::strerror(code));
}

bool Process::running() {
  return m_pid > 0 && !wait(Duration{0});
}

std::optional<std::string> Process::readLine(Duration timeout) {
  const SystemClock clock;
  const MonoTime until = clock.mono() + timeout;
  while (m_output >= 0) {
    const std::size_t end = m_buffer.find('\n');
    if (end != std::string::npos) {
      std::string line = m_buffer.substr(0, end);
      m_buffer.erase(0, end + 1);
      return line;
    }
    const Duration left = until - clock.mono();
    pollfd item{m_output, POLLIN, 0};
    if (left.ns <= 0 || ::poll(&item, 1, static_cast<int>(left.toMillis()) + 1) <= 0) return std::nullopt;
    std::array<char, 4096> bytes;
    const ssize_t size = ::read(m_output, bytes.data(), bytes.size());
    if (size <= 0) return std::nullopt;
    m_buffer.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return std::nullopt;
}

bool Process::writeLine(const std::string& line) {
  const std::string bytes = line + "\n";
  return m_input >= 0 && ::write(m_input, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
}

void Process::closeInput() {
  closeFile(m_input);
}

bool Process::signal(int number) const {
  return m_pid > 0 && !m_exit && ::kill(m_pid, number) == 0;
}

std::optional<int> Process::wait(Duration timeout) {
  if (m_exit || m_pid <= 0) return m_exit;
  const SystemClock clock;
  const MonoTime until = clock.mono() + timeout;
  while (true) {
    int status = 0;
    const pid_t ended = ::waitpid(m_pid, &status, WNOHANG);
    if (ended == m_pid) m_exit = exitCodeOf(status);
    if (ended == m_pid || (ended < 0 && errno != EINTR)) return m_exit.value_or(-1);
    if (clock.mono() >= until) return std::nullopt;
    sleepFor(Duration::millis(2));
  }
}

std::string ownProgram() {
  std::array<char, PATH_MAX> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
  return size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : std::string();
}

}  // namespace bw
