// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/limits/limits_panel.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QStyle>

#include <algorithm>
#include <iterator>

#include "core/base/clock.h"
#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/limits/limit_history_page.h"
#include "ui/panels/limits/limit_review_page.h"
#include "ui/panels/limits/limit_row.h"
#include "ui/panels/limits/limit_text.h"
#include "ui/panels/limits/what_if_view.h"
#include "ui/panels/risk/risk_panel.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

constexpr int kRoomForScopes = 900;
constexpr int kRoomForWhatIf = 1040;
constexpr int kScopesWidth = 170;
constexpr int kScopeHeight = 26;
constexpr int kWhatIfWidth = 330;
constexpr int kRoomForSentences = 420;  ///< px of height
constexpr int kWhatIfDelayMs = 150;
constexpr int kWhatIfDeadlineMs = 300;

void restyleTone(QLabel& label, const char* tone) {
  if (label.property("bwTone").toString() == QLatin1String(tone)) return;
  label.setProperty("bwTone", QString::fromLatin1(tone));
  label.style()->unpolish(&label);
  label.style()->polish(&label);
}

}  // namespace

LimitsPanel::LimitsPanel(PanelContext& context)
    : Panel(context, {Part::Risk, Part::Session, Part::Stop, Part::Orders, Part::Positions}),
      m_jobs(std::make_unique<BackgroundJobs>("limits")),
      m_slowJobs(std::make_unique<BackgroundJobs>("limits-whatif")),
      m_draft([this] { draftChanged(); }) {
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  m_empty = new EmptyState(QStringLiteral("emptyLimits"), this);
  m_empty->setContent(tr("Risk limits cannot be changed in this session."), QString());
  m_form = new QWidget(this);
  m_form->setObjectName(QStringLiteral("frmLimits"));
  m_form->setAccessibleName(tr("Risk limits"));
  auto* form = new QVBoxLayout(m_form);
  form->setContentsMargins(0, 0, 0, 0);
  form->setSpacing(0);
  form->addWidget(buildTop());
  form->addWidget(buildMiddle(), 1);
  form->addWidget(buildBottom());
  box->addWidget(m_empty, 1);
  box->addWidget(m_form, 1);
  connectPages();
  findDesk();
}

/// A session that is still starting may have none yet.
void LimitsPanel::findDesk() {
  m_desk = context().commands.limits();
  m_empty->setVisible(m_desk == nullptr);
  m_form->setVisible(m_desk != nullptr);
  if (m_desk != nullptr) load();
}

LimitsPanel::~LimitsPanel() {
  m_jobs.reset();  // first: what still runs must find this whole
  m_slowJobs.reset();
}

QWidget* LimitsPanel::buildTop() {
  auto* top = new QWidget(m_form);
  top->setObjectName(QStringLiteral("rowLimitsTop"));
  m_search = new QLineEdit(top);
  m_search->setObjectName(QStringLiteral("edtLimitSearch"));
  m_search->setAccessibleName(tr("Search all limits"));
  m_search->setPlaceholderText(tr("Search all limits (Ctrl+F)"));
  m_search->setClearButtonEnabled(true);
  m_search->setFixedWidth(220);
  m_scopeBox = new QComboBox(top);
  m_scopeBox->setObjectName(QStringLiteral("cmbLimitScope"));
  m_scopeBox->setAccessibleName(tr("Scope"));
  m_versionLabel = namedLabel(QStringLiteral("lblLimitVersion"), {}, top);
  m_versionLabel->setProperty("bwTone", QStringLiteral("secondary"));
  auto* history = namedButton(QStringLiteral("btnLimitHistory"), tr("History"), top);
  auto* imported = namedButton(QStringLiteral("btnLimitImport"), tr("Import…"), top);
  auto* exported = namedButton(QStringLiteral("btnLimitExport"), tr("Export…"), top);
  imported->setToolTip(tr("Read a YAML file; what differs becomes a draft to review"));
  exported->setToolTip(tr("Write the limits in force as a commented YAML file"));
  connect(m_search, &QLineEdit::textChanged, this, [this] {
    showPage(Page::Fields);
    showFields();
  });
  connect(m_scopeBox, &QComboBox::activated, this, [this](int index) { m_scopes->setCurrentRow(index); });
  connect(history, &QPushButton::clicked, this, [this] { openHistory({}); });
  connect(imported, &QPushButton::clicked, this, [this] { chooseFile(false); });
  connect(exported, &QPushButton::clicked, this, [this] { chooseFile(true); });
  auto* row = new QHBoxLayout(top);
  row->setContentsMargins(8, 6, 8, 6);
  row->addWidget(m_search);
  row->addWidget(m_scopeBox);
  row->addWidget(m_versionLabel, 1);
  for (QPushButton* button : {history, imported, exported}) row->addWidget(button);
  return top;
}

