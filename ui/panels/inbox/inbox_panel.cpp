// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/inbox/inbox_panel.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QResizeEvent>
#include <QScrollArea>
#include <QStyle>
#include <QTabWidget>

#include <algorithm>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/inbox/inbox_card.h"
#include "ui/panels/inbox/inbox_text.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

constexpr int kSideBySide = 640;  ///< px of width from which list and card stand beside each other

using InboxColumn = Column<ReconciliationItem>;

InboxColumn titleColumn() {
  auto title = textColumn<ReconciliationItem>(QStringLiteral("title"), InboxPanel::tr("What differs"), 380,
                                              [](const ReconciliationItem& r) { return textOf(r.title); });
  title.toolTip = [](const ReconciliationItem& r) -> QString {
    return textOf(r.title) + QLatin1Char('\n') + textOf(r.text);
  };
  return title;
}

InboxColumn kindColumn() {
  return textColumn<ReconciliationItem>(QStringLiteral("kind"), InboxPanel::tr("Kind"), 112,
                                        [](const ReconciliationItem& r) { return kindText(r.kind); });
}

InboxColumn figureColumn(const char* id, const QString& title, std::string ReconciliationItem::*member) {
  return textColumn<ReconciliationItem>(QString::fromLatin1(id), title, 140, [member](const ReconciliationItem& r) {
    return (r.*member).empty() ? notAvailable() : textOf(r.*member);
  });
}

}  // namespace

InboxPanel::InboxPanel(PanelContext& context) : Panel(context, {Part::Inbox, Part::Feeds, Part::Session, Part::Stop}) {
  m_header = new ElidedLabel(QStringLiteral("lblInboxHeader"), this);
  m_header->setFont(ui::themeFont(FontRole::Title));
  m_header->setContentsMargins(8, 4, 8, 4);
  m_tabs = new QTabWidget(this);
  m_tabs->setObjectName(QStringLiteral("tabsInbox"));
  m_tabs->setAccessibleName(tr("Differences"));
  m_tabs->setDocumentMode(true);
  m_tabs->addTab(buildWaiting(), QString());
  buildHistory();
  m_tabs->addTab(m_history, QString());
  connect(m_tabs, &QTabWidget::currentChanged, this, [this] { refresh(); });
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  box->addWidget(m_header);
  box->addWidget(m_tabs, 1);
  // Ages, the escalation and the confirmation go on while nothing else happens.
  m_second.setInterval(1000);
  connect(&m_second, &QTimer::timeout, this, [this] {
    if (isVisible() && !data().inbox().empty()) refresh();
  });
  m_second.start();
}

std::vector<InboxColumn> InboxPanel::waitingColumns() const {
  using Row = ReconciliationItem;
  auto what =
      textColumn<Row>(QStringLiteral("subject"), tr("Instrument"), 106, [this](const Row& r) { return subjectOf(r); });
  what.mark = [](const Row& r) { return r.locked ? Mark::Paused : Mark::Warning; };
  what.tone = [](const Row&) { return Tone::Warn; };
  what.bold = [](const Row& r) { return r.locked; };
  what.toolTip = [](const Row& r) {
    return r.locked ? tr("Locked: no new risk until it is answered") : tr("Waits for an answer");
  };
  auto age = numberColumn<Row>(
      QStringLiteral("age"), tr("Age"), 82, [this](const Row& r) { return ageText(data().now() - r.seenAt); },
      [](const Row& r) { return QVariant(static_cast<qlonglong>(-r.seenAt.ns)); });
  auto lock = textColumn<Row>(QStringLiteral("lock"), tr("Lock"), 72,
                              [](const Row& r) { return r.locked ? tr("LOCKED") : notAvailable(); });
  lock.tone = [](const Row& r) { return r.locked ? Tone::Warn : Tone::Secondary; };
  auto venue = textColumn<Row>(QStringLiteral("venue"), tr("Venue"), 90, [](const Row& r) { return textOf(r.venue); });
  auto id = textColumn<Row>(QStringLiteral("id"), tr("Id"), 60, [](const Row& r) { return textOf(r.id); });
  return {what,
          age,
          kindColumn(),
          figureColumn("ours", tr("We count"), &Row::ours),
          figureColumn("theirs", tr("Venue says"), &Row::theirs),
          lock,
          venue,
          id,
          titleColumn()};
}

