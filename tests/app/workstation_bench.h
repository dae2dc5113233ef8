// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <QCoreApplication>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/compose/workstation.h"
#include "core/base/thread.h"

namespace bw::test {

/// A directory that goes away with it.
class ScratchDir {
 public:
  ScratchDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "bw-test-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    m_path = pattern;
  }
  ~ScratchDir() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  ScratchDir(const ScratchDir&) = delete;
  ScratchDir& operator=(const ScratchDir&) = delete;
  const std::string& path() const { return m_path; }
  std::string operator/(const std::string& name) const { return m_path + "/" + name; }

 private:
  std::string m_path;
};

inline void writeText(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

/// Waits for a condition, at most twenty seconds of real time.
inline bool eventually(const std::function<bool()>& condition) {
  const SystemClock real;
  const MonoTime end = real.mono() + Duration::seconds(20);
  while (real.mono() < end) {
    if (condition()) return true;
    sleepFor(Duration::millis(1));
  }
  return condition();
}

/// A workstation on threads in a directory of its own: simulated market, ten times as fast.
class WorkstationBench {
 public:
  WorkstationBench() {
    static int argc = 1;
    static char name[] = "test";
    static char* argv[] = {name, nullptr};
    static QCoreApplication application(argc, argv);
    m_options.configDir = std::string(BW_SOURCE_DIR) + "/config";
    m_options.dataDir = m_dir.path();
    m_options.speed = 10;
  }
  ~WorkstationBench() {
    if (m_workstation) m_workstation->stop();
  }
  app::WorkstationOptions& options() { return m_options; }
  const ScratchDir& dir() const { return m_dir; }

  app::Workstation& start() {
    auto made = app::Workstation::make(m_options);
    REQUIRE_MESSAGE(made.ok(), (made ? std::string() : made.error().detail));
    m_workstation = std::move(*made);
    const auto started = m_workstation->start();
    REQUIRE_MESSAGE(started.ok(), (started ? std::string() : started.error().detail));
    return *m_workstation;
  }
  void stop() {
    m_workstation->stop();
    m_workstation.reset();
  }
  app::Workstation& workstation() { return *m_workstation; }
  app::Engine& engine() { return m_workstation->engine(); }
  SessionState state() { return engine().status().state(); }
  bool reaches(SessionState wanted) {
    return eventually([&] { return state() == wanted; });
  }
  /// The start-up step that failed. The state may be known before it: state changes are the more urgent topic.
  std::optional<StartupStep> failedStep() {
    eventually([&] { return engine().status().failedStep().has_value(); });
    return engine().status().failedStep();
  }
  /// The answer of the control socket to a verb.
  std::string ask(const std::string& verb) {
    const auto answer = api::askWorkstation(m_workstation->places().socketPath, {verb, {}}, Duration::seconds(10));
    return answer ? *answer : answer.error().detail;
  }

 private:
  ScratchDir m_dir;
  app::WorkstationOptions m_options;
  std::unique_ptr<app::Workstation> m_workstation;
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace bw::test
