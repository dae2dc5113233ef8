// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/guard/guard_link.h"

#include <unistd.h>

namespace bw::guard {
namespace {

constexpr Duration kTryAgain = Duration::millis(250);

}  // namespace

GuardLink::GuardLink(const Clock& clock, std::string socketPath, Ports ports)
    : m_clock(clock), m_path(std::move(socketPath)), m_ports(std::move(ports)) {
  BW_ASSERT(m_ports.stop != nullptr && m_ports.gateLevel);
}

void GuardLink::connectAgain(MonoTime now) {
  if (m_channel.open() || now < m_tryAt) return;
  m_tryAt = now + kTryAgain;
  m_greeted = false;
  auto channel = net::LocalChannel::connect(m_path);
  if (!channel) return;
  m_channel = std::move(*channel);
  GuardMessage hello;
  hello.kind = GuardMessage::Kind::Hello;
  hello.pid = ::getpid();
  static_cast<void>(m_channel.send(encode(hello)));
}

void GuardLink::beat() {
  const MonoTime now = m_clock.mono();
  connectAgain(now);
  // First what the guard says: a workstation that was frozen hears here what was done meanwhile.
  while (const auto bytes = m_channel.receive()) {
    if (const auto message = decode(*bytes)) take(*message, now);
  }
  {
    const Lock lock(m_mutex);
    m_connected = m_channel.open() && m_greeted;
  }
  if (!m_channel.open()) return;
  if (m_show.exchange(false)) {
    GuardMessage show;
    show.kind = GuardMessage::Kind::Show;
    static_cast<void>(m_channel.send(encode(show)));
  }
  const StopProgress stop = m_ports.stop->progress();
  GuardMessage beat;
  beat.number = ++m_beats;
  beat.state = toString(stop.state);
  beat.level = m_ports.gateLevel();
  beat.stopNumber = stop.stopNumber;
  beat.cleared = m_cleared;
  if (m_ports.journalHead) std::tie(beat.journalSequence, beat.journalHead) = m_ports.journalHead();
  static_cast<void>(m_channel.send(encode(beat)));
}

void GuardLink::take(const GuardMessage& message, MonoTime now) {
  if (message.kind == GuardMessage::Kind::Hello) {
    const bool same = message.protocol == kProtocol && message.version == kVersion;
    m_greeted = same;
    const Lock lock(m_mutex);
    m_problem = same ? std::string()
                     : "the guard is version " + message.version + ", this workstation " + std::string(kVersion);
    if (!same) m_channel.close();
    return;
  }
  if (!m_greeted) return;
  {
    const Lock lock(m_mutex);
    m_heard = true;
    m_heardAt = now;
    if (message.kind == GuardMessage::Kind::Beat) m_state = message.state;
  }
  if (message.kind == GuardMessage::Kind::Press) {
    m_ports.stop->trigger(message.channel, message.reason);
    return;
  }
  if (message.kind != GuardMessage::Kind::Beat || message.channel.empty()) return;
  // It has acted by itself: that is a stop of ours too, at the same level.
  const std::string deed = message.level + " " + std::to_string(message.stopNumber);
  if (deed == m_followed || message.stopNumber <= m_cleared) return;
  if (message.level != "CANCEL_ALL" && message.level != "FLATTEN") return;
  m_followed = deed;
  m_ports.stop->raise(message.level == "FLATTEN" ? StopLevel::Flatten : StopLevel::CancelAll, {}, "guard",
                      message.channel == "guard" ? message.reason : message.channel + ": " + message.reason);
}

void GuardLink::farewell() {
  GuardMessage bye;
  bye.kind = GuardMessage::Kind::Bye;
  static_cast<void>(m_channel.send(encode(bye)));
}

GuardLink::Health GuardLink::health() const {
  const Lock lock(m_mutex);
  Health health;
  health.connected = m_connected;
  if (m_heard) health.silence = m_clock.mono() - m_heardAt;
  health.state = m_state;
  health.problem = m_problem;
  return health;
}

}  // namespace bw::guard
