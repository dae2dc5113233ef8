// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>

#include "core/notify/notifier.h"

namespace bw::window {

/// Alarms as notifications of the desktop (org.freedesktop.Notifications on the session bus); a critical one stays
/// until it is closed. Without a session bus nothing is sent, and lost() counts it. Thread: made on the main thread;
/// send() from any, never blocks.
class DesktopChannel final : public notify::Channel {
 public:
  DesktopChannel();
  std::string_view name() const override { return "desktop"; }
  void send(const notify::Notice& notice) override;
  bool connected() const { return m_connected; }
  std::uint64_t lost() const { return m_lost.load(); }

 private:
  bool m_connected = false;
  std::atomic<std::uint64_t> m_lost{0};
};

}  // namespace bw::window
