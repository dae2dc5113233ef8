// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace bw {

/// A child process with its standard input and output in our hands; its errors go where ours go. Killed and reaped
/// when destroyed, unless released. Thread: owner only.
class Process {
 public:
  Process() = default;
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Starts `command[0]` (a path). `detached`: in a session of its own, so that a terminal's signals do not reach it.
  /// Error "process.start".
  static Result<Process> start(const std::vector<std::string>& command, bool detached = false);
  int pid() const { return m_pid; }
  bool running();
  /// One line of its output, without the newline; nothing at its end or after `timeout`.
  std::optional<std::string> readLine(Duration timeout);
  /// Writes a line to its input. False if it does not read any more.
  bool writeLine(const std::string& line);
  void closeInput();
  /// Sends a signal. False if there is no process any more.
  bool signal(int number) const;
  /// Waits for its end; the exit code, 128 + number if a signal ended it, nothing after `timeout`.
  std::optional<int> wait(Duration timeout);
  /// Lets it go on alone; it is reaped by the system once we end.
  void release();

 private:
  int m_pid = -1;
  int m_input = -1;
  int m_output = -1;
  std::string m_buffer;
  std::optional<int> m_exit;
};

/// The program that runs, as a path.
std::string ownProgram();

}  // namespace bw
