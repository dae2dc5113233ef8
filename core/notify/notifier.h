// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/log.h"
#include "core/notify/alarm_book.h"

namespace bw::notify {

/// A way to reach a person: desktop, log, later webhook and Telegram. send() must not block; what it throws is logged.
/// Thread: the notifier's owner.
class Channel {
 public:
  virtual ~Channel() = default;
  virtual std::string_view name() const = 0;
  virtual void send(const Notice& notice) = 0;
  /// True for channels that disturb a person: these are limited in rate.
  virtual bool disturbs() const { return true; }
};

/// "CRITICAL risk: text. Do: action".
std::string wordsOf(const Notice& notice);

/// Writes every notice into the log. Thread: the notifier's owner.
class LogChannel final : public Channel {
 public:
  explicit LogChannel(Log& log) : m_log(log) {}
  std::string_view name() const override { return "log"; }
  void send(const Notice& notice) override;
  bool disturbs() const override { return false; }

 private:
  Log& m_log;
};

/// Hands notices to channels: at most five at once and one more every ten seconds to those that disturb. What is held
/// back is told as one notice with its count when there is room again. The emergency stop goes everywhere at once.
/// Pure; times come in. Thread: owner only.
class Notifier {
 public:
  static constexpr int kBurst = 5;
  static constexpr Duration kRefill = Duration::seconds(10);

  explicit Notifier(Log& log) : m_log(log) {}
  void add(std::shared_ptr<Channel> channel);
  void tell(const Notice& notice, Timestamp now);
  void tick(Timestamp now);
  std::uint64_t heldBack() const { return m_heldBack; }

 private:
  void refill(Timestamp now);
  void sendTo(Channel& channel, const Notice& notice);

  Log& m_log;
  std::vector<std::shared_ptr<Channel>> m_channels;
  int m_tokens = kBurst;
  Timestamp m_refilledAt;
  std::uint64_t m_heldBack = 0;  ///< since the last summary
};

}  // namespace bw::notify
