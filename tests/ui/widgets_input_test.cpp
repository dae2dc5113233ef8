// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QApplication>
#include <QImage>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include "tests/ui/widgets_fixtures.h"
#include "ui/theme/theme.h"
#include "ui/widgets/decimal_edit.h"
#include "ui/widgets/gauges.h"
#include "ui/widgets/small_widgets.h"
#include "ui/widgets/tape_widget.h"

using namespace bw;
using namespace bw::ui;
using namespace bw::ui::test;

TEST_CASE("decimal edit: exact steps, limits, no separators, wheel only with focus") {
  DecimalEdit edit(QStringLiteral("edPrice"), QStringLiteral("Price"));
  edit.setStep(Decimal(1, 1));
  edit.setRange(Decimal(0, 0), Decimal(100'000, 0));
  edit.show();
  QTest::keyClicks(&edit, QStringLiteral("61659.7"));
  REQUIRE(edit.value());
  CHECK(*edit.value() == Decimal(616'597, 1));
  QTest::keyClick(&edit, Qt::Key_Up);
  CHECK(edit.text() == QStringLiteral("61659.8"));
  QTest::keyClick(&edit, Qt::Key_PageDown);
  CHECK(edit.text() == QStringLiteral("61658.8"));
  edit.clear();
  QTest::keyClicks(&edit, QStringLiteral("1,234.5"));
  CHECK(edit.text() == QStringLiteral("1234.5"));
  edit.setText(QStringLiteral("100001"));
  CHECK_FALSE(edit.value());
  CHECK(edit.property("bwInvalid").toBool());
  CHECK_FALSE(edit.errorText().isEmpty());
  edit.setValue(Decimal(5, 0));
  edit.clearFocus();
  QWheelEvent wheel(QPointF(5, 5), QPointF(5, 5), {}, QPoint(0, 120), Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                    false);
  QApplication::sendEvent(&edit, &wheel);
  CHECK(edit.text() == QStringLiteral("5.0"));
}

TEST_CASE("gauge statuses and their bars") {
  CHECK(gaugeStatusOf(0.5) == GaugeStatus::Ok);
  CHECK(gaugeStatusOf(0.75) == GaugeStatus::Near);
  CHECK(gaugeStatusOf(0.9) == GaugeStatus::Hot);
  CHECK(gaugeStatusOf(1.0) == GaugeStatus::Hot);
  CHECK(gaugeStatusOf(1.0001) == GaugeStatus::Breach);
  GaugeList list;
  list.resize(420, 240);
  list.setState(ViewState::Live, 4, gaugeFixture());
  QImage image(list.size(), QImage::Format_RGB32);
  list.render(&image);
  const QRect bar = list.barRect(3);
  CHECK(image.pixelColor(bar.left() + 3, bar.center().y()) == color(Role::Critical));
  const QRect floor = list.barRect(4);
  CHECK(image.pixelColor(floor.right() - 1, floor.center().y()) == color(Role::Ok));
  CHECK(image.pixelColor(floor.left() + 3, floor.center().y()) == color(Role::Raised));
  CHECK(list.property("bwRows").toInt() == 5);
}

TEST_CASE("tape: newest on top, ring, pause counts, one-minute footer") {
  TapeWidget tape;
  tape.resize(340, 360);
  tape.setInstrument(QStringLiteral("BTCUSDT"), Decimal(1, 1), Decimal(1, 3));
  const auto prints = tapeFixture(600);
  tape.append(prints);
  tape.setState(ViewState::Live, {}, 1, Timestamp::fromNanos(prints.back().timeNs));
  CHECK(tape.rowCount() == 600);
  CHECK(tape.print(0).timeNs == prints.back().timeNs);
  CHECK(tape.footerText().startsWith(QStringLiteral("7.3 trades/s")));
  tape.setPaused(true);
  tape.append(tapeFixture(142));
  CHECK(tape.newWhilePaused() == 142);
  CHECK(tape.rowCount() == 600);
  tape.setPaused(false);
  CHECK(tape.rowCount() == 742);
  for (int i = 0; i < 40; ++i) tape.append(prints);
  CHECK(tape.rowCount() == static_cast<int>(TapeWidget::kCapacity));
}

TEST_CASE("empty and error states offer exactly what they are given") {
  EmptyState empty(QStringLiteral("emptyTest"));
  empty.show();
  QSignalSpy asked(&empty, &EmptyState::actionRequested);
  empty.setContent(QStringLiteral("No instruments yet"), QStringLiteral("Add BTC-PERP"));
  auto* button = empty.findChild<QAbstractButton*>(QStringLiteral("btnEmptyAction"));
  REQUIRE(button);
  CHECK(button->isVisible());
  button->click();
  CHECK(asked.count() == 1);
  empty.setContent(QStringLiteral("Flat"), {});
  CHECK_FALSE(button->isVisible());
  CHECK(empty.accessibleName() == QStringLiteral("Flat"));
}
