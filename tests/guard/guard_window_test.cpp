// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/guard/guard_window.h"

#include <doctest/doctest.h>

#include <QCoreApplication>
#include <QMouseEvent>

#include "core/base/thread.h"
#include "tests/support/order_path.h"
#include "ui/widgets/estop_plate.h"

namespace {

using namespace bw;

TEST_CASE("the guard's window: always on top, its plate presses, its line tells the state") {
  test::TemporaryFolder folder;
  guard_app::GuardOptions options;
  options.dataDirectory = folder.path();
  auto program = guard_app::GuardProgram::make(options);
  REQUIRE(program.ok());
  Thread working;
  working.start("core", [&] { (*program)->core().run(); });
  const SystemClock clock;
  const auto until = [&](const auto& done) {
    const MonoTime end = clock.mono() + Duration::seconds(20);
    while (!done() && clock.mono() < end) {
      QCoreApplication::processEvents();
      sleepFor(Duration::millis(5));
    }
    return done();
  };
  {
    guard_app::GuardWindow window((*program)->core());
    window.show();
    CHECK((window.windowFlags() & Qt::WindowStaysOnTopHint) != 0);
    CHECK(until([&] { return window.line().contains(QStringLiteral("ENGINE NOT SEEN")); }));
    CHECK(until([&] { return window.plate().state().state == ui::PlateState::Ready; }));
    const QPoint at = window.plate().plateRect().center();
    QMouseEvent press(QEvent::MouseButtonPress, at, window.plate().mapToGlobal(at), Qt::LeftButton, Qt::LeftButton,
                      Qt::NoModifier);
    QCoreApplication::sendEvent(&window.plate(), &press);
    CHECK(until([&] { return (*program)->core().status().stop.state == StopState::Stopped; }));
    CHECK((*program)->core().status().stop.trigger == "guard window");
    CHECK(until([&] { return window.plate().state().state == ui::PlateState::Stopped; }));
    CHECK(window.line().contains(QStringLiteral("STOPPED")));
  }
  (*program)->core().quit();
  working.join();
}

}  // namespace
