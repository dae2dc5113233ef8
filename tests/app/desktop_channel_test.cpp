// SPDX-License-Identifier: GPL-3.0-or-later
// Needs a session bus of its own (dbus-run-session); skips aloud without one.
#include "app/window/desktop_channel.h"

#include <doctest/doctest.h>

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVirtualObject>
#include <QVariantMap>
#include <cstdio>

#include "core/base/thread.h"

using namespace bw;

namespace {

/// Stands for the desktop's notification service. Thread: main.
class Desktop final : public QDBusVirtualObject {
 public:
  QString introspect(const QString&) const override { return {}; }
  bool handleMessage(const QDBusMessage& message, const QDBusConnection& connection) override {
    if (message.member() != QStringLiteral("Notify")) return false;
    calls.push_back(message.arguments());
    connection.send(message.createReply(QVariant::fromValue(1U)));
    return true;
  }
  std::vector<QVariantList> calls;
};

notify::Notice noticeOf(int priority, const char* text) {
  notify::Notice notice;
  notice.alarm.priority = priority;
  notice.alarm.source = "risk";
  notice.alarm.code = "limit";
  notice.alarm.text = text;
  notice.alarm.action = "reduce";
  return notice;
}

}  // namespace

TEST_CASE("desktop channel: alarms reach the notification service from any thread, critical ones stay") {
  int argc = 1;
  char name[] = "test";
  char* argv[] = {name, nullptr};
  const QCoreApplication application(argc, argv);
  window::DesktopChannel channel;
  if (!channel.connected()) {
    std::printf("SKIPPED: there is no session bus\n");
    channel.send(noticeOf(2, "nobody hears this"));
    CHECK(channel.lost() == 1);
    return;
  }
  Desktop desktop;
  QDBusConnection bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, QStringLiteral("desktop"));
  REQUIRE(bus.registerVirtualObject(QStringLiteral("/org/freedesktop/Notifications"), &desktop));
  REQUIRE(bus.registerService(QStringLiteral("org.freedesktop.Notifications")));
  Thread watch;
  watch.start("watch", [&] {
    channel.send(noticeOf(2, "exposure <b>high</b>"));
    channel.send(noticeOf(3, "no stop"));
  });
  const SystemClock real;
  const MonoTime until = real.mono() + Duration::seconds(10);
  while (desktop.calls.size() < 2 && real.mono() < until) QCoreApplication::processEvents();
  watch.join();
  REQUIRE(desktop.calls.size() == 2);
  const QVariantList& first = desktop.calls[0];
  REQUIRE(first.size() == 8);
  CHECK(first[0].toString() == QStringLiteral("Bellwether"));
  CHECK(first[4].toString().toStdString() == "ALARM risk: exposure &lt;b&gt;high&lt;/b&gt;. Do: reduce");
  CHECK(first[7].toInt() == -1);
  CHECK(desktop.calls[1][4].toString().toStdString().find("CRITICAL risk: no stop") == 0);
  CHECK(desktop.calls[1][7].toInt() == 0);
  CHECK(channel.lost() == 0);
}