QWidget* LimitsPanel::buildMiddle() {
  auto* middle = new QWidget(m_form);
  middle->setObjectName(QStringLiteral("rowLimitsMiddle"));
  m_scopes = new QListWidget(middle);
  m_scopes->setObjectName(QStringLiteral("lstLimitScopes"));
  m_scopes->setAccessibleName(tr("Scopes"));
  m_scopes->setFixedWidth(kScopesWidth);
  connect(m_scopes, &QListWidget::currentRowChanged, this, [this](int index) {
    m_scopeBox->setCurrentIndex(index);
    showPage(Page::Fields);
    showFields();
  });
  m_pages = new QStackedWidget(middle);
  m_pages->setObjectName(QStringLiteral("pgsLimits"));
  m_scroll = new QScrollArea(m_pages);
  m_scroll->setObjectName(QStringLiteral("scrLimits"));
  m_scroll->setAccessibleName(tr("Limits"));
  m_scroll->setWidgetResizable(true);
  m_scroll->setFrameShape(QFrame::NoFrame);
  m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* page = new QWidget(m_scroll);
  page->setObjectName(QStringLiteral("pgLimitFields"));
  m_list = new QVBoxLayout(page);
  m_list->setContentsMargins(0, 0, 0, 0);
  m_list->setSpacing(0);
  m_nothing = namedLabel(QStringLiteral("lblLimitNothing"), tr("No limit matches the search."), page);
  m_nothing->setContentsMargins(12, 12, 12, 12);
  m_nothing->hide();
  m_scroll->setWidget(page);
  m_review = new LimitReviewPage(context().mono, textOf(data().info().mode), m_pages);
  m_history = new LimitHistoryPage(m_pages);
  m_pages->addWidget(m_scroll);
  m_pages->addWidget(m_review);
  m_pages->addWidget(m_history);
  m_whatIf = new WhatIfView(middle);
  m_middle = new QGridLayout(middle);
  m_middle->setContentsMargins(0, 0, 0, 0);
  m_middle->setSpacing(0);
  m_middle->addWidget(m_scopes, 0, 0, 2, 1);
  m_middle->addWidget(m_pages, 0, 1);
  m_middle->setColumnStretch(1, 1);
  m_middle->setRowStretch(0, 1);
  return middle;
}

