// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/engine.h"
#include "app/compose/limit_verbs.h"
#include "core/limits/limit_log.h"
#include "core/limits/limit_schema.h"

namespace bw::app {

// Only the owner of the data directory may change limits: another workstation's are none of ours.
void Engine::openLimits() {
  if (m_options.mode == "live" || m_options.mode == "testnet") m_settings.limits = m_settings.limits.forLive();
  if (!m_problems.journal.empty() || !m_journal) return;
  m_limitVoice = m_bus->makePublisher("limits");
  limits::DeskParts parts;
  parts.disk = &disk();
  parts.clock = &m_clocks.real;
  parts.mode = m_options.mode;
  // A private run leaves no trace in the profile.
  parts.userFile = (m_places.temporary ? m_places.dataDir : m_places.userConfigDir) + "/risk.yaml";
  parts.directory = m_places.dataDir + "/limits";
  parts.context = [this] { return reviewContext(); };
  parts.command = [this](const LimitCommand& command) {
    PublishOptions options;
    options.type = MessageType::Command;
    m_limitVoice->publish(Topic::Limits, command, options);
  };
  parts.record = [this](const std::string& text) -> Result<void> {
    const auto sequence = m_journal->append(RecordKind::LimitChange, text);
    if (!sequence) return sequence.error();
    return m_journal->sync(*sequence);
  };
  parts.decisions = [this](Timestamp since) { return decisionsIn(m_places.journalDir(m_options.mode), since, disk()); };
  std::string effective = "effective " + limits::hashOf(m_settings.limits) + "\n";
  for (const LimitField& field : limits::fieldsOf(m_settings.limits))
    effective += field.key + "=" + field.value + "\t" + field.source + "\n";
  static_cast<void>(m_journal->append(RecordKind::LimitChange, effective));
  m_log.write(LogLevel::Info, "limits", "limits.effective",
              std::to_string(risk::kRiskKeyCount) + " limits in force, hash " + limits::hashOf(m_settings.limits));
  auto made = limits::FileLimitDesk::make(std::move(parts), m_settings.limits);
  if (made) {
    m_limitDesk = std::move(*made);
  } else {
    m_log.write(LogLevel::Error, "limits", made.error().userKey, made.error().detail);
  }
}

limits::ReviewContext Engine::reviewContext() {
  limits::ReviewContext context;
  if (const PreviewAgent* preview = m_preview.load()) context.risk = preview->status();
  if (m_stop) {
    const StopProgress progress = m_stop->progress();
    context.stop = progress.state;
    if (progress.trigger == "risk") context.stopCause = progress.reason;
  }
  return context;
}

risk::RiskLimits Engine::currentLimits() const {
  return m_limitDesk ? m_limitDesk->limits() : m_settings.limits;
}

}  // namespace bw::app
