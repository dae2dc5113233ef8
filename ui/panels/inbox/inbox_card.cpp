// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/inbox/inbox_card.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/inbox/inbox_text.h"
#include "ui/theme/fonts.h"

namespace bw::ui {

namespace {

QLabel* wrapped(const char* objectName, QWidget* parent) {
  QLabel* label = namedLabel(QString::fromLatin1(objectName), {}, parent);
  label->setWordWrap(true);
  return label;
}

void setTone(QLabel& label, const char* tone) {
  if (label.property("bwTone").toString() == QLatin1String(tone)) return;
  label.setProperty("bwTone", QString::fromLatin1(tone));
  label.style()->unpolish(&label);
  label.style()->polish(&label);
}

bool sameState(const ReconciliationItem& a, const ReconciliationItem& b) {
  return a.id == b.id && a.state == b.state && a.updatedAt == b.updatedAt && a.theirs == b.theirs && a.ours == b.ours;
}

}  // namespace

InboxCard::InboxCard(std::function<MonoTime()> mono, QWidget* parent) : QFrame(parent), m_mono(std::move(mono)) {
  setObjectName(QStringLiteral("cardInbox"));
  setAccessibleName(tr("Chosen difference"));
  m_title = wrapped("lblInboxTitle", this);
  m_title->setFont(ui::themeFont(FontRole::Title));
  m_text = wrapped("lblInboxText", this);
  m_facts = wrapped("lblInboxFacts", this);
  m_facts->setFont(ui::themeFont(FontRole::Number));
  m_lock = wrapped("lblInboxLock", this);
  setTone(*m_lock, "warn");
  m_reply = wrapped("lblInboxReply", this);
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(8, 8, 8, 8);
  box->setSpacing(6);
  buildAnswers();
  buildQuestion();
  // What can be pressed comes first: in a low dock it is seen without scrolling.
  for (QWidget* part : {static_cast<QWidget*>(m_title), m_answersBox, m_question, static_cast<QWidget*>(m_reply),
                        static_cast<QWidget*>(m_lock), static_cast<QWidget*>(m_facts), static_cast<QWidget*>(m_text)})
    box->addWidget(part);
  for (const Answer& answer : m_answers) box->addWidget(answer.effect);
  box->addStretch(1);
}

void InboxCard::buildAnswers() {
  m_answersBox = new QWidget(this);
  m_answersBox->setObjectName(QStringLiteral("boxInboxAnswers"));
  auto* row = new QHBoxLayout(m_answersBox);
  row->setContentsMargins(0, 0, 0, 0);
  for (const auto action : {ReconciliationAction::Adopt, ReconciliationAction::Ignore, ReconciliationAction::Close,
                            ReconciliationAction::Pause}) {
    const QString word = actionText(action);
    Answer answer{action, namedButton(QStringLiteral("btnInbox") + word, word, m_answersBox),
                  wrapped("lblInboxEffect", this)};
    answer.effect->setObjectName(QStringLiteral("lblInboxEffect") + word);
    setTone(*answer.effect, "secondary");
    connect(answer.button, &QPushButton::clicked, this, [this, action] { choose(action); });
    row->addWidget(answer.button);
    m_answers.push_back(answer);
  }
  row->addStretch(1);
}

void InboxCard::buildQuestion() {
  m_question = new QWidget(this);
  m_question->setObjectName(QStringLiteral("boxInboxQuestion"));
  m_questionText = wrapped("lblInboxQuestion", m_question);
  m_questionText->setFont(ui::themeFont(FontRole::Title));
  m_reason = new QLineEdit(m_question);
  m_reason->setObjectName(QStringLiteral("edtInboxReason"));
  m_reason->setAccessibleName(tr("Reason, for the audit"));
  m_reason->setPlaceholderText(tr("Reason, for the audit (may be empty)"));
  m_confirm = namedButton(QStringLiteral("btnInboxConfirm"), {}, m_question);
  m_confirm->setProperty("bwPrimary", true);
  auto* back = namedButton(QStringLiteral("btnInboxBack"), tr("Back"), m_question);
  m_countdown = namedLabel(QStringLiteral("lblInboxCountdown"), {}, m_question);
  setTone(*m_countdown, "secondary");
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(m_confirm);
  buttons->addWidget(back);
  buttons->addWidget(m_countdown);
  buttons->addStretch(1);
  auto* box = new QVBoxLayout(m_question);
  box->setContentsMargins(0, 4, 0, 0);
  box->addWidget(m_questionText);
  box->addWidget(m_reason);
  box->addLayout(buttons);
  m_question->hide();
  connect(m_confirm, &QPushButton::clicked, this, &InboxCard::confirm);
  connect(m_reason, &QLineEdit::returnPressed, this, &InboxCard::confirm);
  connect(back, &QPushButton::clicked, this, [this] {
    takeBack();
    focusAnswers();
  });
}

void InboxCard::focusAnswers() {
  for (const Answer& answer : m_answers) {
    if (answer.button->isVisibleTo(this)) return answer.button->setFocus(Qt::OtherFocusReason);
  }
}

void InboxCard::takeBack() {
  m_asked.reset();
  m_reason->clear();
  m_question->hide();
  m_answersBox->setVisible(m_item && m_item->state == ReconciliationItem::State::Open);
}

void InboxCard::choose(ReconciliationAction action) {
  if (!m_item) return;
  m_asked = action;
  if (!needsConfirmation(action)) return confirm();
  m_until = m_mono() + kConfirmTime;
  m_questionText->setText(
      QStringLiteral("%1 %2? %3")
          .arg(actionText(action), textOf(m_item->id), effectText(*m_item, action, m_subject, m_mode)));
  m_confirm->setText(tr("%1 %2 — %3").arg(actionText(action), textOf(m_item->id), m_mode));
  m_confirm->setAccessibleName(m_confirm->text());
  m_confirm->setAccessibleDescription(m_questionText->text());
  m_countdown->setText(tr("lapses in %1").arg(intervalText(kConfirmTime)));
  m_answersBox->hide();
  m_question->show();
  m_reason->setFocus(Qt::OtherFocusReason);
}

void InboxCard::confirm() {
  if (!m_item || !m_asked) return;
  if (needsConfirmation(*m_asked) && m_mono() >= m_until) return takeBack();
  const ReconciliationAction action = *m_asked;
  const QString reason = m_reason->text().trimmed();
  takeBack();
  m_sent = action;
  showReply(nullptr);
  Q_EMIT answered(textOf(m_item->id), action, reason);
}

void InboxCard::showFacts(Timestamp now) {
  const QString difference = differenceText(*m_item);
  QStringList facts;
  if (!m_item->ours.empty() || !m_item->theirs.empty()) {
    facts << tr("we count %1").arg(m_item->ours.empty() ? notAvailable() : textOf(m_item->ours));
    facts << tr("the venue says %1").arg(m_item->theirs.empty() ? notAvailable() : textOf(m_item->theirs));
  }
  if (!difference.isEmpty()) facts << tr("difference %1").arg(difference);
  facts << tr("first seen %1 UTC, %2 ago").arg(timeText(m_item->seenAt), ageText(now - m_item->seenAt));
  m_facts->setText(facts.join(QStringLiteral(" · ")));
  QStringList lock;
  if (m_item->locked && m_item->state != ReconciliationItem::State::Settled)
    lock << tr("LOCKED — %1 takes no new risk until this is answered.").arg(m_subject);
  if (m_item->state == ReconciliationItem::State::Open && m_item->escalatesAt != Timestamp::never()) {
    const Duration left = m_item->escalatesAt - now;
    lock << (left.ns > 0 ? tr("Unanswered in %1: every order that can add risk is cancelled.").arg(ageText(left))
                         : tr("Unanswered too long: every order that can add risk is cancelled."));
  }
  m_lock->setText(lock.join(QLatin1Char(' ')));
  m_lock->setVisible(!lock.isEmpty());
}

void InboxCard::showReply(const InboxReply* reply) {
  const bool done = m_item && m_item->state != ReconciliationItem::State::Open;
  if (reply != nullptr || done) m_sent.reset();
  QString text;
  const char* tone = "secondary";
  if (done) {
    const QString answer = m_item->answer ? actionText(*m_item->answer) : tr("no answer");
    const QString by = m_item->answeredBy.empty() ? notAvailable() : textOf(m_item->answeredBy);
    text = m_item->state == ReconciliationItem::State::Settled ? tr("Settled: %1, by %2").arg(answer, by)
                                                               : tr("Answered: %1, by %2").arg(answer, by);
    tone = "ok";
  } else if (m_sent) {
    text = tr("%1 was asked for; waiting for the execution agent.").arg(actionText(*m_sent));
  }
  if (reply != nullptr && !reply->text.empty()) {
    if (!text.isEmpty()) text += QStringLiteral(" · ");
    text += reply->ok ? textOf(reply->text) : tr("Refused: %1").arg(textOf(reply->text));
  }
  if (reply != nullptr && !reply->ok) tone = "critical";
  setTone(*m_reply, tone);
  m_reply->setText(text);
  m_reply->setVisible(!text.isEmpty());
}

void InboxCard::show(const ReconciliationItem* item, const InboxReply* reply, Timestamp now, const QString& subject,
                     const QString& mode) {
  setVisible(item != nullptr);
  if (item == nullptr) {
    m_item.reset();
    return takeBack();
  }
  const bool same = m_item && sameState(*m_item, *item);
  if (!m_item || m_item->id != item->id) m_sent.reset();
  m_item = *item;
  m_subject = subject;
  m_mode = mode;
  if (!same) takeBack();
  if (m_asked) {
    const Duration left = m_until - m_mono();
    if (left.ns <= 0) {
      takeBack();
    } else {
      m_countdown->setText(tr("lapses in %1").arg(intervalText(Duration::seconds(left.ns / 1'000'000'000 + 1))));
    }
  }
  m_title->setText(textOf(item->title));
  m_text->setText(textOf(item->text));
  m_text->setVisible(!item->text.empty());
  for (const Answer& answer : m_answers) {
    const bool offered = std::find(item->actions.begin(), item->actions.end(), answer.action) != item->actions.end();
    answer.button->setVisible(offered);
    answer.effect->setVisible(offered);
    const QString effect = effectText(*item, answer.action, subject, mode);
    answer.effect->setText(QStringLiteral("%1 — %2").arg(actionText(answer.action), effect));
    answer.button->setAccessibleDescription(effect);
    answer.button->setToolTip(effect);
  }
  showFacts(now);
  showReply(reply);
}

}  // namespace bw::ui
