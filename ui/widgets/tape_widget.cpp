// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tape_widget.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>

#include "ui/format/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {
namespace {

constexpr std::size_t kLargeSample = 500;
constexpr std::int64_t kMinuteNs = 60'000'000'000;

int tapeRowHeight() {
  return std::max(16, ThemeManager::instance().rowHeight() - 4);
}
int tapeFooterHeight() {
  return ThemeManager::instance().rowHeight() + 2;
}

QString stepText(std::int64_t count, const Decimal& step) {
  return decimalText(Decimal(count * step.mantissa, step.scale), step.scale);
}

}  // namespace

/// Left edges and widths of the columns, from the width at hand; a width of 0 is not shown.
struct TapeColumns {
  int time = 0, price = 0, size = 0, side = 0, notional = 0, age = 0, condition = 0;
  int timeWidth = 0, priceWidth = 0, sizeWidth = 0, sideWidth = 0, notionalWidth = 0, ageWidth = 0, conditionWidth = 0;
};

TapeColumns TapeWidget::columnsFor(int digit) const {
  TapeColumns c;
  c.timeWidth = digit * 12 + 18;
  c.sideWidth = digit * 2 + 14;
  c.conditionWidth = digit * 5 + 8;
  c.ageWidth = m_showAge ? digit * 7 + 10 : 0;
  const int rest = std::max(80, width() - c.timeWidth - c.sideWidth - c.conditionWidth - c.ageWidth);
  const int shares = m_showNotional ? 3 : 2;
  c.priceWidth = rest / shares;
  c.notionalWidth = m_showNotional ? rest / shares : 0;
  c.sizeWidth = rest - c.priceWidth - c.notionalWidth;
  c.side = c.timeWidth;
  c.price = c.side + c.sideWidth;
  c.size = c.price + c.priceWidth;
  c.notional = c.size + c.sizeWidth;
  c.age = c.notional + c.notionalWidth;
  c.condition = c.age + c.ageWidth;
  return c;
}

TapeWidget::TapeWidget(QWidget* parent) : PaintedWidget(QStringLiteral("tape"), tr("Time and sales"), parent) {
  setFocusPolicy(Qt::StrongFocus);
  publish(*this, m_view, 0, 0);
}

void TapeWidget::setInstrument(const QString& symbol, const Decimal& tickSize, const Decimal& lotSize) {
  m_symbol = symbol;
  m_tick = tickSize;
  m_lot = lotSize;
  clear();
}

void TapeWidget::clear() {
  m_prints.clear();
  m_waiting.clear();
  m_minute.clear();
  m_buyLots = m_sellLots = 0;
  m_largeNow = 0;
  m_scroll = 0;
  update();
}

void TapeWidget::push(const TapePrint& print) {
  m_prints.push_front(print);
  if (m_prints.size() > kCapacity) m_prints.pop_back();
}

void TapeWidget::append(const std::vector<TapePrint>& prints) {
  int shown = 0;
  for (const TapePrint& print : prints) {
    m_minute.push_back(print);
    (print.aggressor == Side::Buy ? m_buyLots : m_sellLots) += print.lots;
    if (print.lots < m_minimum) continue;
    if (m_paused) {
      m_waiting.push_back(print);
      if (m_waiting.size() > kCapacity) m_waiting.pop_front();
    } else {
      push(print);
      ++shown;
    }
  }
  if (m_scroll > 0) m_scroll = std::min(m_scroll + shown, std::max(0, rowCount() - 1));  // hold what is being read
  if (!prints.empty()) {
    updateLarge();
    update();
  }
}

void TapeWidget::updateLarge() {
  if (m_large > 0) {
    m_largeNow = m_large;
    return;
  }
  const std::size_t n = std::min(kLargeSample, m_prints.size());
  if (n < 50) {
    m_largeNow = 0;
    return;
  }
  std::vector<std::int64_t> sizes(n);
  for (std::size_t i = 0; i < n; ++i) sizes[i] = m_prints[i].lots;
  const auto at = sizes.begin() + static_cast<std::ptrdiff_t>(n * 98 / 100);
  std::nth_element(sizes.begin(), at, sizes.end());
  m_largeNow = std::max<std::int64_t>(2, *at);
}