QWidget* LimitsPanel::buildBottom() {
  auto* bottom = new QWidget(m_form);
  bottom->setObjectName(QStringLiteral("rowLimitsBottom"));
  m_summary = namedLabel(QStringLiteral("lblLimitSummary"), {}, bottom);
  m_errors = new QLabel(bottom);
  m_errors->setObjectName(QStringLiteral("lblLimitErrors"));
  m_errors->setTextFormat(Qt::RichText);
  m_errors->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
  m_errors->setWordWrap(true);
  m_status = namedLabel(QStringLiteral("lblLimitStatus"), {}, bottom);
  m_status->setWordWrap(true);
  m_apply = namedButton(QStringLiteral("btnLimitApply"), tr("Apply"), bottom);
  m_apply->setToolTip(tr("What tightens takes effect at once (Ctrl+Enter)"));
  m_reviewButton = namedButton(QStringLiteral("btnLimitReview"), tr("Review && apply…"), bottom);
  m_reviewButton->setAccessibleName(tr("Review and apply"));
  m_reviewButton->setToolTip(tr("What loosens is reviewed first (Ctrl+R)"));
  m_discard = namedButton(QStringLiteral("btnLimitDiscard"), tr("Discard draft"), bottom);
  m_discard->setToolTip(tr("Back to what is in force; Ctrl+Z takes back one field at a time"));
  m_undoApplied = namedButton(QStringLiteral("btnLimitUndo"), tr("Undo"), bottom);
  m_abort = namedButton(QStringLiteral("btnLimitAbort"), tr("Abort"), bottom);
  connect(m_apply, &QPushButton::clicked, this, &LimitsPanel::applyTightening);
  connect(m_reviewButton, &QPushButton::clicked, this, &LimitsPanel::openReview);
  connect(m_discard, &QPushButton::clicked, this, [this] { m_draft.clear(); });
  connect(m_undoApplied, &QPushButton::clicked, this, [this] { undoApplied(m_applied); });
  connect(m_abort, &QPushButton::clicked, this, &LimitsPanel::abortPending);
  connect(m_errors, &QLabel::linkActivated, this, &LimitsPanel::jumpTo);
  auto* first = new QHBoxLayout;
  first->addWidget(m_status, 1);
  first->addWidget(m_undoApplied);
  first->addWidget(m_abort);
  auto* second = new QHBoxLayout;
  second->addWidget(m_summary, 1);
  for (QPushButton* button : {m_discard, m_apply, m_reviewButton}) second->addWidget(button);
  auto* box = new QVBoxLayout(bottom);
  box->setContentsMargins(8, 6, 8, 6);
  box->setSpacing(4);
  box->addLayout(first);
  box->addWidget(m_errors);
  box->addLayout(second);
  m_undoApplied->hide();
  m_abort->hide();
  m_status->hide();
  return bottom;
}

void LimitsPanel::connectPages() {
  connect(m_review, &LimitReviewPage::backRequested, this, [this] { showPage(Page::Fields); });
  connect(m_review, &LimitReviewPage::confirmed, this, &LimitsPanel::loosen);
  connect(m_history, &LimitHistoryPage::backRequested, this, [this] { showPage(Page::Fields); });
  connect(m_history, &LimitHistoryPage::undoRequested, this, [this](quint64 version) { undoApplied(version); });
  connect(m_whatIf, &WhatIfView::daysChanged, this, [this] {
    if (!m_draft.empty()) m_whatIfDelay.start();
  });
  m_whatIfDelay.setSingleShot(true);
  m_whatIfDelay.setInterval(kWhatIfDelayMs);
  connect(&m_whatIfDelay, &QTimer::timeout, this, &LimitsPanel::askWhatIf);
  m_whatIfDeadline.setSingleShot(true);
  m_whatIfDeadline.setInterval(kWhatIfDeadlineMs);
  connect(&m_whatIfDeadline, &QTimer::timeout, this, [this] { m_whatIf->showComputing(); });
  m_second.setInterval(1000);
  connect(&m_second, &QTimer::timeout, this, &LimitsPanel::everySecond);
  m_second.start();
}

bool LimitsPanel::settled() const {
  return m_jobs->idle() && m_slowJobs->idle() && !m_whatIfDelay.isActive();
}

void LimitsPanel::takeFields(const std::vector<LimitField>& fields, std::uint64_t version, const std::string& hash) {
  const bool first = m_fields.empty();
  m_fields.clear();
  // Scope by scope, each in the order of the schema.
  std::vector<std::string> scopes;
  for (const LimitField& field : fields) {
    if (std::find(scopes.begin(), scopes.end(), field.scope) == scopes.end()) scopes.push_back(field.scope);
  }
  for (const std::string& scope : scopes) {
    std::copy_if(fields.begin(), fields.end(), std::back_inserter(m_fields),
                 [&scope](const LimitField& field) { return field.scope == scope; });
  }
  m_version = version;
  m_hash = hash;
  if (first) showScopes();
  for (const LimitField& field : m_fields) {
    if (LimitRow* known = row(textOf(field.key))) known->setField(field);
  }
  showFields();
  showVersion();
  draftChanged();
  if (isVisible()) refresh();
}

