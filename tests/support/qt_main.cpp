// SPDX-License-Identifier: GPL-3.0-or-later
// doctest's main for tests of widgets: one QApplication for the whole program, offscreen, with a fixed style.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <QApplication>
#include <QStyleFactory>

#include "ui/theme/theme.h"

int main(int argc, char** argv) {
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication app(argc, argv);
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  QApplication::setPalette(bw::ui::theme().palette());
  app.setStyleSheet(bw::ui::theme().styleSheet());
  doctest::Context context(argc, argv);
  return context.run();
}