void TapeWidget::dropOldMinute() {
  while (!m_minute.empty() && m_minute.front().timeNs < m_now.ns - kMinuteNs) {
    const TapePrint& old = m_minute.front();
    (old.aggressor == Side::Buy ? m_buyLots : m_sellLots) -= old.lots;
    m_minute.pop_front();
  }
}

void TapeWidget::setState(ViewState view, const QString& bandText, std::uint64_t revision, Timestamp now) {
  const bool changed = view != m_view || bandText != m_band;
  m_view = view;
  m_band = bandText;
  m_now = now;
  const std::size_t before = m_minute.size();
  dropOldMinute();
  publish(*this, m_paused ? ViewState::Paused : view, revision, rowCount());
  setAccessibleDescription(footerText());
  if (changed || m_minute.size() != before || m_showAge) update();
}

void TapeWidget::setShown(bool age, bool notional) {
  m_showAge = age;
  m_showNotional = notional;
  update();
}

void TapeWidget::fillColumnMenu(QMenu& menu) {
  const auto add = [this, &menu](const QString& title, bool on, auto choose) {
    QAction* action = menu.addAction(title);
    action->setCheckable(true);
    action->setChecked(on);
    connect(action, &QAction::toggled, this, [this, choose](bool wanted) {
      choose(wanted);
      Q_EMIT columnsEdited();
    });
  };
  add(tr("Age"), m_showAge, [this](bool on) { setShown(on, m_showNotional); });
  add(tr("Notional"), m_showNotional, [this](bool on) { setShown(m_showAge, on); });
}

void TapeWidget::setLargeThreshold(std::int64_t lots) {
  m_large = lots;
  updateLarge();
  update();
}

void TapeWidget::setMinimumSize(std::int64_t lots) {
  m_minimum = lots;
  std::erase_if(m_prints, [lots](const TapePrint& p) { return p.lots < lots; });
  update();
}

void TapeWidget::setPaused(bool paused) {
  if (paused == m_paused) return;
  m_paused = paused;
  if (!paused) {
    for (const TapePrint& print : m_waiting) push(print);
    m_waiting.clear();
    updateLarge();
  }
  update();
  Q_EMIT pausedChanged(paused);
}

QString TapeWidget::footerText() const {
  const QString rate = statText(static_cast<double>(m_minute.size()) / 60.0, 1);
  return tr("%1 trades/s · 1 min  B %2  S %3").arg(rate, stepText(m_buyLots, m_lot), stepText(m_sellLots, m_lot));
}

int TapeWidget::visibleRows() const {
  const int top = (m_band.isEmpty() ? 0 : bandHeight()) + tapeRowHeight();
  return std::max(0, (height() - top - tapeFooterHeight()) / tapeRowHeight());
}