std::vector<InboxColumn> InboxPanel::historyColumns() const {
  using Row = ReconciliationItem;
  auto updated =
      textColumn<Row>(QStringLiteral("time"), tr("Time UTC"), 84, [](const Row& r) { return timeText(r.updatedAt); });
  updated.sort = [](const Row& r) { return QVariant(static_cast<qlonglong>(r.updatedAt.ns)); };
  auto state = textColumn<Row>(QStringLiteral("state"), tr("State"), 92, [](const Row& r) {
    return r.state == Row::State::Settled ? tr("Settled") : tr("Answered");
  });
  state.mark = [](const Row& r) { return r.state == Row::State::Settled ? Mark::Tick : Mark::Paused; };
  state.tone = [](const Row& r) { return r.locked ? Tone::Warn : Tone::Secondary; };
  auto answer = textColumn<Row>(QStringLiteral("answer"), tr("Answer"), 80,
                                [](const Row& r) { return r.answer ? actionText(*r.answer) : notAvailable(); });
  auto by = textColumn<Row>(QStringLiteral("by"), tr("By"), 90,
                            [](const Row& r) { return r.answeredBy.empty() ? notAvailable() : textOf(r.answeredBy); });
  auto lasted = numberColumn<Row>(
      QStringLiteral("lasted"), tr("Lasted"), 80, [](const Row& r) { return ageText(r.updatedAt - r.seenAt); },
      [](const Row& r) { return QVariant(static_cast<qlonglong>((r.updatedAt - r.seenAt).ns)); });
  auto id = textColumn<Row>(QStringLiteral("id"), tr("Id"), 60, [](const Row& r) { return textOf(r.id); });
  return {updated,
          state,
          titleColumn(),
          answer,
          by,
          lasted,
          figureColumn("ours", tr("We counted"), &Row::ours),
          figureColumn("theirs", tr("Venue said"), &Row::theirs),
          id};
}

QWidget* InboxPanel::buildWaiting() {
  auto* page = new QWidget(m_tabs);
  page->setObjectName(QStringLiteral("pgInboxWaiting"));
  m_waitingModel = new TableModel<ReconciliationItem>(
      waitingColumns(), [](const ReconciliationItem& r) { return textOf(r.id); }, this);
  m_waitingModel->setPinned([](const ReconciliationItem& r) { return r.locked; });
  m_waiting =
      new DataTable(QStringLiteral("tblInbox"), tr("Differences that wait for an answer"), m_waitingModel, page);
  m_waiting->emptyState()->setContent(
      tr("Nothing to answer: as far as it has been compared, every account agrees with its venue."), QString());
  m_waiting->setMinimumSize(220, 110);
  keepFitted(*m_waiting, *m_waitingModel);
  connect(m_waiting->view()->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { showCard(); });
  connect(m_waiting, &DataTable::activated, this, [this] { m_card->focusAnswers(); });
  auto* scroll = new QScrollArea(page);
  scroll->setObjectName(QStringLiteral("scrInbox"));
  scroll->setAccessibleName(tr("Chosen difference"));
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_card = new InboxCard(context().mono, scroll);
  scroll->setWidget(m_card);
  connect(m_card, &InboxCard::answered, this,
          [this](const QString& item, ReconciliationAction action, const QString& reason) {
            this->context().commands.answer(item.toStdString(), action, reason.toStdString());
          });
  m_split = new QBoxLayout(QBoxLayout::TopToBottom, page);
  m_split->setContentsMargins(0, 0, 0, 0);
  m_split->setSpacing(0);
  m_split->addWidget(m_waiting, 3);
  m_split->addWidget(scroll, 4);
  return page;
}

void InboxPanel::buildHistory() {
  m_historyModel = new TableModel<ReconciliationItem>(
      historyColumns(), [](const ReconciliationItem& r) { return textOf(r.id); }, this);
  m_history = new DataTable(QStringLiteral("tblInboxHistory"), tr("Answered differences"), m_historyModel, m_tabs);
  m_history->emptyState()->setContent(tr("Nothing has been answered in this session."), QString());
  keepFitted(*m_history, *m_historyModel);
}

