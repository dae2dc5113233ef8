// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/ticket/ticket_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/decimal_edit.h"

namespace bw::ui {

namespace {

/// "MAX_POSITION_PERCENT" → "Max position percent".
QString checkName(const std::string& key) {
  QString text = textOf(key).toLower().replace(QLatin1Char('_'), QLatin1Char(' '));
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  return text;
}

/// Rounded to the side that does not flatter; words stay as they are.
QString checkFigure(const std::string& text, Rounding rounding) {
  const auto value = Decimal::parse(text);
  return value ? shortText(*value, rounding, 4) : textOf(text);
}

std::vector<Column<CheckResult>> checkColumns() {
  using Row = CheckResult;
  auto name = textColumn<Row>(QStringLiteral("check"), TicketPanel::tr("Limit"), 150,
                              [](const Row& r) { return checkName(r.check); });
  name.mark = [](const Row& r) {
    return r.outcome == Row::Outcome::Passed   ? Mark::Ok
           : r.outcome == Row::Outcome::Failed ? Mark::Critical
                                               : Mark::Flat;
  };
  name.tone = [](const Row& r) {
    return r.outcome == Row::Outcome::Failed          ? Tone::Critical
           : r.outcome == Row::Outcome::NotApplicable ? Tone::Disabled
                                                      : Tone::Ok;
  };
  name.toolTip = [](const Row& r) -> QString {
    return textOf(r.check) + QLatin1Char('\n') + textOf(r.used) + QStringLiteral(" → ") + textOf(r.after) +
           QStringLiteral(" / ") + textOf(r.limit) + QLatin1Char(' ') + textOf(r.unit) + QLatin1Char('\n') +
           textOf(r.text);
  };
  auto use = numberColumn<Row>(
      QStringLiteral("after"), TicketPanel::tr("After / limit"), 150,
      [](const Row& r) -> QString {
        if (r.outcome == Row::Outcome::NotApplicable || r.after.empty()) return notAvailable();
        const bool floor = r.check.rfind("MIN_", 0) == 0;
        const QString after = checkFigure(r.after, floor ? Rounding::Down : Rounding::Up);
        if (r.limit.empty()) return after;
        return after + QStringLiteral(" / ") + checkFigure(r.limit, floor ? Rounding::Up : Rounding::Down) +
               QLatin1Char(' ') + textOf(r.unit);
      },
      [](const Row& r) { return QVariant(textOf(r.after)); });
  return {name, use};
}

}  // namespace

TicketPanel::TicketPanel(PanelContext& context)
    : Panel(context, {Part::Market, Part::Account, Part::Positions, Part::Risk, Part::Stop, Part::Session}) {
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  auto* scroll = new QScrollArea(this);
  scroll->setObjectName(QStringLiteral("scrTicket"));
  scroll->setAccessibleName(tr("Order ticket fields"));
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* page = new QWidget(scroll);
  page->setObjectName(QStringLiteral("pgTicket"));
  auto* box = new QVBoxLayout(page);
  box->setContentsMargins(8, 6, 8, 6);
  box->setSpacing(6);
  m_account = namedLabel(QStringLiteral("lblTicketAccount"), {}, page);
  m_symbol = namedLabel(QStringLiteral("lblTicketSymbol"), {}, page);
  m_symbol->setFont(ui::themeFont(FontRole::Title));
  auto* head = new QHBoxLayout;
  head->addWidget(m_symbol);
  head->addStretch(1);
  head->addWidget(m_account);
  box->addLayout(head);
  m_form = new QFormLayout;
  m_form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  m_form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
  m_form->setVerticalSpacing(4);
  m_form->setHorizontalSpacing(8);
  buildSides(*m_form);
  buildQuantity(*m_form);
  buildPrices(*m_form);
  buildFlags(*m_form);
  box->addLayout(m_form);
  buildPreview(page);
  scroll->setWidget(page);
  outer->addWidget(scroll, 1);
  auto* foot = new QVBoxLayout;
  foot->setContentsMargins(8, 4, 8, 6);
  foot->setSpacing(4);
  foot->addWidget(m_warning);
  foot->addWidget(m_submit);
  foot->addWidget(m_reason);
  outer->addLayout(foot);
  paintSides();
  connect(&ThemeManager::instance(), &ThemeManager::changed, this, &TicketPanel::paintSides);
}

DecimalEdit* TicketPanel::addDecimal(const char* objectName, const QString& name) {
  auto* edit = new DecimalEdit(QString::fromLatin1(objectName), name, this);
  connect(edit, &DecimalEdit::valueChanged, this, [this] { changed(); });
  return edit;
}

void TicketPanel::buildSides(QFormLayout& form) {
  auto* row = new QHBoxLayout;
  m_buy = namedButton(QStringLiteral("btnBuy"), QStringLiteral("BUY"), this);
  m_sell = namedButton(QStringLiteral("btnSell"), QStringLiteral("SELL"), this);
  for (QPushButton* button : {m_buy, m_sell}) {
    button->setCheckable(true);
    button->setAutoExclusive(true);
    button->setMinimumHeight(30);
    row->addWidget(button, 1);
    connect(button, &QPushButton::toggled, this, [this] {
      if (m_submit != nullptr) paintSides();
      changed();
    });
  }
  m_buy->setChecked(true);
  m_buy->setShortcut(QKeySequence(QStringLiteral("Alt+B")));
  m_sell->setShortcut(QKeySequence(QStringLiteral("Alt+S")));
  form.addRow(row);
  m_type = new QComboBox(this);
  m_type->setObjectName(QStringLiteral("cmbType"));
  m_type->setAccessibleName(tr("Order type"));
  m_type->addItem(tr("Limit"), static_cast<int>(OrderType::Limit));
  m_type->addItem(tr("Market"), static_cast<int>(OrderType::Market));
  m_type->addItem(tr("Stop (market)"), static_cast<int>(OrderType::StopMarket));
  m_type->addItem(tr("Take profit (market)"), static_cast<int>(OrderType::TakeProfitMarket));
  m_tif = new QComboBox(this);
  m_tif->setObjectName(QStringLiteral("cmbTif"));
  m_tif->setAccessibleName(tr("Time in force"));
  for (const TimeInForce tif : {TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok})
    m_tif->addItem(textOf(toString(tif)), static_cast<int>(tif));
  auto* types = new QHBoxLayout;
  types->addWidget(m_type, 1);
  types->addWidget(m_tif);
  form.addRow(tr("Type"), types);
  connect(m_type, &QComboBox::currentIndexChanged, this, [this] { changed(); });
  connect(m_tif, &QComboBox::currentIndexChanged, this, [this] { changed(); });
}

void TicketPanel::paintSides() {
  const auto style = [](Role ink, Role fill) {
    return QStringLiteral("QPushButton:checked{background:%1;color:%2;border:2px solid %2;font-weight:bold}")
        .arg(ui::color(fill).name(), ui::color(ink).name());
  };
  m_buy->setStyleSheet(style(Role::Up, Role::UpBar));
  m_sell->setStyleSheet(style(Role::Down, Role::DownBar));
  const bool buy = !m_sell->isChecked();
  m_submit->setStyleSheet(
      QStringLiteral("QPushButton:enabled{background:%1;color:%2;border:1px solid %2;font-weight:bold}")
          .arg(ui::color(buy ? Role::UpBar : Role::DownBar).name(), ui::color(buy ? Role::Up : Role::Down).name()));
}

void TicketPanel::buildQuantity(QFormLayout& form) {
  m_quantity = addDecimal("edtQuantity", tr("Quantity"));
  m_unit = new QComboBox(this);
  m_unit->setObjectName(QStringLiteral("cmbUnit"));
  m_unit->setAccessibleName(tr("Unit of the quantity"));
  m_unit->addItem(tr("base"), static_cast<int>(QuantityUnit::Base));
  m_unit->addItem(tr("quote"), static_cast<int>(QuantityUnit::Quote));
  m_unit->addItem(tr("% equity"), static_cast<int>(QuantityUnit::PercentOfEquity));
  auto* row = new QHBoxLayout;
  row->addWidget(m_quantity, 1);
  row->addWidget(m_unit);
  form.addRow(tr("Quantity"), row);
  connect(m_unit, &QComboBox::currentIndexChanged, this, [this] { changed(); });
}

void TicketPanel::buildPrices(QFormLayout& form) {
  m_price = addDecimal("edtPrice", tr("Limit price"));
  m_priceRow = new QWidget(this);
  m_priceRow->setObjectName(QStringLiteral("rowPrice"));
  auto* row = new QHBoxLayout(m_priceRow);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(2);
  row->addWidget(m_price, 1);
  struct Preset {
    const char* objectName;
    QString text;
    int level;
    QString help;
  };
  const Preset presets[] = {{"btnTouch", tr("touch"), 1, tr("Best price of the own side")},
                            {"btnMid", tr("mid"), 0, tr("Middle of best bid and ask, towards the own side")},
                            {"btnNinth", tr("9th"), 9, tr("Ninth level of the own side")}};
  for (const auto& preset : presets) {
    auto* button = namedButton(QString::fromLatin1(preset.objectName), preset.text, m_priceRow);
    button->setToolTip(preset.help);
    button->setStyleSheet(QStringLiteral("padding-left:6px;padding-right:6px;min-width:0"));
    const int level = preset.level;
    connect(button, &QPushButton::clicked, this, [this, level] { setPriceFromBook(level); });
    row->addWidget(button);
  }
  form.addRow(tr("Price"), m_priceRow);
  m_trigger = addDecimal("edtTrigger", tr("Trigger price"));
  form.addRow(tr("Trigger"), m_trigger);
}

void TicketPanel::buildFlags(QFormLayout& form) {
  m_stop = addDecimal("edtStop", tr("Stop price, optional"));
  m_stop->setPlaceholderText(tr("stop"));
  m_target = addDecimal("edtTarget", tr("Target price, optional"));
  m_target->setPlaceholderText(tr("target"));
  auto* bracket = new QHBoxLayout;
  bracket->addWidget(m_stop, 1);
  bracket->addWidget(m_target, 1);
  form.addRow(tr("Bracket"), bracket);
  m_leverage = addDecimal("edtLeverage", tr("Leverage"));
  m_leverage->setStep(Decimal(1, 0));
  m_leverage->setValue(Decimal(1, 0));
  m_leverage->setMaximumWidth(56);
  m_postOnly = new QCheckBox(tr("Post-only"), this);
  m_postOnly->setObjectName(QStringLiteral("chkPostOnly"));
  m_reduceOnly = new QCheckBox(tr("Reduce-only"), this);
  m_reduceOnly->setObjectName(QStringLiteral("chkReduceOnly"));
  auto* row = new QHBoxLayout;
  row->addWidget(m_leverage);
  for (QCheckBox* box : {m_postOnly, m_reduceOnly}) {
    box->setAccessibleName(box->text());
    row->addWidget(box);
    connect(box, &QCheckBox::toggled, this, [this] { changed(); });
  }
  row->addStretch(1);
  form.addRow(tr("Leverage"), row);
}

void TicketPanel::buildPreview(QWidget* page) {
  m_figures = namedLabel(QStringLiteral("lblTicketFigures"), {}, page);
  m_figures->setAccessibleName(tr("What this order would mean"));
  m_figures->setTextFormat(Qt::RichText);
  m_checks = new TableModel<CheckResult>(
      checkColumns(), [](const CheckResult& r) { return textOf(r.check); }, this);
  m_table = new DataTable(QStringLiteral("tblPreview"), tr("Limits with this order"), m_checks, page);
  m_table->setMinimumHeight(96);
  keepFitted(*m_table, *m_checks);
  m_warning = namedLabel(QStringLiteral("lblTicketWarning"), {}, this);
  m_warning->setWordWrap(true);
  m_warning->hide();
  m_submit = namedButton(QStringLiteral("btnSubmit"), tr("Enter a quantity"), this);
  m_submit->setMinimumHeight(34);
  m_reason = namedLabel(QStringLiteral("lblTicketReason"), {}, this);
  m_reason->setWordWrap(true);
  auto* box = static_cast<QVBoxLayout*>(page->layout());
  box->addWidget(m_figures);
  box->addWidget(m_table, 1);
  connect(m_submit, &QPushButton::clicked, this, &TicketPanel::submit);
}

TicketForm TicketPanel::readForm() const {
  TicketForm form;
  form.side = m_sell->isChecked() ? Side::Sell : Side::Buy;
  form.type = static_cast<OrderType>(m_type->currentData().toInt());
  form.tif = static_cast<TimeInForce>(m_tif->currentData().toInt());
  form.postOnly = m_postOnly->isChecked();
  form.reduceOnly = m_reduceOnly->isChecked();
  form.unit = static_cast<QuantityUnit>(m_unit->currentData().toInt());
  form.quantity = m_quantity->value();
  form.price = m_price->value();
  form.trigger = m_trigger->value();
  form.leverage = m_leverage->value();
  form.stop = m_stop->value();
  form.target = m_target->value();
  return form;
}

QString TicketPanel::passedText(const CheckResult& check) {
  return check.text.empty() ? textOf(check.check) : textOf(check.check) + QStringLiteral(": ") + textOf(check.text);
}

QString TicketPanel::blockedBy() const {
  if (data().latched()) return tr("Stopped by %1: reset the emergency stop first").arg(textOf(data().stop().trigger));
  const Freshness freshness = data().freshness(linked().id);
  if (freshness == Freshness::Waiting) return tr("No market data of %1 yet").arg(textOf(linked().symbol));
  if (freshness == Freshness::Stale || freshness == Freshness::Dead)
    return tr("The book of %1 is stale").arg(textOf(linked().symbol));
  for (const DecimalEdit* edit : {m_quantity, m_price, m_trigger, m_leverage, m_stop, m_target}) {
    if (edit->isVisibleTo(this) && !edit->errorText().isEmpty() && !edit->text().isEmpty()) {
      return edit->accessibleName() + QStringLiteral(": ") + edit->errorText();
    }
  }
  if (!m_intent) return textOf(m_formError);
  if (const ReconciliationItem* lock = data().lockOn(linked().id); lock != nullptr && !m_intent->reduceOnly)
    return tr("Locked: %1. Answer %2 in the reconciliation inbox").arg(textOf(lock->title), textOf(lock->id));
  if (m_estimate.targetRoi && *m_estimate.targetRoi < *m_estimate.breakEvenRoi) {
    return tr("%1x needs %2 % to break even after fees; this target gives %3 %")
        .arg(textOf(m_intent->leverage.canonical().toString()), textOf(m_estimate.breakEvenRoi->toFixed(2)),
             textOf(m_estimate.targetRoi->toFixed(2)));
  }
  for (const auto& check : m_results) {
    if (check.outcome == CheckResult::Outcome::Failed) return passedText(check);
  }
  return TicketGuard::refusal(*m_intent, linked(), facts());
}

/// A person, or a button of the form, has changed a field: this is another ticket now.
void TicketPanel::changed() {
  m_touched = !m_following;
  m_guard.edited(midNow());
  if (m_warning != nullptr) m_warning->hide();
  evaluate();
}

std::optional<Price> TicketPanel::midNow() const {
  const auto& book = data().market(linked().id).book;
  if (!book || book->bidCount == 0 || book->askCount == 0) return std::nullopt;
  const Price sum = linked().price(book->bids[0].price) + linked().price(book->asks[0].price);
  return Price(sum.decimal() * Decimal(5, 1));
}

GuardFacts TicketPanel::facts() const {
  GuardFacts found;
  found.mid = midNow();
  found.session = data().sessionState();
  const Instrument& instrument = linked();
  std::vector<const Order*> mine;
  const auto& done = data().orderHistory();
  for (const Order& order : data().workingOrders()) {
    if (order.instrument == instrument.id) mine.push_back(&order);
  }
  for (auto order = done.rbegin(); order != done.rend(); ++order) {
    if (order->instrument == instrument.id) mine.push_back(&*order);
  }
  found.usual = usualQuantity(mine);
  const auto& book = data().market(instrument.id).book;
  if (!book || !m_intent) return found;
  const bool buy = m_intent->side == Side::Buy;
  const std::size_t own = buy ? book->bidCount : book->askCount;
  if (own > 0) found.touch = instrument.price(buy ? book->bids[0].price : book->asks[0].price);
  const std::size_t other = buy ? book->askCount : book->bidCount;
  std::int64_t lots = 0;
  for (std::size_t i = 0; i < other; ++i) lots += buy ? book->asks[i].size.value : book->bids[i].size.value;
  if (other > 0) found.depth = instrument.quantity({lots});
  return found;
}

void TicketPanel::evaluate() {
  if (m_table == nullptr || m_leverage == nullptr) return;
  const TicketForm form = readForm();
  const Instrument& instrument = linked();
  m_form->labelForField(m_trigger)->setVisible(form.type == OrderType::StopMarket ||
                                               form.type == OrderType::TakeProfitMarket);
  m_trigger->setVisible(form.type == OrderType::StopMarket || form.type == OrderType::TakeProfitMarket);
  m_form->labelForField(m_priceRow)->setVisible(form.type == OrderType::Limit);
  m_priceRow->setVisible(form.type == OrderType::Limit);
  m_postOnly->setEnabled(form.type == OrderType::Limit);
  m_tif->setEnabled(form.type == OrderType::Limit);
  std::optional<Money> equity;
  if (!data().accounts().empty()) equity = data().accounts().front().equity;
  m_intent.reset();
  m_estimate = {};
  m_results.clear();
  m_formError.clear();
  try {
    auto made = intentFrom(form, instrument, data().market(instrument.id), equity);
    if (made) {
      m_intent = std::move(made).value();
      m_estimate = estimateOf(*m_intent, instrument, data().market(instrument.id));
      m_results = context().commands.preview(*m_intent);
    } else {
      m_formError = made.error().detail;
    }
  } catch (const ExactOverflow&) {
    m_intent.reset();
    m_formError = "The numbers are too large";
  }
  data().setPendingOrder(m_intent);
  showEstimate();
}

void TicketPanel::showEstimate() {
  m_checks->setRows(m_results);
  m_table->setState(ViewState::Live, shownRevision());
  const auto money = [](const std::optional<Money>& value) { return value ? moneyText(*value) : notAvailable(); };
  const auto percent = [](const std::optional<Decimal>& value) -> QString {
    return value ? decimalText(*value, 2) + QStringLiteral(" %") : notAvailable();
  };
  QString table = QStringLiteral("<table width='100%' cellspacing='0' cellpadding='1'>");
  const auto row = [&table](const QString& a, const QString& av, const QString& b, const QString& bv) {
    table +=
        QStringLiteral("<tr><td>%1</td><td align='right'>%2&nbsp;&nbsp;</td><td>%3</td><td align='right'>%4</td></tr>")
            .arg(a, av, b, bv);
  };
  row(tr("Notional"), money(m_estimate.notional), tr("Margin"), money(m_estimate.marginNeeded));
  row(tr("Fee maker"), money(m_estimate.makerFee), tr("Fee taker"), money(m_estimate.takerFee));
  row(tr("Break-even ROI"), percent(m_estimate.breakEvenRoi), tr("Target ROI"), percent(m_estimate.targetRoi));
  row(tr("Loss at stop"), money(m_estimate.lossAtStop), tr("From touch"),
      m_estimate.distance ? bpsText(*m_estimate.distance, 1, Sign::Always) : notAvailable());
  m_figures->setText(table + QStringLiteral("</table>"));
  showSubmit();
}

void TicketPanel::showSubmit() {
  const QString blocked = blockedBy();
  const QString mode = textOf(data().info().mode);
  const bool spent = m_guard.spent(context().mono());
  const bool asking = m_guard.asking(context().mono());
  QString text = m_intent ? sentenceOf(*m_intent, linked(), mode) : tr("Not ready — %1").arg(mode);
  if (spent) text = tr("Sent: %1").arg(text);
  if (asking) text = tr("Really %1").arg(text);
  m_submit->setText(text);
  m_submit->setAccessibleName(m_submit->text());
  m_submit->setEnabled(blocked.isEmpty());
  m_reason->setText(blocked.isEmpty() ? QString() : tr("Blocked — %1").arg(blocked));
  m_reason->setVisible(!blocked.isEmpty());
}

void TicketPanel::submit() {
  evaluate();
  if (!m_intent || !blockedBy().isEmpty()) return;
  const GuardVerdict verdict = m_guard.press(*m_intent, linked(), facts(), context().mono());
  if (verdict.kind == GuardVerdict::Kind::Send) {
    m_touched = false;
    context().commands.submit(*m_intent);
  }
  m_warning->setText(verdict.text);
  m_warning->setVisible(!verdict.text.isEmpty());
  showSubmit();
}

void TicketPanel::setPriceFromBook(int level) {
  const auto& book = data().market(linked().id).book;
  if (!book || book->bidCount == 0 || book->askCount == 0) return;
  const bool buy = !m_sell->isChecked();
  if (level == 0) {
    const std::int64_t sum = book->bids[0].price.value + book->asks[0].price.value;
    const std::int64_t mid = buy ? sum / 2 : (sum + 1) / 2;
    return setPrice(linked().price({mid}));
  }
  const auto index = static_cast<std::size_t>(level - 1);
  if (index >= (buy ? book->bidCount : book->askCount)) return;
  setPrice(linked().price(buy ? book->bids[index].price : book->asks[index].price));
}

void TicketPanel::setPrice(const Price& price) {
  m_price->setValue(price.decimal().rescaled(linked().priceDecimals(), Rounding::HalfEven));
}

void TicketPanel::setSide(Side side) {
  (side == Side::Buy ? m_buy : m_sell)->setChecked(true);
}

void TicketPanel::clearForm() {
  for (DecimalEdit* edit : {m_quantity, m_price, m_trigger, m_stop, m_target}) edit->clearValue();
  m_warning->hide();
  evaluate();
  m_touched = false;
}

void TicketPanel::followInstrument() {
  m_following = true;
  const Instrument& instrument = linked();
  m_shownInstrument = instrument.id;
  m_symbol->setText(textOf(instrument.symbol));
  m_account->setText(textOf(data().info().mode) + QStringLiteral(" · ") + textOf(instrument.venue));
  m_unit->setItemText(0, textOf(instrument.base.code()));
  m_unit->setItemText(1, textOf(instrument.quote.code()));
  m_quantity->setStep(instrument.lotSize);
  for (DecimalEdit* edit : {m_price, m_trigger, m_stop, m_target}) {
    edit->setStep(instrument.tickSize);
    edit->clearValue();
  }
  m_leverage->setRange(Decimal(1, 0), instrument.maxLeverage);
  if (!m_quantity->value()) m_quantity->setValue(instrument.lotSize * Decimal::fromInteger(10));
  setPriceFromBook(1);
  m_following = false;
  m_touched = false;
}

void TicketPanel::update(Revision revision) {
  if (m_shownInstrument != linked().id) followInstrument();
  if (m_price->text().isEmpty() && !m_price->hasFocus()) {
    m_following = true;
    setPriceFromBook(1);
    m_following = false;
  }
  const MonoTime now = context().mono();
  if (!m_guard.asking(now) && !m_guard.spent(now)) m_warning->hide();
  evaluate();
  const ViewState state = data().market(linked().id).book ? marketState(linked().id) : ViewState::Empty;
  setHooks(state, revision, m_checks->rowCount());
}

void TicketPanel::keyPressEvent(QKeyEvent* event) {
  const bool control = event->modifiers().testFlag(Qt::ControlModifier);
  if (control && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) return submit();
  if (control && event->key() == Qt::Key_M) return m_type->setCurrentIndex(1);
  if (event->key() == Qt::Key_Escape) return clearForm();
  Panel::keyPressEvent(event);
}

}  // namespace bw::ui
