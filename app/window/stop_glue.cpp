// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/stop_glue.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

#include <array>
#include <cstdio>

namespace bw::window {

namespace {

constexpr int kDrillMs = 120'000;
constexpr int kDrillOrders = 500;

/// One figure of the drill: what it is called, its key, its bound and how it is written.
struct Bound {
  const char* what;
  const char* key;
  double most;
  const char* unit;
};
constexpr std::array<Bound, 6> kBounds = {{{"gate closed", "gate_closed_us", 1'000, "µs"},
                                           {"first cancel on the wire, p99", "first_cancel_ms", 50, "ms"},
                                           {"last cancel on the wire, p99", "last_cancel_ms", 250, "ms"},
                                           {"confirmed by the venues", "confirmed_ms", 2'000, "ms"},
                                           {"placements after the press", "placements_after", 0, ""},
                                           {"not confirmed at the end", "unconfirmed", 0, ""}}};

std::string figureText(double value, const char* unit) {
  std::array<char, 48> text{};
  const bool whole = unit[0] == '\0';
  std::snprintf(text.data(), text.size(), whole ? "%.0f" : "%.1f %s", value, unit);
  return text.data();
}

/// The command line's own drill: it keeps the evidence in the audit chain too, and this program goes on untouched.
ui::DrillResult runDrill(const app::Places& places) {
  QProcess process;
  process.setProgram(QCoreApplication::applicationDirPath() + QStringLiteral("/bellwether-cli"));
  process.setArguments({QStringLiteral("drill"), QStringLiteral("--json"), QStringLiteral("--orders"),
                        QString::number(kDrillOrders), QStringLiteral("--profile"),
                        QString::fromStdString(places.profile), QStringLiteral("--data-dir"),
                        QString::fromStdString(places.dataDir)});
  process.start(QIODevice::ReadOnly);
  ui::DrillResult failed;
  if (!process.waitForFinished(kDrillMs)) {
    failed.problem = "bellwether-cli drill: " + process.errorString().toStdString();
    process.kill();
    process.waitForFinished();
    return failed;
  }
  const QByteArray said = process.readAllStandardOutput();
  if (!said.trimmed().isEmpty()) return drillResultFrom(said.toStdString());
  failed.problem = process.readAllStandardError().trimmed().toStdString();
  return failed;
}

}  // namespace

ui::DrillResult drillResultFrom(const std::string& json) {
  ui::DrillResult result;
  const auto document = QJsonDocument::fromJson(QByteArray::fromStdString(json));
  if (!document.isObject()) {
    result.problem = "the drill said nothing that can be read";
    return result;
  }
  const QJsonObject said = document.object();
  result.problem = said.value(QStringLiteral("problem")).toString().toStdString();
  result.ok = said.value(QStringLiteral("ok")).toBool();
  for (const Bound& bound : kBounds) {
    const QJsonValue value = said.value(QLatin1String(bound.key));
    ui::DrillFigure figure;
    figure.what = bound.what;
    figure.target = (bound.most > 0 ? "≤ " : "") + figureText(bound.most, bound.unit);
    figure.measured = value.isDouble() ? figureText(value.toDouble(), bound.unit) : "not measured";
    figure.ok = value.isDouble() && value.toDouble() >= 0 && value.toDouble() <= bound.most;
    result.figures.push_back(figure);
  }
  return result;
}

ui::StopPorts stopPortsOf(app::Workstation& workstation) {
  gate::StopExecutor& stop = workstation.engine().stop();
  ui::StopPorts ports;
  ports.raise = [&stop](StopLevel level, const StopScope& scope, const std::string& reason) {
    stop.raise(level, scope, "window", reason);
  };
  ports.resetScope = [&stop](const StopScope& scope, const std::string& phrase, const std::string& cause) {
    const auto done = stop.resetScope(scope, phrase, cause);
    return done ? std::string() : done.error().detail;
  };
  ports.acknowledge = [&stop] { stop.acknowledge(); };
  ports.selfTest = [&stop] {
    std::vector<ui::StopTest> tests;
    for (const auto& line : stop.selfTest()) tests.push_back({line.what, line.ok, line.detail, line.took});
    return tests;
  };
  ports.drill = [places = workstation.places()] { return runDrill(places); };
  ports.guard = [&workstation] {
    ui::GuardView view;
    if (app::GuardKeeper* guard = workstation.guard()) {
      const auto health = guard->link().health();
      view = {true, health.connected, health.silence, health.state, health.problem};
    }
    return view;
  };
  ports.alive = [&workstation] { workstation.windowAlive(); };
  return ports;
}

}  // namespace bw::window