void TapeWidget::paintPrint(QPainter& p, const QRect& rect, const TapePrint& print, bool alternate) {
  const bool buy = print.aggressor == Side::Buy;
  const bool large = m_largeNow > 0 && print.lots >= m_largeNow;
  const bool dim = isDimmed(m_view);
  const QColor back = color(alternate ? Role::AltRow : Role::Panel);
  QColor row = back;
  if (large && !dim && !theme().outlinedBars()) row = color(buy ? Role::UpBar : Role::DownBar);
  p.fillRect(rect, row);
  const auto shade = [&](const QColor& ink) { return dim ? mix(ink, back, 0.6) : ink; };
  const QColor side = shade(dim ? color(Role::Text) : color(buy ? Role::Up : Role::Down));
  p.setFont(themeFont(large ? FontRole::NumberBold : FontRole::Number));
  const TapeColumns c = columnsFor(p.fontMetrics().horizontalAdvance(QLatin1Char('0')));
  const auto cell = [&](int left, int width, Qt::Alignment align, const QString& text, const QColor& ink) {
    p.setPen(ink);
    p.drawText(QRect(rect.left() + left + 5, rect.top(), width - 10, rect.height()),
               static_cast<int>(align | Qt::AlignVCenter), text);
  };
  const QString time = timeText(Timestamp::fromNanos(print.timeNs), TimeDigits::Millis);
  cell(c.time, c.timeWidth, Qt::AlignLeft, time, shade(color(Role::TextSecondary)));
  cell(c.side, c.sideWidth, Qt::AlignLeft, buy ? QStringLiteral("B") : QStringLiteral("S"), side);
  paintShape(p, buy ? Shape::Up : Shape::Down,
             QRectF(rect.left() + c.side + c.sideWidth - 13, rect.center().y() - 4, 9, 9), side);
  cell(c.price, c.priceWidth, Qt::AlignRight, stepText(print.ticks, m_tick), large ? shade(color(Role::Text)) : side);
  cell(c.size, c.sizeWidth, Qt::AlignRight, stepText(print.lots, m_lot), shade(color(Role::Text)));
  if (c.notionalWidth > 0) {
    const double notional = Decimal(print.ticks * m_tick.mantissa, m_tick.scale).toDouble() *
                            Decimal(print.lots * m_lot.mantissa, m_lot.scale).toDouble();
    cell(c.notional, c.notionalWidth, Qt::AlignRight, statText(notional, notional < 1000 ? 2 : 0),
         shade(color(Role::TextSecondary)));
  }
  if (c.ageWidth > 0)
    cell(c.age, c.ageWidth, Qt::AlignRight, ageText(m_now - Timestamp::fromNanos(print.timeNs)),
         shade(color(Role::TextSecondary)));
  if (print.own || print.liquidation) {
    cell(c.condition, c.conditionWidth, Qt::AlignLeft, print.own ? tr("own") : tr("liq"),
         shade(color(print.own ? Role::Accent : Role::Warn)));
  }
  if (print.own) p.fillRect(QRect(rect.left(), rect.top() + 1, 3, rect.height() - 2), color(Role::Accent));
}

void TapeWidget::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.fillRect(rect(), color(Role::Panel));
  int y = 0;
  if (!m_band.isEmpty()) {
    paintBand(p, QRect(0, 0, width(), bandHeight()), m_view, m_band);
    y += bandHeight();
  }
  const int h = tapeRowHeight();
  p.setFont(themeFont(FontRole::Number));
  const TapeColumns c = columnsFor(p.fontMetrics().horizontalAdvance(QLatin1Char('0')));
  p.setFont(themeFont(FontRole::Small));
  p.setPen(color(Role::TextSecondary));
  const auto title = [&](int left, int w, Qt::Alignment align, const QString& text) {
    p.drawText(QRect(left + 5, y, w - 10, h), static_cast<int>(align | Qt::AlignVCenter), text);
  };
  title(c.time, c.timeWidth, Qt::AlignLeft, tr("Time UTC"));
  title(c.side, c.sideWidth + 10, Qt::AlignLeft, tr("Side"));
  title(c.price, c.priceWidth, Qt::AlignRight, tr("Price"));
  title(c.size, c.sizeWidth, Qt::AlignRight, tr("Size"));
  if (c.notionalWidth > 0) title(c.notional, c.notionalWidth, Qt::AlignRight, tr("Notional"));
  if (c.ageWidth > 0) title(c.age, c.ageWidth, Qt::AlignRight, tr("Age"));
  title(c.condition, c.conditionWidth + 6, Qt::AlignLeft, tr("Cond."));
  y += h;
  p.fillRect(QRect(0, y - 1, width(), 1), color(Role::Separator));
  const int bottom = height() - tapeFooterHeight();
  if (m_prints.empty()) {
    p.setFont(themeFont(FontRole::Text));
    p.drawText(QRect(0, y, width(), bottom - y), Qt::AlignCenter,
               m_now.ns == 0 ? tr("Waiting for the first trade") : tr("No trades since %1").arg(timeText(m_now)));
  }
  for (std::size_t i = static_cast<std::size_t>(m_scroll); i < m_prints.size() && y < bottom; ++i) {
    const TapePrint& print = m_prints[i];
    // The oldest rows alternate from the ring's end, so that a new print does not swap every stripe.
    paintPrint(p, QRect(0, y, width(), h), print, (m_prints.size() - i) % 2 == 0);
    y += h;
    if (print.missedBefore > 0 && y < bottom) {
      p.fillRect(QRect(0, y, width(), h), mix(color(Role::Warn), color(Role::Panel), 0.14));
      p.setFont(themeFont(FontRole::Secondary));
      p.setPen(color(Role::Text));
      p.drawText(QRect(0, y, width(), h), Qt::AlignCenter, tr("— %1 trades missed —").arg(print.missedBefore));
      y += h;
    }
  }
  const QRect footer(0, bottom, width(), tapeFooterHeight());
  p.fillRect(footer, color(Role::Raised));
  p.setFont(themeFont(FontRole::Small));
  p.setPen(color(Role::Text));
  const QString text = m_paused ? tr("Paused · %1 new · Space resumes").arg(newWhilePaused()) : footerText();
  if (m_paused) paintShape(p, Shape::Paused, QRectF(8, footer.center().y() - 5, 10, 10), color(Role::Warn));
  p.drawText(footer.adjusted(m_paused ? 24 : 8, 0, -8, 0), Qt::AlignLeft | Qt::AlignVCenter,
             p.fontMetrics().elidedText(text, Qt::ElideRight, width() - 32));
  if (hasFocus()) {
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen(color(Role::FocusRing), 2));
    p.drawRect(rect().adjusted(1, 1, -1, -1));
  }
}

