// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>

#include "tests/ui/window_fixture.h"
#include "ui/panels/limits/limit_row.h"
#include "ui/panels/limits/limits_panel.h"

using namespace bw;
using bw::window::test::WindowFixture;

namespace {

struct LimitsWindow : WindowFixture {
  LimitsWindow() : WindowFixture(QStringLiteral("Risk")) {
    REQUIRE(eventually(
        [this] { return data().risk().has_value() && data().sessionState() != SessionState::Initializing; }));
    window->showDock(QStringLiteral("dkLimits"), false);
    auto& scopes = child<QListWidget>("lstLimitScopes");
    REQUIRE(eventually([&] { return scopes.count() > 0; }));
    scopes.setCurrentRow(scopes.count() - 1);
    REQUIRE(panel().row(QStringLiteral("MAX_ORDER_VALUE")) != nullptr);
  }
  ui::LimitsPanel& panel() { return static_cast<ui::LimitsPanel&>(window->dock(QStringLiteral("dkLimits"))->panel()); }
  void type(const char* key, const char* text) {
    auto* line = dynamic_cast<QLineEdit*>(panel().row(QString::fromLatin1(key))->editor());
    REQUIRE(line != nullptr);
    line->selectAll();
    QTest::keyClicks(line, QString::fromLatin1(text));
    REQUIRE(eventually([this] { return panel().settled(); }));
  }
  void enter(const char* key) {
    QTest::keyClick(panel().row(QString::fromLatin1(key))->editor(), Qt::Key_Return);
    REQUIRE(eventually([this] { return panel().settled(); }));
  }
  std::uint64_t inForce() { return data().risk()->limitsVersion; }
  std::string value(const char* key) {
    for (const auto& field : commands().limits()->fields()) {
      if (field.key == key) return field.value;
    }
    return "no such key";
  }
};

}  // namespace

TEST_CASE("what is tightened in the form is what the running risk agent judges by") {
  LimitsWindow f;
  const std::uint64_t before = f.inForce();
  f.type("MAX_ORDER_VALUE", "12345");
  f.picture(QStringLiteral("limits_window"));
  f.enter("MAX_ORDER_VALUE");
  CHECK(f.value("MAX_ORDER_VALUE") == "12345");
  CHECK(f.eventually([&] { return f.inForce() > before; }));
  CHECK(f.eventually([&] { return f.child<QLabel>("lblLimitVersion").text().contains(QStringLiteral("in force")); }));
  // A loosening takes its review, and then it is as before.
  const std::uint64_t tightened = f.inForce();
  f.type("MAX_ORDER_VALUE", "15000");
  f.enter("MAX_ORDER_VALUE");
  CHECK(f.value("MAX_ORDER_VALUE") == "12345");
  f.child<QLineEdit>("edtReviewReason").setText(QStringLiteral("larger account since today"));
  f.child<QPushButton>("btnReviewConfirm").click();
  CHECK(f.eventually([&] { return f.value("MAX_ORDER_VALUE") == "15000" && f.inForce() > tightened; }));
  CHECK(f.commands().limits()->history().front().reason == "larger account since today");
}