QString InboxPanel::subjectOf(const ReconciliationItem& item) const {
  if (item.instrument && item.instrument->value < data().instruments().size())
    return textOf(data().instruments().get(*item.instrument).symbol);
  return textOf(item.venue);
}

const FeedStatus* InboxPanel::deadFeed() const {
  const auto& feeds = data().feeds();
  const bool dead = !feeds.empty() && std::all_of(feeds.begin(), feeds.end(), [](const FeedStatus& feed) {
    return feed.state == FeedStatus::State::Dead;
  });
  return dead ? &feeds.front() : nullptr;
}

void InboxPanel::showHeader(int waiting) {
  QStringList locked;
  for (const auto& item : data().inbox()) {
    if (item.locked && item.state != ReconciliationItem::State::Settled && !locked.contains(subjectOf(item)))
      locked << subjectOf(item);
  }
  QString text = waiting == 0 ? tr("Nothing waits for an answer") : tr("Waiting for an answer: %1").arg(waiting);
  if (!locked.isEmpty()) text += tr(" · locked against new risk: %1").arg(locked.join(QStringLiteral(", ")));
  m_header->setFullText(text);
  QPalette palette = m_header->palette();
  palette.setColor(QPalette::WindowText,
                   ui::color(waiting > 0 || !locked.isEmpty() ? Role::Warn : Role::TextSecondary));
  m_header->setPalette(palette);
}

void InboxPanel::showCard() {
  const QString key = m_waiting->currentKey();
  const ReconciliationItem* item = m_waitingModel->find(key);
  const QString subject = item != nullptr ? subjectOf(*item) : QString();
  m_card->show(item, data().replyTo(key.toStdString()), data().now(), subject, textOf(data().info().mode));
}

void InboxPanel::update(Revision revision) {
  std::vector<ReconciliationItem> waiting;
  std::vector<ReconciliationItem> history;
  for (const auto& item : data().inbox()) {
    (item.state == ReconciliationItem::State::Open ? waiting : history).push_back(item);
  }
  std::reverse(history.begin(), history.end());
  const int open = static_cast<int>(waiting.size());
  const int closed = static_cast<int>(history.size());
  showHeader(open);
  m_tabs->setTabText(0, tr("Waiting (%1)").arg(open));
  m_tabs->setTabText(1, tr("Answered (%1)").arg(closed));
  ViewState state = plainState(open == 0);
  QString band;
  if (const FeedStatus* dead = deadFeed()) {
    const QString venue = textOf(dead->venue);
    state = open == 0 ? ViewState::Error : ViewState::Stale;
    band = tr("NOT COMPARED · %1 is disconnected").arg(venue);
    m_waiting->errorState()->setContent(
        tr("Nothing can be compared with %1: it is disconnected.").arg(venue), QString(),
        tr("What was found before is kept; the comparison goes on by itself once the venue answers."), QString(),
        textOf(dead->detail));
  }
  if (!m_waiting->isPaused()) m_waitingModel->setRows(std::move(waiting));
  m_waiting->setState(state, revision, band);
  if (open > 0 && m_waiting->currentRow() < 0) m_waiting->selectKey(m_waitingModel->keyOf(0));
  if (!m_history->isPaused()) m_historyModel->setRows(std::move(history));
  m_history->setState(plainState(closed == 0), revision);
  const auto session = std::make_pair(data().sessionState(), data().stop().state);
  if (session != m_session) m_card->takeBack();
  m_session = session;
  showCard();
  setHooks(state, revision, open);
}

void InboxPanel::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && m_card->asked()) {
    m_card->takeBack();
    return m_card->focusAnswers();
  }
  Panel::keyPressEvent(event);
}

void InboxPanel::resizeEvent(QResizeEvent* event) {
  Panel::resizeEvent(event);
  const bool wide = width() >= kSideBySide && width() > height();
  m_split->setDirection(wide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

}  // namespace bw::ui
