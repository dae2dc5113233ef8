// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/positions/positions_panel.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

constexpr Duration kCloseAgain = Duration::seconds(1);

const Position& positionIn(const PositionRow& r) {
  return r.update.position;
}

Column<PositionRow> moneyColumn(const char* id, const QString& title, int width, Money (*value)(const PositionRow&),
                                bool signedTone) {
  auto column = numberColumn<PositionRow>(
      QString::fromLatin1(id), title, width, [value](const PositionRow& r) { return profitText(value(r)); },
      [value](const PositionRow& r) { return QVariant::fromValue(value(r).amount()); });
  column.exportText = [value](const PositionRow& r) { return exportText(value(r).amount()); };
  if (signedTone) {
    column.tone = [value](const PositionRow& r) { return toneOfSign(value(r).sign()); };
    column.mark = [value](const PositionRow& r) { return markOfSign(value(r).sign()); };
  }
  return column;
}

Column<PositionRow> protectedColumn() {
  auto column = textColumn<PositionRow>(
      QStringLiteral("protected"), PositionsPanel::tr("Protected?"), 86, [](const PositionRow& r) {
        return r.update.hasStop ? (r.update.hasTarget ? PositionsPanel::tr("yes") : PositionsPanel::tr("stop only"))
                                : PositionsPanel::tr("NO");
      });
  column.mark = [](const PositionRow& r) { return r.update.hasStop ? Mark::Ok : Mark::Warning; };
  column.tone = [](const PositionRow& r) { return r.update.hasStop ? Tone::Ok : Tone::Warn; };
  column.toolTip = [](const PositionRow& r) {
    return r.update.hasStop ? QString() : PositionsPanel::tr("No resting stop covers this position.");
  };
  return column;
}

/// Whose the position is: "Strategy", "Strategy + External"; the slices are in the tool tip.
QString ownersOf(const PositionRow& row) {
  QStringList owners;
  for (const PositionSlice& slice : row.update.slices) {
    const QString word = ownerWord(slice.owner);
    if (!owners.contains(word)) owners << word;
  }
  return owners.isEmpty() ? notAvailable() : owners.join(QStringLiteral(" + "));
}

Column<PositionRow> symbolColumn() {
  using Row = PositionRow;
  auto symbol = textColumn<Row>(QStringLiteral("symbol"), PositionsPanel::tr("Symbol"), 104,
                                [](const Row& r) { return textOf(r.instrument->symbol); });
  symbol.mark = [](const Row& r) { return !r.difference.empty() ? Mark::Warning : Mark::None; };
  symbol.tone = [](const Row& r) { return !r.difference.empty() ? Tone::Warn : Tone::None; };
  symbol.toolTip = [](const Row& r) -> QString {
    if (r.difference.empty()) return {};
    return textOf(r.difference) + QLatin1Char('\n') + PositionsPanel::tr("Answer it in the reconciliation inbox.");
  };
  return symbol;
}

Column<PositionRow> ownerColumn() {
  using Row = PositionRow;
  auto owner = textColumn<Row>(QStringLiteral("owner"), PositionsPanel::tr("Owner"), 96, ownersOf);
  owner.tone = [](const Row& r) {
    for (const PositionSlice& slice : r.update.slices) {
      if (slice.owner == Owner::External) return Tone::Warn;
    }
    return Tone::None;
  };
  owner.toolTip = [](const Row& r) -> QString {
    QStringList lines;
    for (const PositionSlice& slice : r.update.slices) {
      lines << PositionsPanel::tr("%1 %2: %3 at %4")
                   .arg(ownerWord(slice.owner), textOf(slice.strategy),
                        quantityText(slice.quantity, r.instrument->quantityDecimals(), Sign::Always),
                        priceIn(*r.instrument, slice.averagePrice));
    }
    return lines.join(QLatin1Char('\n'));
  };
  return owner;
}

