// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/limits/limit_review_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/limits/limit_text.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/data_table.h"

namespace bw::ui {

namespace {

constexpr int kDiffRow = 22;
constexpr int kDiffHead = 26;

std::vector<Column<LimitDiffRow>> diffColumns() {
  using Row = LimitDiffRow;
  auto name = textColumn<Row>(QStringLiteral("key"), LimitReviewPage::tr("Limit"), 190,
                              [](const Row& r) { return limitTitle(r.key); });
  name.mark = [](const Row& r) { return directionMark(r.direction); };
  name.tone = [](const Row& r) { return directionTone(r.direction); };
  name.toolTip = [](const Row& r) { return textOf(r.key); };
  auto live = textColumn<Row>(QStringLiteral("live"), LimitReviewPage::tr("In force"), 120,
                              [](const Row& r) { return limitValueText(r.before, r.unit); });
  auto next = textColumn<Row>(QStringLiteral("new"), LimitReviewPage::tr("New"), 120,
                              [](const Row& r) { return limitValueText(r.after, r.unit); });
  next.bold = [](const Row&) { return true; };
  auto change = textColumn<Row>(QStringLiteral("change"), LimitReviewPage::tr("Change"), 130,
                                [](const Row& r) { return changeText(r); });
  change.tone = [](const Row& r) { return directionTone(r.direction); };
  auto effect = textColumn<Row>(QStringLiteral("effect"), LimitReviewPage::tr("Effect now"), 180, [](const Row& r) {
    return r.effect.empty() ? LimitReviewPage::tr("none at once") : textOf(r.effect);
  });
  effect.toolTip = [](const Row& r) { return textOf(r.effect); };
  return {name, live, next, change, effect};
}

QLabel* wrappedLine(const char* objectName, const char* tone, QWidget* parent) {
  QLabel* label = namedLabel(QString::fromLatin1(objectName), {}, parent);
  label->setWordWrap(true);
  label->setProperty("bwTone", QString::fromLatin1(tone));
  return label;
}

}  // namespace

LimitReviewPage::LimitReviewPage(std::function<MonoTime()> mono, QString mode, QWidget* parent)
    : QWidget(parent), m_mono(std::move(mono)), m_mode(std::move(mode)) {
  setObjectName(QStringLiteral("pgLimitReview"));
  m_title = namedLabel(QStringLiteral("lblReviewTitle"), {}, this);
  m_title->setFont(ui::themeFont(FontRole::Title));
  m_model = new TableModel<LimitDiffRow>(
      diffColumns(), [](const LimitDiffRow& r) { return textOf(r.key); }, this);
  m_table = new DataTable(QStringLiteral("tblLimitDiff"), tr("What would be loosened"), m_model, this);
  keepFitted(*m_table, *m_model);
  m_would = wrappedLine("lblReviewWould", "warn", this);
  m_notes = wrappedLine("lblReviewNotes", "critical", this);
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(10, 8, 10, 8);
  box->setSpacing(8);
  box->addWidget(m_title);
  box->addWidget(m_table);
  box->addWidget(m_would);
  box->addWidget(m_notes);
  buildForm();
  box->addStretch(1);
}

void LimitReviewPage::buildForm() {
  auto* box = static_cast<QVBoxLayout*>(layout());
  auto* reasonCaption = namedLabel(QStringLiteral("lblReviewReason"),
                                   tr("Why (at least %1 characters, for the audit)").arg(kShortestReason), this);
  m_reason = new QLineEdit(this);
  m_reason->setObjectName(QStringLiteral("edtReviewReason"));
  m_reason->setAccessibleName(reasonCaption->text());
  reasonCaption->setBuddy(m_reason);
  m_typedCaption = namedLabel(QStringLiteral("lblReviewTyped"), {}, this);
  m_typed = new QLineEdit(this);
  m_typed->setObjectName(QStringLiteral("edtReviewTyped"));
  m_typed->setFont(ui::themeFont(FontRole::Number));
  m_typed->setFixedWidth(180);
  m_typedCaption->setBuddy(m_typed);
  m_missing = wrappedLine("lblReviewMissing", "secondary", this);
  m_confirm = namedButton(QStringLiteral("btnReviewConfirm"), {}, this);
  m_confirm->setProperty("bwPrimary", true);
  auto* back = namedButton(QStringLiteral("btnReviewBack"), tr("Back to the fields"), this);
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(m_confirm);
  buttons->addWidget(back);
  buttons->addStretch(1);
  box->addWidget(reasonCaption);
  box->addWidget(m_reason);
  box->addWidget(m_typedCaption);
  box->addWidget(m_typed);
  box->addLayout(buttons);
  box->addWidget(m_missing);
  connect(m_reason, &QLineEdit::textChanged, this, &LimitReviewPage::judge);
  connect(m_typed, &QLineEdit::textChanged, this, [this] {
    m_typedAt = m_typed->text().isEmpty() ? std::nullopt : std::optional<MonoTime>(m_mono());
    judge();
  });
  connect(m_confirm, &QPushButton::clicked, this, [this] {
    tick();
    if (missing().isEmpty()) Q_EMIT confirmed();
  });
  connect(back, &QPushButton::clicked, this, &LimitReviewPage::backRequested);
}

void LimitReviewPage::setProposal(const LimitProposal& proposal, std::uint64_t version) {
  std::vector<LimitDiffRow> rows;
  for (const LimitDiffRow& row : proposal.rows) {
    if (row.direction == LimitDirection::Looser && row.error.empty()) rows.push_back(row);
  }
  const bool moved =
      version != m_version || rows.size() != m_model->rows().size() ||
      !std::equal(rows.begin(), rows.end(), m_model->rows().begin(), [](const LimitDiffRow& a, const LimitDiffRow& b) {
        return a.key == b.key && a.before == b.before && a.after == b.after;
      });
  m_proposal = proposal;
  m_version = version;
  const int count = static_cast<int>(rows.size());
  m_title->setText(tr("Review before loosening (%1)").arg(count));
  m_table->setFixedHeight(kDiffHead + kDiffRow * std::clamp(count, 1, 8));
  m_model->setRows(std::move(rows));
  m_table->setState(ViewState::Live, ++m_revision);
  QStringList notes;
  for (const auto& refusal : proposal.refusals) notes << tr("Refused now: %1").arg(textOf(refusal));
  if (proposal.locksGates) notes << tr("The go-live gates lock again.");
  if (proposal.coolDown.ns > 0)
    notes << tr("It takes effect %1 after the confirmation and can be aborted until then.")
                 .arg(intervalText(proposal.coolDown));
  m_notes->setText(notes.join(QLatin1Char('\n')));
  m_notes->setVisible(!notes.isEmpty());
  m_notes->setProperty("bwTone", proposal.refusals.empty() ? QStringLiteral("warn") : QStringLiteral("critical"));
  m_notes->style()->unpolish(m_notes);
  m_notes->style()->polish(m_notes);
  const bool typed = !proposal.typedKey.empty();
  m_typedCaption->setVisible(typed);
  m_typed->setVisible(typed);
  if (typed) {
    const auto row = std::find_if(proposal.rows.begin(), proposal.rows.end(),
                                  [&proposal](const LimitDiffRow& each) { return each.key == proposal.typedKey; });
    const QString after = row == proposal.rows.end() ? QString() : textOf(row->after);
    m_typedCaption->setText(tr("Type the new value of %1, %2, to confirm").arg(limitTitle(proposal.typedKey), after));
    m_typed->setAccessibleName(m_typedCaption->text());
  }
  m_confirm->setText(proposal.coolDown.ns > 0 ? tr("Loosen after %1 — %2").arg(intervalText(proposal.coolDown), m_mode)
                                              : tr("Loosen now — %1").arg(m_mode));
  m_confirm->setAccessibleName(m_confirm->text());
  if (moved && !m_typed->text().isEmpty()) return lapse(tr("The values have changed: type it again."));
  judge();
}

void LimitReviewPage::setWhatIf(const LimitWhatIf* answer) {
  if (answer == nullptr) {
    m_would->setText(tr("What it would have let through is being computed."));
    return;
  }
  m_would->setText(
      answer->freed == 0
          ? tr("In the last %1 days it would have let through no order that was refused.").arg(answer->days)
          : tr("Orders of the last %1 days that were refused and would have been let through: %2.")
                .arg(answer->days)
                .arg(answer->freed));
}

QString LimitReviewPage::missing() const {
  if (!m_proposal.valid()) {
    return m_proposal.error.empty() ? tr("A value is not allowed: correct it first.") : textOf(m_proposal.error);
  }
  if (!m_proposal.loosens) return tr("Nothing here loosens a limit.");
  if (!m_proposal.refusals.empty()) return textOf(m_proposal.refusals.front());
  if (m_reason->text().trimmed().size() < kShortestReason)
    return tr("Give a reason of at least %1 characters.").arg(kShortestReason);
  if (m_proposal.typedKey.empty()) return {};
  for (const LimitDiffRow& row : m_proposal.rows) {
    if (row.key == m_proposal.typedKey && m_typed->text().trimmed() != textOf(row.after))
      return tr("Type %1 to confirm.").arg(textOf(row.after));
  }
  return {};
}

void LimitReviewPage::judge() {
  const QString what = missing();
  m_confirm->setEnabled(what.isEmpty());
  m_confirm->setAccessibleDescription(what);
  m_missing->setText(what);
  m_missing->setVisible(!what.isEmpty());
}

void LimitReviewPage::lapse(const QString& why) {
  {
    const QSignalBlocker quiet(m_typed);
    m_typed->clear();
  }
  m_typedAt.reset();
  judge();
  m_missing->setText(why);
  m_missing->show();
}

void LimitReviewPage::stateChanged() {
  if (!m_typed->text().isEmpty()) lapse(tr("The session's state has changed: type it again."));
}

void LimitReviewPage::tick() {
  if (m_typedAt && m_mono() - *m_typedAt >= kConfirmTime)
    lapse(tr("The confirmation lapsed after %1: type it again.").arg(intervalText(kConfirmTime)));
}

LimitReview LimitReviewPage::review() const {
  return {"person", "window", m_reason->text().trimmed().toStdString(), m_typed->text().trimmed().toStdString()};
}

void LimitReviewPage::clear() {
  m_reason->clear();
  m_typed->clear();
}

void LimitReviewPage::focusReason() {
  m_reason->setFocus(Qt::OtherFocusReason);
}

}  // namespace bw::ui