void TapeWidget::wheelEvent(QWheelEvent* event) {
  const int rows = event->angleDelta().y() / 40;
  m_scroll = std::clamp(m_scroll - rows, 0, std::max(0, rowCount() - visibleRows()));
  event->accept();
  update();
}

void TapeWidget::keyPressEvent(QKeyEvent* event) {
  const int most = std::max(0, rowCount() - visibleRows());
  switch (event->key()) {
    case Qt::Key_Space:
      setPaused(!m_paused);
      return;
    case Qt::Key_End:
    case Qt::Key_Home:
      m_scroll = event->key() == Qt::Key_End ? 0 : most;
      break;  // End follows the newest
    case Qt::Key_Up:
      m_scroll = std::max(0, m_scroll - 1);
      break;
    case Qt::Key_Down:
      m_scroll = std::min(most, m_scroll + 1);
      break;
    case Qt::Key_PageUp:
      m_scroll = std::max(0, m_scroll - visibleRows());
      break;
    case Qt::Key_PageDown:
      m_scroll = std::min(most, m_scroll + visibleRows());
      break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (rowCount() > m_scroll) Q_EMIT jumpRequested(print(m_scroll).timeNs);
      return;
    default:
      PaintedWidget::keyPressEvent(event);
      return;
  }
  update();
}

void TapeWidget::mouseDoubleClickEvent(QMouseEvent* event) {
  const int top = (m_band.isEmpty() ? 0 : bandHeight()) + tapeRowHeight();
  const int row = m_scroll + (event->position().toPoint().y() - top) / tapeRowHeight();
  if (row >= 0 && row < rowCount()) Q_EMIT jumpRequested(print(row).timeNs);
}

void TapeWidget::contextMenuEvent(QContextMenuEvent* event) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->setObjectName(QStringLiteral("tapeMenu"));
  if (event->y() < (m_band.isEmpty() ? 0 : bandHeight()) + tapeRowHeight()) {
    fillColumnMenu(*menu);
    return menu->popup(event->globalPos());
  }
  fillColumnMenu(*menu->addMenu(tr("Columns…")));
  menu->addAction(m_paused ? tr("Resume view") : tr("Pause view"), QKeySequence(Qt::Key_Space), this,
                  [this] { setPaused(!m_paused); });
  menu->addAction(tr("Follow newest"), QKeySequence(Qt::Key_End), this, [this] {
    m_scroll = 0;
    update();
  });
  QMenu* sizes = menu->addMenu(tr("Minimum size filter"));
  for (const std::int64_t factor : {0, 10, 100, 1000, 10'000}) {
    QAction* action = sizes->addAction(factor == 0 ? tr("All prints") : tr("From %1").arg(stepText(factor, m_lot)),
                                       this, [this, factor] { setMinimumSize(factor); });
    action->setCheckable(true);
    action->setChecked(m_minimum == factor);
  }
  menu->popup(event->globalPos());
}

}  // namespace bw::ui