std::vector<Column<PositionRow>> positionColumns() {
  using Row = PositionRow;
  std::vector<Column<Row>> columns;
  const auto add = [&columns](Column<Row> column) { columns.push_back(std::move(column)); };
  add(symbolColumn());
  auto side = textColumn<Row>(QStringLiteral("side"), PositionsPanel::tr("Side"), 68, [](const Row& r) {
    return positionIn(r).quantity.sign() > 0 ? PositionsPanel::tr("LONG") : PositionsPanel::tr("SHORT");
  });
  side.tone = [](const Row& r) { return toneOfSign(positionIn(r).quantity.sign()); };
  side.mark = [](const Row& r) { return markOfSign(positionIn(r).quantity.sign()); };
  add(side);
  auto quantity = numberColumn<Row>(
      QStringLiteral("quantity"), PositionsPanel::tr("Qty"), 76,
      [](const Row& r) { return quantityText(positionIn(r).quantity, r.instrument->quantityDecimals(), Sign::Always); },
      [](const Row& r) { return QVariant::fromValue(positionIn(r).quantity.decimal()); });
  quantity.exportText = [](const Row& r) { return exportText(positionIn(r).quantity.decimal()); };
  add(quantity);
  add(numberColumn<Row>(
      QStringLiteral("entry"), PositionsPanel::tr("Avg entry"), 84,
      [](const Row& r) { return priceIn(*r.instrument, positionIn(r).averagePrice); },
      [](const Row& r) { return QVariant::fromValue(positionIn(r).averagePrice.decimal()); }));
  add(numberColumn<Row>(
      QStringLiteral("mark"), PositionsPanel::tr("Mark"), 84,
      [](const Row& r) { return priceIn(*r.instrument, r.update.mark); },
      [](const Row& r) { return QVariant::fromValue(r.update.mark.decimal()); }));
  add(moneyColumn(
      "unrealised", PositionsPanel::tr("Unrealised"), 90, [](const Row& r) { return r.update.unrealised; }, true));
  auto percent = numberColumn<Row>(
      QStringLiteral("unrealised_percent"), PositionsPanel::tr("P&L %"), 70,
      [](const Row& r) {
        if (positionIn(r).entryNotional.isZero()) return notAvailable();
        return percentText(Ratio::fraction(divide(r.update.unrealised.amount(), positionIn(r).entryNotional.amount(), 8,
                                                  Rounding::Down)),
                           2, Sign::Always);
      },
      [](const Row& r) { return QVariant(r.update.unrealised.toDouble()); });
  percent.tone = [](const Row& r) { return toneOfSign(r.update.unrealised.sign()); };
  add(percent);
  add(protectedColumn());
  add(numberColumn<Row>(
      QStringLiteral("notional"), PositionsPanel::tr("Notional"), 88,
      [](const Row& r) { return moneyText(r.instrument->notional(r.update.mark, positionIn(r).quantity)); },
      [](const Row& r) { return QVariant(positionIn(r).entryNotional.toDouble()); }));
  add(moneyColumn(
      "realised", PositionsPanel::tr("Realised"), 78, [](const Row& r) { return positionIn(r).realised; }, false));
  add(moneyColumn(
      "fees", PositionsPanel::tr("Fees"), 68, [](const Row& r) { return -positionIn(r).fees; }, false));
  add(moneyColumn(
      "funding", PositionsPanel::tr("Funding"), 70, [](const Row& r) { return positionIn(r).funding; }, false));
  add(numberColumn<Row>(
      QStringLiteral("leverage"), PositionsPanel::tr("Lev."), 48,
      [](const Row& r) -> QString {
        return textOf(positionIn(r).leverage.canonical().toString()) + QStringLiteral("x");
      },
      [](const Row& r) { return QVariant::fromValue(positionIn(r).leverage); }));
  add(numberColumn<Row>(
      QStringLiteral("age"), PositionsPanel::tr("In trade"), 104,
      [](const Row& r) { return ageText(r.now - positionIn(r).openedAt); },
      [](const Row& r) { return QVariant(static_cast<qlonglong>((r.now - positionIn(r).openedAt).ns)); }));
  add(ownerColumn());
  add(textColumn<Row>(QStringLiteral("strategy"), PositionsPanel::tr("Strategy"), 110,
                      [](const Row& r) { return textOf(positionIn(r).strategy); }));
  return columns;
}

}  // namespace

