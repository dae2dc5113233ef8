// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QImage>
#include <QSignalSpy>
#include <QTest>
#include <set>

#include "ui/theme/theme.h"
#include "ui/widgets/estop_plate.h"

using namespace bw::ui;

namespace {

constexpr PlateState kPlateStates[] = {PlateState::Ready,   PlateState::Latched,   PlateState::Stopping,
                                       PlateState::Stopped, PlateState::Attention, PlateState::Offline};

QImage shotOf(QWidget& widget) {
  QImage image(widget.size(), QImage::Format_RGB32);
  widget.render(&image);
  return image;
}

}  // namespace

TEST_CASE("ready: the centre is actuator red and 8 px inside the corner is yellow, at every size") {
  for (const double scale : {1.0, 1.5, 2.0}) {
    for (const EstopPlate::Size size : {EstopPlate::Size::Full, EstopPlate::Size::Mini}) {
      ThemeManager::instance().setFontScale(scale);
      EstopPlate plate(size);
      plate.resize(plate.minimumSizeHint());
      plate.setState({PlateState::Ready, {}, 0, 1});
      const QImage image = shotOf(plate);
      const QRect r = plate.plateRect();
      CHECK(plate.rect().contains(r));
      CHECK(image.pixelColor(r.center()) == color(Role::EstopRed));
      const int inside = size == EstopPlate::Size::Full ? 8 : 4;
      CHECK(image.pixelColor(r.topLeft() + QPoint(inside, inside)) == color(Role::EstopYellow));
    }
  }
  ThemeManager::instance().setFontScale(1.0);
  EstopPlate plate;
  CHECK(plate.plateRect().size() == QSize(72, 52));
}

TEST_CASE("the six states differ without any colour") {
  std::set<std::string> grey;
  std::set<QString> sentences;
  EstopPlate plate;
  plate.resize(plate.minimumSizeHint());
  for (const PlateState state : kPlateStates) {
    plate.setState({state, {}, 0.3, 1});
    const QImage image = shotOf(plate).convertToFormat(QImage::Format_Grayscale8);
    std::string bytes;
    for (int y = 0; y < image.height(); ++y)
      bytes.append(reinterpret_cast<const char*>(image.constScanLine(y)), static_cast<std::size_t>(image.width()));
    CHECK(grey.insert(bytes).second);
    CHECK(sentences.insert(plate.stateSentence()).second);
    CHECK(plate.accessibleDescription() == plate.stateSentence());
  }
  plate.setState({PlateState::Stopped, {}, 0, 1});
  const QImage stopped = shotOf(plate);
  CHECK(stopped.pixelColor(plate.plateRect().topLeft() + QPoint(8, 8)) == color(Role::EstopYellow));
  plate.setState({PlateState::Offline, {}, 0, 1});
  CHECK(shotOf(plate).pixelColor(plate.plateRect().topLeft() + QPoint(8, 8)) != color(Role::EstopYellow));
}

TEST_CASE("it fires on press, by the left button, Enter and Space, and on nothing else") {
  EstopPlate plate;
  plate.resize(plate.sizeHint());
  plate.setState({PlateState::Ready, {}, 0, 1});
  plate.show();
  QSignalSpy fired(&plate, &EstopPlate::pressed);
  const QPoint centre = plate.plateRect().center();
  QTest::mousePress(&plate, Qt::RightButton, {}, centre);
  QTest::mousePress(&plate, Qt::MiddleButton, {}, centre);
  QTest::mousePress(&plate, Qt::LeftButton, {}, QPoint(2, 2));
  CHECK(fired.isEmpty());
  QTest::mousePress(&plate, Qt::LeftButton, {}, centre);
  CHECK(fired.count() == 1);
  QTest::mouseRelease(&plate, Qt::LeftButton, {}, centre);
  CHECK(fired.count() == 1);
  QTest::keyClick(&plate, Qt::Key_Return);
  QTest::keyClick(&plate, Qt::Key_Space);
  QTest::keyClick(&plate, Qt::Key_A);
  CHECK(fired.count() == 3);
}

TEST_CASE("the filter finds the plate and not the words") {
  EstopPlate plate;
  plate.resize(plate.sizeHint());
  plate.show();
  CHECK(EstopPlate::all().contains(&plate));
  CHECK(plate.hitTest(plate.mapToGlobal(plate.plateRect().center())));
  CHECK_FALSE(plate.hitTest(plate.mapToGlobal(QPoint(2, plate.height() / 2))));
  CHECK(plate.wordsVisible());
  plate.resize(plate.minimumSizeHint());
  CHECK_FALSE(plate.wordsVisible());
  CHECK(plate.rect().contains(plate.plateRect()));
  plate.hide();
  CHECK_FALSE(plate.hitTest(plate.mapToGlobal(plate.plateRect().center())));
}
