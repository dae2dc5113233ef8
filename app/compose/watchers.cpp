// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Engine that makes what watches the program: sentinel and alarms.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/compose/engine.h"
#include "app/compose/machine.h"
#include "core/agents/audit/alarm_agent.h"
#include "core/agents/audit/sentinel_agent.h"

namespace bw::app {
namespace {

constexpr std::uintmax_t kLargestSettings = 1'000'000;

// Every settings file of the user's folder and of the shipped ones, as the program would read them.
std::vector<std::pair<std::string, std::string>> textsOf(const std::vector<std::string>& files,
                                                         const std::string& folder) {
  std::vector<std::string> names = files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.is_regular_file(ignored) && entry.file_size(ignored) <= kLargestSettings)
      names.push_back(entry.path().string());
  }
  std::vector<std::pair<std::string, std::string>> texts;
  for (const std::string& name : names) {
    std::ifstream in(name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    texts.emplace_back(name, text.str());
  }
  return texts;
}

}  // namespace

void Engine::recordText(RecordKind kind, const std::string& text) {
  if (m_journal) (void)m_journal->append(kind, text);
}

void Engine::recordStart() {
  recordText(RecordKind::ProgramStart, "mode " + m_options.mode + ", profile " + m_places.profile + ", seed " +
                                           std::to_string(m_options.seed) + ", by " + whoRunsThis());
}

std::unique_ptr<Agent> Engine::buildSentinel() {
  agents::SentinelPorts ports;
  ports.times = [] { return readMachineTimes(); };
  ports.resources = [dir = m_places.dataDir] { return readResources(dir); };
  ports.newLogText = [tail = std::make_shared<FileTail>(m_places.logDir() + "/orchestrator.log")] {
    return tail->take();
  };
  ports.configFiles = [files = m_settings.files, folder = m_places.userConfigDir] { return textsOf(files, folder); };
  ports.selfTests = m_selfTests;
  ports.dependencies = [this] {
    std::vector<sentinel::Dependency> waits;
    for (const OpenRequest& request : m_bus->openRequests())
      waits.emplace_back(m_bus->agentName(request.requester), m_bus->agentName(request.responder));
    return waits;
  };
  ports.holdForClock = [this](bool held) {
    if (held)
      m_gate->raiseNoNew(gate::NoNewCause::ClockJump);
    else
      m_gate->endNoNew(gate::NoNewCause::ClockJump);
  };
  ports.record = [this](const std::string& text) { recordText(RecordKind::Alarm, text); };
  return std::make_unique<agents::SentinelAgent>(std::move(ports));
}

std::unique_ptr<Agent> Engine::buildAlarms() {
  std::vector<std::shared_ptr<notify::Channel>> channels = m_channels;
  channels.push_back(std::make_shared<notify::LogChannel>(m_log));
  return std::make_unique<agents::AlarmAgent>(std::move(channels),
                                              [this](const std::string& text) { recordText(RecordKind::Alarm, text); });
}

}  // namespace bw::app