const LimitField* LimitsPanel::fieldOf(const QString& key) const {
  for (const LimitField& field : m_fields) {
    if (textOf(field.key) == key) return &field;
  }
  return nullptr;
}

void LimitsPanel::showScopes() {
  QStringList scopes;
  for (const LimitField& field : m_fields) {
    if (!scopes.contains(textOf(field.scope))) scopes << textOf(field.scope);
  }
  scopes << tr("All");
  const QSignalBlocker quietBox(m_scopeBox);
  const QSignalBlocker quietList(m_scopes);
  m_scopeBox->addItems(scopes);
  for (const QString& scope : scopes) {
    auto* item = new QListWidgetItem(scope, m_scopes);
    item->setData(Qt::UserRole, scope);
    item->setSizeHint({0, kScopeHeight});
  }
  m_scopes->setCurrentRow(0);
}

bool LimitsPanel::wanted(const LimitField& field) const {
  const QString search = m_search->text().trimmed();
  if (search.isEmpty()) {
    const QListWidgetItem* scope = m_scopes->currentItem();
    return scope != nullptr && (m_scopes->currentRow() == m_scopes->count() - 1 ||
                                scope->data(Qt::UserRole).toString() == textOf(field.scope));
  }
  const QString hay =
      QStringList{textOf(field.key), limitTitle(field.key), textOf(field.help), textOf(field.scope), textOf(field.unit)}
          .join(QLatin1Char('\n'));
  for (const QString& word : search.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
    if (!hay.contains(word, Qt::CaseInsensitive)) return false;
  }
  return true;
}

LimitRow* LimitsPanel::makeRow(const LimitField& field) {
  auto* made = new LimitRow(field, m_list->parentWidget());
  connect(made, &LimitRow::edited, this, [this](const QString& key, const QString& text) {
    m_typedLast = key;
    if (const LimitField* now = fieldOf(key)) m_draft.set(key, text, textOf(now->value));
  });
  connect(made, &LimitRow::handedIn, this, &LimitsPanel::handIn);
  connect(made, &LimitRow::historyRequested, this, &LimitsPanel::openHistory);
  connect(made, &LimitRow::undoWanted, this, [this] { m_draft.undo().undo(); });
  connect(made, &LimitRow::redoWanted, this, [this] { m_draft.undo().redo(); });
  m_rows.insert(made->key(), made);
  made->setDraft(m_draft.find(made->key()));
  return made;
}

void LimitsPanel::showFields() {
  if (m_fields.empty()) return;
  while (QLayoutItem* item = m_list->takeAt(0)) delete item;
  qDeleteAll(m_scopeHeads);
  m_scopeHeads.clear();
  std::string scope;
  int shown = 0;
  QWidget* before = nullptr;
  for (const LimitField& field : m_fields) {
    const bool show = wanted(field);
    LimitRow* known = row(textOf(field.key));
    if (!show) {
      if (known != nullptr) known->hide();
      continue;
    }
    if (scope != field.scope) {
      scope = field.scope;
      auto* head = namedLabel(QStringLiteral("lblLimitScope"), textOf(scope), m_list->parentWidget());
      head->setFont(ui::themeFont(FontRole::Headline));
      head->setContentsMargins(10, 10, 10, 2);
      m_scopeHeads << head;
      m_list->addWidget(head);
    }
    if (known == nullptr) known = makeRow(field);
    m_list->addWidget(known);
    known->show();
    if (before != nullptr) setTabOrder(before, known->editor());
    before = known->editor();
    ++shown;
  }
  m_list->addWidget(m_nothing);
  m_nothing->setVisible(shown == 0);
  m_list->addStretch(1);
  showVerdicts();
  showGauges();
}

void LimitsPanel::showVerdicts() {
  for (LimitRow* each : m_rows) {
    each->setDraft(m_draft.find(each->key()));
    const auto found = std::find_if(m_proposal.rows.begin(), m_proposal.rows.end(),
                                    [each](const LimitDiffRow& r) { return textOf(r.key) == each->key(); });
    const bool typed = m_proposalFits && m_draft.find(each->key()) != nullptr && found != m_proposal.rows.end();
    const bool blamed = each->key() == m_typedLast || m_draft.size() == 1;
    if (m_proposalFits) each->setVerdict(typed ? &*found : nullptr, blamed ? textOf(m_proposal.error) : QString());
  }
}

