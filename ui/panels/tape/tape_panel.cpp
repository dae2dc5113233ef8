// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/tape/tape_panel.h"

#include <QVBoxLayout>

#include <algorithm>

#include "ui/panels/common/panel_text.h"
#include "ui/widgets/tape_widget.h"

namespace bw::ui {

TapePanel::TapePanel(PanelContext& context) : Panel(context, {Part::Trades, Part::Fills, Part::Feeds}) {
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  m_tape = new TapeWidget(this);
  box->addWidget(m_tape);
  connect(m_tape, &TapeWidget::columnsEdited, this, &Panel::viewEdited);
}

QString TapePanel::viewSettings() const {
  QStringList shown;
  if (m_tape->showsAge()) shown << QStringLiteral("age");
  if (m_tape->showsNotional()) shown << QStringLiteral("notional");
  return shown.join(QLatin1Char(' '));
}

void TapePanel::restoreView(const QString& settings) {
  const QStringList shown = settings.split(QLatin1Char(' '));
  m_tape->setShown(shown.contains(QStringLiteral("age")), shown.contains(QStringLiteral("notional")));
}

bool TapePanel::isOwn(const TradePrint& print) const {
  const Instrument& instrument = linked();
  const auto& fills = data().fills();
  for (auto row = fills.rbegin(); row != fills.rend(); ++row) {
    const Duration apart = print.venueTime - row->fill.venueTime;
    if (apart > Duration::seconds(2)) return false;
    const bool same = row->fill.instrument == print.instrument && apart < Duration::millis(5) &&
                      apart > Duration::millis(-5) && instrument.price(print.price) == row->fill.price;
    if (same) return true;
  }
  return false;
}

void TapePanel::update(Revision revision) {
  const Instrument& instrument = linked();
  if (m_shownInstrument != instrument.id || m_rewinds != data().rewinds()) {
    m_shownInstrument = instrument.id;
    m_rewinds = data().rewinds();
    m_seen = 0;
    m_tape->setInstrument(textOf(instrument.symbol), instrument.tickSize, instrument.lotSize);
  }
  const auto& trades = data().trades(instrument.id);
  const Revision seen = data().market(instrument.id).tradesSeen;
  const Revision unseen = seen - m_seen;
  const auto fresh = static_cast<std::size_t>(std::min<Revision>(unseen, trades.size()));
  std::vector<TapePrint> prints;
  prints.reserve(fresh);
  for (std::size_t i = trades.size() - fresh; i < trades.size(); ++i) {
    TapePrint print{trades[i].receivedTime.ns,
                    trades[i].price.value,
                    trades[i].size.value,
                    trades[i].aggressor,
                    isOwn(trades[i]),
                    false,
                    0};
    // What was seen while this view was open but has left the ring since was missed.
    if (prints.empty() && m_seen > 0 && unseen > fresh) print.missedBefore = static_cast<std::uint32_t>(unseen - fresh);
    prints.push_back(print);
  }
  m_seen = seen;
  if (!prints.empty()) m_tape->append(prints);
  const ViewState state = trades.empty() ? ViewState::Empty : marketState(instrument.id);
  m_tape->setState(state, trades.empty() ? QString() : marketBand(instrument.id), revision, data().now());
  setHooks(state, revision, m_tape->rowCount());
}

}  // namespace bw::ui