PositionsPanel::PositionsPanel(PanelContext& context) : Panel(context, {Part::Positions, Part::Inbox}) {
  m_model = new TableModel<PositionRow>(
      positionColumns(), [](const PositionRow& r) { return textOf(r.instrument->symbol); }, this);
  m_table = new DataTable(QStringLiteral("tblPositions"), tr("Positions"), m_model, this);
  m_table->emptyState()->setContent(tr("Flat: nothing is held."), QString());
  keepFitted(*m_table, *m_model);
  const auto action = [this](const QString& text, auto run) {
    auto* made = new QAction(text, this);
    connect(made, &QAction::triggered, this, run);
    return made;
  };
  const auto half = Ratio::percent(Decimal(50, 0));
  const auto whole = Ratio::percent(Decimal(100, 0));
  m_table->setExtraActions({action(tr("Close (reduce-only, at market)"), [this, whole] { close(whole); }),
                            action(tr("Close half"), [this, half] { close(half); }),
                            action(tr("Cancel its orders"),
                                   [this] {
                                     if (const auto* row = m_model->find(m_table->currentKey()))
                                       this->context().commands.cancelInstrument(row->instrument->id);
                                   }),
                            action(tr("Show on ladder and chart"), [this] {
                              if (const auto* row = m_model->find(m_table->currentKey()))
                                this->context().link.choose(row->instrument->id);
                            })});
  auto* buttons = new QHBoxLayout;
  buttons->setContentsMargins(4, 2, 4, 2);
  m_closeWhole = namedButton(QStringLiteral("btnClosePosition"), tr("Close"), this);
  m_closeWhole->setToolTip(tr("Close the selected position with a reduce-only order at market (Ctrl+Backspace)"));
  m_closeHalf = namedButton(QStringLiteral("btnCloseHalf"), tr("Close half"), this);
  m_closeHalf->setToolTip(tr("Close half of the selected position"));
  buttons->addWidget(m_closeWhole);
  buttons->addWidget(m_closeHalf);
  buttons->addStretch(1);
  connect(m_closeWhole, &QPushButton::clicked, this, [this, whole] { close(whole); });
  connect(m_closeHalf, &QPushButton::clicked, this, [this, half] { close(half); });
  connect(m_table, &DataTable::activated, this, [this](const QString& key) {
    if (const auto* row = m_model->find(key)) {
      this->context().link.choose(row->instrument->id);
      this->context().showDock(QStringLiteral("dkTicket"));
    }
  });
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  box->addWidget(m_table, 1);
  box->addLayout(buttons);
}

void PositionsPanel::close(Ratio share) {
  const auto* row = m_model->find(m_table->currentKey());
  if (row == nullptr && m_model->rowCount() == 1) row = &m_model->row(0);
  if (row == nullptr) return;
  // A double click closes once (HU01).
  const MonoTime now = context().mono();
  if (m_closedAt && m_closed == row->instrument->id && now - *m_closedAt < kCloseAgain) return;
  m_closedAt = now;
  m_closed = row->instrument->id;
  context().commands.closePosition(row->instrument->id, share);
}

void PositionsPanel::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Backspace && event->modifiers() == Qt::ControlModifier)
    return close(Ratio::percent(Decimal(100, 0)));
  Panel::keyPressEvent(event);
}

QString PositionsPanel::footer(const std::vector<PositionRow>& rows) const {
  if (rows.empty()) return {};
  Money unrealised = Money::zero(rows.front().update.unrealised.currency());
  Money fees = Money::zero(rows.front().update.position.fees.currency());
  for (const auto& row : rows) {
    // Only one currency can be summed; others are left to their rows.
    if (!(row.update.unrealised.currency() == unrealised.currency()))
      return tr("Positions %1, in several currencies").arg(rows.size());
    unrealised += row.update.unrealised;
    if (row.update.position.fees.currency() == fees.currency()) fees += row.update.position.fees;
  }
  return tr("Positions %1").arg(rows.size()) + QStringLiteral("   ") +
         tr("unrealised %1 %2   fees %3")
             .arg(profitText(unrealised), textOf(unrealised.currency().code()), moneyText(fees));
}

void PositionsPanel::update(Revision revision) {
  if (m_table->isPaused()) return;
  std::vector<PositionRow> rows;
  for (const auto& update : data().positions()) {
    const ReconciliationItem* difference = data().differenceOf(update.position.instrument);
    rows.push_back({update, &data().instruments().get(update.position.instrument), data().now(),
                    difference != nullptr ? difference->title : std::string()});
  }
  const int count = static_cast<int>(rows.size());
  for (QPushButton* button : {m_closeWhole, m_closeHalf}) button->setEnabled(count > 0);
  m_table->setFooter(footer(rows));
  m_model->setRows(std::move(rows));
  m_table->setState(plainState(count == 0), revision);
  setHooks(plainState(count == 0), revision, count);
}

}  // namespace bw::ui