void LimitsPanel::showSummary() {
  int tighter = 0;
  int looser = 0;
  QStringList links;
  for (const LimitDiffRow& each : m_proposal.rows) {
    if (!each.error.empty()) {
      links << QStringLiteral("<a href=\"%1\">%2</a>: %3")
                   .arg(textOf(each.key).toHtmlEscaped(), limitTitle(each.key).toHtmlEscaped(),
                        textOf(each.error).toHtmlEscaped());
    } else if (each.direction == LimitDirection::Tighter) {
      ++tighter;
    } else if (each.direction == LimitDirection::Looser) {
      ++looser;
    }
  }
  if (!m_proposal.error.empty()) links << textOf(m_proposal.error).toHtmlEscaped();
  const bool valid = m_proposal.valid();
  QStringList parts;
  if (tighter > 0) parts << tr("tightens: %1").arg(tighter);
  if (looser > 0) parts << tr("▲ loosens, a draft: %1").arg(looser);
  if (!links.isEmpty()) parts << tr("⬣ not allowed: %1").arg(links.size());
  m_summary->setText(parts.isEmpty() ? tr("Nothing typed") : parts.join(QStringLiteral(" · ")));
  restyleTone(*m_summary, !valid ? "critical" : looser > 0 ? "warn" : tighter > 0 ? "ok" : "secondary");
  m_errors->setText(links.join(QStringLiteral(" · ")));
  m_errors->setAccessibleName(tr("What is not allowed: %1").arg(links.join(QStringLiteral("; "))));
  m_errors->setVisible(!links.isEmpty());
  restyleTone(*m_errors, "critical");
  m_apply->setText(tighter > 0 ? tr("Apply what tightens (%1)").arg(tighter) : tr("Apply"));
  m_apply->setAccessibleName(m_apply->text());
  m_apply->setEnabled(m_proposalFits && valid && tighter > 0);
  m_reviewButton->setEnabled(m_proposalFits && valid && looser > 0);
  m_discard->setEnabled(!m_draft.empty());
  for (int i = 0; i < m_scopes->count(); ++i) {
    QListWidgetItem& item = *m_scopes->item(i);
    const QString scope = item.data(Qt::UserRole).toString();
    const auto typed = std::count_if(m_fields.begin(), m_fields.end(), [this, &scope](const LimitField& field) {
      return textOf(field.scope) == scope && m_draft.find(textOf(field.key)) != nullptr;
    });
    item.setText(typed > 0 ? tr("%1 · typed %2").arg(scope).arg(typed) : scope);
  }
}

void LimitsPanel::showGauges() {
  const auto& risk = data().risk();
  std::vector<CheckResult> checks;
  if (data().pendingOrder()) checks = context().commands.preview(*data().pendingOrder());
  for (LimitRow* each : m_rows) {
    if (!each->isVisibleTo(this)) continue;
    std::optional<GaugeData> worst;
    if (risk) {
      for (const LimitGauge& gauge : risk->gauges) {
        if (textOf(gauge.key) != each->key()) continue;
        GaugeData next = RiskPanel::gaugeOf(gauge, {}, checks);
        if (!worst || next.fraction > worst->fraction) worst = std::move(next);
      }
    }
    each->setGauge(worst ? &*worst : nullptr);
  }
}

void LimitsPanel::showVersion() {
  const bool waiting = m_unseen > m_seenByRisk;
  QString text = tr("version %1 · %2").arg(m_version).arg(textOf(m_hash.substr(0, 12)));
  text += waiting ? tr(" · waiting for the risk agent") : tr(" · in force");
  m_versionLabel->setText(text);
  m_versionLabel->setToolTip(textOf(m_hash));
  restyleTone(*m_versionLabel, waiting ? "warn" : "secondary");
}

