// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/api/json_writer.h"
#include "core/base/mutex.h"
#include "core/bus/agent.h"

namespace bw::api {

/// Keeps the latest of everything that `status` tells. Thread: host `api`; statusJson() from any thread.
class StatusAgent final : public Agent {
 public:
  StatusAgent(Instruments instruments, std::string mode, std::string profile);
  std::string_view name() const override { return "status"; }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  /// Takes over everything that `before` knows; before this agent is placed. What was published since comes from the
  /// bus's memory, from lastSequence() on.
  void continueFrom(const StatusAgent& before);
  /// The largest bus sequence heard. Any thread.
  std::uint64_t lastSequence() const { return m_lastSequence.load(); }

  /// One JSON object: mode, state, instruments with best prices and revision, orders, positions, account, agents,
  /// start-up, stop, audit, counters. `extra` may add fields before the end.
  std::string statusJson(const std::function<void(JsonWriter&)>& extra = {}) const;
  SessionState state() const { return m_state.load(); }
  /// The answer to a command, once it has come.
  std::optional<ControlAnswer> takeAnswer(const Uuid& correlationId);

  struct Counters {
    std::uint64_t orders = 0, fills = 0, refused = 0, rejected = 0, cancelled = 0, events = 0;
  };
  Counters counters() const;
  /// How often each reason refused an intent.
  std::map<std::string, std::uint64_t> refusalReasons() const;
  std::optional<AccountUpdate> account() const;
  std::vector<Position> positions() const;
  AuditStatus audit() const;
  StopProgress stop() const;
  /// Alarms, oldest first; at most 500.
  std::vector<AlarmUpdate> alarms() const;
  /// Instruments whose book may be traded on now.
  std::size_t tradableBooks() const;
  /// Instruments whose signals are warm.
  std::size_t warmSignals() const;
  /// The start-up step that failed, if one did.
  std::optional<StartupStep> failedStep() const;
  /// The last comparison with the venue's account; nothing before the first.
  std::optional<ReconciliationResult> reconciled() const;
  /// {"ok":true,"items":[…]}: what is in the reconciliation inbox, oldest first.
  std::string reconciliationJson() const;

 private:
  struct Latest {
    BookDepthPtr depth;
    BboUpdate bbo;
    bool hasBbo = false;
    std::uint64_t trades = 0;
  };
  void take(const Message& message) BW_REQUIRES(m_mutex);
  void takeOrder(const OrderUpdate& update) BW_REQUIRES(m_mutex);
  void writeMarket(JsonWriter& json) const BW_REQUIRES(m_mutex);
  void writeTrading(JsonWriter& json) const BW_REQUIRES(m_mutex);
  void writeSystem(JsonWriter& json) const BW_REQUIRES(m_mutex);
  void writeAlarms(JsonWriter& json) const BW_REQUIRES(m_mutex);
  void writeItems(JsonWriter& json) const BW_REQUIRES(m_mutex);

  const Instruments m_instruments;
  const std::string m_mode;
  const std::string m_profile;
  std::atomic<SessionState> m_state{SessionState::Initializing};
  std::atomic<std::uint64_t> m_lastSequence{0};
  mutable Mutex m_mutex;
  std::vector<Latest> m_latest BW_GUARDED_BY(m_mutex);
  std::map<ClientOrderId, Order> m_open BW_GUARDED_BY(m_mutex);
  std::map<InstrumentId, PositionUpdate> m_positions BW_GUARDED_BY(m_mutex);
  std::map<InstrumentId, std::uint64_t> m_positionSequences BW_GUARDED_BY(m_mutex);
  std::optional<AccountUpdate> m_account BW_GUARDED_BY(m_mutex);
  std::map<std::string, AgentHealth> m_health BW_GUARDED_BY(m_mutex);
  std::map<int, StartupStep> m_steps BW_GUARDED_BY(m_mutex);
  std::map<Uuid, ControlAnswer> m_answers BW_GUARDED_BY(m_mutex);
  std::map<std::string, FeedStatus> m_feeds BW_GUARDED_BY(m_mutex);
  std::map<InstrumentId, bool> m_warm BW_GUARDED_BY(m_mutex);
  std::optional<ReconciliationResult> m_reconciled BW_GUARDED_BY(m_mutex);
  std::map<std::string, ReconciliationItem> m_items BW_GUARDED_BY(m_mutex);  ///< by id; not the settled ones
  StopProgress m_stop BW_GUARDED_BY(m_mutex);
  AuditStatus m_audit BW_GUARDED_BY(m_mutex);
  std::map<std::uint64_t, AlarmUpdate> m_alarms BW_GUARDED_BY(m_mutex);
  std::map<std::string, std::vector<Metric>> m_metrics BW_GUARDED_BY(m_mutex);  ///< by source
  std::string m_cause BW_GUARDED_BY(m_mutex);
  std::map<std::string, std::uint64_t> m_refusals BW_GUARDED_BY(m_mutex);
  Counters m_counters BW_GUARDED_BY(m_mutex);
};

}  // namespace bw::api
