// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/status_figures.h"

#include <sys/resource.h>

#include <QStatusBar>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {
constexpr int kLongSource = 24;  ///< characters of a file's name; the rest is in the tool tip
}  // namespace

StatusFigures::StatusFigures(PanelContext& context, QStatusBar& bar, const Clock& clock)
    : QObject(&bar), m_context(context), m_clock(clock) {
  add(bar, "cellFeedAge", tr("feed p95"), "dkWatchlist", QStringLiteral("999.9 ms"));
  add(bar, "cellMarket", tr("market/s"), "dkAgents", QStringLiteral("100000"));
  add(bar, "cellRoundTrip", tr("order p50/p99"), "dkOrders", QStringLiteral("999.9 ms / 999.9 ms"));
  add(bar, "cellFrame", tr("frame p95"), "dkAgents", QStringLiteral("99.9 ms"));
  add(bar, "cellDropped", tr("late frames"), "dkAgents", QStringLiteral("9999"));
  add(bar, "cellMemory", tr("memory peak"), "dkAgents", QStringLiteral("9999 MB"));
  add(bar, "cellCpu", tr("CPU"), "dkAgents", QStringLiteral("999 %"));
  add(bar, "cellSource", tr("source"), "dkAgents", QStringLiteral(""));
  m_cells.value(QStringLiteral("cellFeedAge"))
      ->setToolTip(tr("Age of market data when the window takes it in, 95 of 100 are younger; in market time"));
  m_cells.value(QStringLiteral("cellMarket"))->setToolTip(tr("Market messages in a second of real time"));
  m_cells.value(QStringLiteral("cellRoundTrip"))
      ->setToolTip(tr("From sending an order to the venue's answer, median and 99 of 100; in market time"));
  m_cells.value(QStringLiteral("cellFrame"))->setToolTip(tr("Work of the window per frame, 95 of 100 take less"));
  m_cells.value(QStringLiteral("cellDropped"))->setToolTip(tr("Frames later than 33 ms since the start"));
  m_cells.value(QStringLiteral("cellMemory"))->setToolTip(tr("Most memory that was resident since the start"));
  add(bar, "cellVersion", QStringLiteral("Bellwether"), "dkAgents", QStringLiteral(""));
}

void StatusFigures::add(QStatusBar& bar, const char* objectName, const QString& caption, const char* dock,
                        const QString& widest) {
  auto* cell = new StatusCell(QString::fromLatin1(objectName), caption, &bar);
  const QString target = QString::fromLatin1(dock);
  connect(cell, &StatusCell::clicked, this, [this, target] { m_context.showDock(target); });
  cell->setValue(widest);  // room for the longest once, so that neighbours stay where they are
  cell->setValue(notAvailable());
  bar.addWidget(cell);
  m_cells.insert(QString::fromLatin1(objectName), cell);
}

void StatusFigures::put(const char* objectName, const QString& value) {
  m_cells.value(QString::fromLatin1(objectName))->setValue(value);
}

void StatusFigures::measureProcess() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return;
  m_memoryMb = static_cast<double>(usage.ru_maxrss) / 1024.0;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  const double cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  const MonoTime mono = m_clock.mono();
  const double wall = static_cast<double>((mono - m_monoBefore).ns) / 1e9;
  if (m_cpuBefore >= 0 && wall > 0.2) m_cpuPercent = (cpu - m_cpuBefore) / wall * 100;
  if (m_cpuBefore < 0 || wall > 0.2) {
    m_cpuBefore = cpu;
    m_monoBefore = mono;
  }
}

void StatusFigures::refresh() {
  if (m_beats++ % 2 == 0) {
    measureProcess();
    m_context.data.setProcessFigures(m_memoryMb, m_cpuPercent);
  }
  const Counters& counters = m_context.data.counters();
  const auto millis = [](const std::optional<double>& value) {
    return value ? latencyText(Duration::nanos(static_cast<std::int64_t>(*value * 1e6))) : notAvailable();
  };
  put("cellFeedAge", millis(counters.feedAgeP95Ms));
  put("cellMarket", counters.marketPerSecond ? statText(*counters.marketPerSecond, 0) : notAvailable());
  put("cellRoundTrip", counters.roundTripP50Ms
                           ? millis(counters.roundTripP50Ms) + QStringLiteral(" / ") + millis(counters.roundTripP99Ms)
                           : notAvailable());
  put("cellFrame", millis(counters.frameP95Ms));
  put("cellDropped", QString::number(counters.droppedFrames));
  put("cellMemory", statText(m_memoryMb, 0) + QStringLiteral(" MB"));
  put("cellCpu", m_cpuPercent < 0 ? notAvailable() : statText(m_cpuPercent, 0) + QStringLiteral(" %"));
  QString source = textOf(m_context.data.info().source);
  if (source.size() > kLongSource)
    source = source.left(kLongSource / 2) + QStringLiteral("…") + source.right(kLongSource / 2);
  if (counters.speed && *counters.speed <= 0)
    source += QStringLiteral(" · ") + tr("held");
  else if (counters.speed)
    source += QStringLiteral(" ×") + statText(*counters.speed, *counters.speed < 10 ? 1 : 0);
  put("cellSource", source);
  m_cells.value(QStringLiteral("cellSource"))->setToolTip(textOf(m_context.data.info().source));
  put("cellVersion", textOf(m_context.data.info().version));
}

}  // namespace bw::ui
