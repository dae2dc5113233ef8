// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/desktop_channel.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QStringList>
#include <QVariantMap>

namespace bw::window {
namespace {

constexpr int kCriticalAlarm = 3;
constexpr uchar kNormalUrgency = 1;
constexpr uchar kCriticalUrgency = 2;
constexpr int kUntilClosed = 0;
constexpr int kDefaultTime = -1;

}  // namespace

DesktopChannel::DesktopChannel() : m_connected(QDBusConnection::sessionBus().isConnected()) {}

void DesktopChannel::send(const notify::Notice& notice) {
  if (!m_connected) {
    ++m_lost;
    return;
  }
  const AlarmUpdate& alarm = notice.alarm;
  const bool critical = alarm.priority >= kCriticalAlarm;
  QVariantMap hints;
  hints.insert(QStringLiteral("urgency"), QVariant::fromValue(critical ? kCriticalUrgency : kNormalUrgency));
  hints.insert(QStringLiteral("desktop-entry"), QStringLiteral("org.bellwether.Bellwether"));
  const QString title = QStringLiteral("Bellwether: ") + QString::fromStdString(alarm.source + "/" + alarm.code);
  QDBusMessage call = QDBusMessage::createMethodCall(
      QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("/org/freedesktop/Notifications"),
      QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("Notify"));
  call << QStringLiteral("Bellwether") << 0U << QStringLiteral("org.bellwether.Bellwether") << title
       << QString::fromStdString(notify::wordsOf(notice)).toHtmlEscaped() << QStringList() << hints
       << (critical ? kUntilClosed : kDefaultTime);
  if (!QDBusConnection::sessionBus().send(call)) ++m_lost;
}

}  // namespace bw::window