void LimitsPanel::say(const QString& text, const char* tone) {
  m_status->setText(text);
  m_status->setAccessibleName(text);
  m_status->setVisible(!text.isEmpty());
  restyleTone(*m_status, tone);
}

void LimitsPanel::showPage(Page page) {
  m_pages->setCurrentIndex(static_cast<int>(page));
}

void LimitsPanel::jumpTo(const QString& key) {
  const LimitField* field = fieldOf(key);
  if (field == nullptr) return;
  if (!wanted(*field)) {
    m_search->clear();
    for (int i = 0; i < m_scopes->count(); ++i) {
      if (m_scopes->item(i)->data(Qt::UserRole).toString() == textOf(field->scope)) m_scopes->setCurrentRow(i);
    }
  }
  showPage(Page::Fields);
  if (LimitRow* target = row(key)) {
    m_scroll->ensureWidgetVisible(target);
    target->editor()->setFocus(Qt::OtherFocusReason);
  }
}

void LimitsPanel::update(Revision revision) {
  if (m_desk == nullptr) findDesk();
  if (m_desk == nullptr) return setHooks(ViewState::Empty, revision, 0);
  const auto& risk = data().risk();
  const std::uint64_t seen = risk ? risk->limitsVersion : 0;
  if (seen != m_seenByRisk) {
    m_seenByRisk = seen;
    if (seen > m_version) load();  // somebody else has changed them
    showVersion();
  }
  followState();
  showGauges();
  setHooks(m_fields.empty() ? ViewState::Loading : plainState(false), revision, static_cast<int>(m_fields.size()));
}

/// What may be loosened depends on the session, the stop and the breakers; what was typed to confirm was typed in the
/// state as it was then.
void LimitsPanel::followState() {
  const auto& risk = data().risk();
  int open = 0;
  if (risk) {
    open = static_cast<int>(std::count_if(risk->breakers.begin(), risk->breakers.end(),
                                          [](const RiskStatus::Breaker& breaker) { return breaker.state == "OPEN"; }));
  }
  const auto now = std::make_tuple(data().sessionState(), data().stop().state, open);
  if (now == m_state) return;
  m_state = now;
  m_review->stateChanged();
  if (!m_draft.empty()) askProposal();
}

void LimitsPanel::everySecond() {
  m_review->tick();
  if (m_pending == 0) return;
  const Duration left = m_due - SystemClock().now();
  if (left.ns > 0) {
    say(tr("The loosening takes effect in %1.").arg(ageText(left)), "warn");
    return;
  }
  m_pending = 0;
  m_abort->hide();
  say(tr("The cool-down is over."), "secondary");
  load();
}

void LimitsPanel::keyPressEvent(QKeyEvent* event) {
  const bool control = event->modifiers().testFlag(Qt::ControlModifier);
  if (event->matches(QKeySequence::Find)) return m_search->setFocus(Qt::ShortcutFocusReason);
  if (event->matches(QKeySequence::Undo)) return m_draft.undo().undo();
  if (event->matches(QKeySequence::Redo)) return m_draft.undo().redo();
  if (control && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) return applyTightening();
  if (control && event->key() == Qt::Key_R) return openReview();
  if (event->key() == Qt::Key_Escape && m_pages->currentIndex() != 0) return showPage(Page::Fields);
  Panel::keyPressEvent(event);
}

void LimitsPanel::resizeEvent(QResizeEvent* event) {
  Panel::resizeEvent(event);
  m_scopes->setVisible(width() >= kRoomForScopes);
  m_scopeBox->setVisible(width() < kRoomForScopes);
  // Beside the fields where there is room for it, else its sentences under them.
  const bool beside = width() >= kRoomForWhatIf;
  m_middle->removeWidget(m_whatIf);
  m_middle->addWidget(m_whatIf, beside ? 0 : 1, beside ? 2 : 1, beside ? 2 : 1, 1);
  m_whatIf->setCompact(!beside);
  m_whatIf->setFixedWidth(beside ? kWhatIfWidth : QWIDGETSIZE_MAX);
  if (!beside) m_whatIf->setMinimumWidth(0);
  m_whatIf->setVisible(beside || height() >= kRoomForSentences);
}

}  // namespace bw::ui
