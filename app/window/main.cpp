// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QDir>
#include <QPointer>
#include <QStandardPaths>
#include <QStyleFactory>
#include <QTimer>

#include <cstdio>

#include "app/window/window_options.h"
#include "core/base/clock.h"
#include "ui/shell/app_icon.h"
#include "ui/shell/main_window.h"
#include "ui/theme/fonts.h"

namespace bw::window {

namespace {

constexpr int kFailed = 1;

/// Waits for the window's first paint, then starts the workstation, takes the picture and leaves as asked.
class FirstFrame final : public QObject {
 public:
  FirstFrame(ui::MainWindow& window, Workstation& workstation, const WindowOptions& options)
      : QObject(&window), m_window(window), m_workstation(workstation), m_options(options) {
    window.installEventFilter(this);
  }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (event->type() == QEvent::Paint && !m_seen) {
      m_seen = true;
      // Nothing trades before that; what is pressed meanwhile waits in the queue.
      QTimer::singleShot(0, this, [this] { start(); });
      QTimer::singleShot(static_cast<int>(m_options.after * 1000), this, [this] { finish(); });
    }
    return QObject::eventFilter(watched, event);
  }

 private:
  void start() {
    if (m_options.announce) {
      std::puts("first frame");
      std::fflush(stdout);
    }
    if (const auto started = m_workstation.start(); !started)
      std::fprintf(stderr, "bellwether: %s\n", started.error().detail.c_str());
    m_window.run();
  }
  void finish() {
    int code = 0;
    if (!m_options.screenshot.empty()) {
      if (m_options.demo) m_window.beatOnce();
      const QString file = QString::fromStdString(m_options.screenshot);
      if (!m_window.grab().save(file, "PNG")) {
        std::fprintf(stderr, "bellwether: cannot write %s\n", m_options.screenshot.c_str());
        code = kFailed;
      }
    }
    if (!m_options.quit) return;
    m_window.leave();
    QCoreApplication::exit(code);
  }

  ui::MainWindow& m_window;
  Workstation& m_workstation;
  const WindowOptions& m_options;
  bool m_seen = false;
};

QString settingsFile(const WindowOptions& options) {
  const QString base = options.dataDir.empty()
                           ? QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
                                 QStringLiteral("/bellwether/") + QString::fromStdString(options.profile)
                           : QString::fromStdString(options.dataDir);
  QDir().mkpath(base);
  return base + QStringLiteral("/window.ini");
}

void dress(const WindowOptions& options, const QString& settings) {
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  QApplication::setFont(ui::themeFont(ui::FontRole::Text));
  QApplication::setWindowIcon(ui::appIcon());
  ui::ThemeManager::instance().setReducedMotion(!options.animations);
  auto kind = ui::ThemeKind::Dark;
  if (options.theme.empty()) {
    const int saved = QSettings(settings, QSettings::IniFormat).value(QStringLiteral("theme"), 0).toInt();
    if (saved >= 0 && saved <= static_cast<int>(ui::ThemeKind::HighContrast)) kind = static_cast<ui::ThemeKind>(saved);
  } else if (options.theme == "light") {
    kind = ui::ThemeKind::Light;
  }
  ui::MainWindow::applyTheme(kind);
}

int run(int argc, char** argv) {
  WindowOptions options;
  if (auto exit = parseOptions(argc, argv, options)) {
    std::fputs(exit->text.c_str(), exit->code == 0 ? stdout : stderr);
    return exit->code;
  }
  QApplication application(argc, argv);
  QApplication::setApplicationName(QStringLiteral("Bellwether"));
  QApplication::setDesktopFileName(QStringLiteral("org.bellwether.Bellwether"));
  const QString settings = settingsFile(options);
  dress(options, settings);
  auto made = makeWorkstation(options);
  if (!made) {
    std::fprintf(stderr, "bellwether: %s\n", made.error().detail.c_str());
    return kFailed;
  }
  const std::unique_ptr<Workstation> workstation = std::move(made).value();
  const SystemClock clock;
  ui::MainWindow::Options shell;
  shell.settingsFile = settings;
  shell.workspace = QString::fromStdString(options.workspace);
  shell.size = QSize(options.width, options.height);
  shell.resetLayout = options.resetLayout;
  shell.card = options.mode == "sim" && !options.demo;
  ui::MainWindow window(workstation->data(), workstation->commands(), workstation->stop(), clock, shell);
  const FirstFrame firstFrame(window, *workstation, options);
  window.show();
  return QApplication::exec();
}

}  // namespace

}  // namespace bw::window

int main(int argc, char** argv) {
  return bw::window::run(argc, argv);
}
