// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include <functional>
#include <optional>
#include <vector>

#include "core/base/time.h"
#include "ui/bridge/ui_data.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace bw::ui {

/// One difference in words, with its answers. An answer that adds risk or cannot be undone is asked for twice; the
/// question lapses after half a minute and whenever the item changes. Thread: GUI.
class InboxCard final : public QFrame {
  Q_OBJECT
 public:
  /// How long a confirmation waits for its second press.
  static constexpr Duration kConfirmTime = Duration::seconds(30);
  /// `mono`: real time, for the confirmation.
  explicit InboxCard(std::function<MonoTime()> mono, QWidget* parent = nullptr);
  /// Null: nothing is chosen. `subject` names instrument or venue; `mode` is the word of the badge.
  void show(const ReconciliationItem* item, const InboxReply* reply, Timestamp now, const QString& subject,
            const QString& mode);
  /// The answer that waits for its second press.
  const std::optional<ReconciliationAction>& asked() const { return m_asked; }
  void takeBack();
  void focusAnswers();

 Q_SIGNALS:
  void answered(const QString& item, bw::ReconciliationAction action, const QString& reason);

 private:
  void buildAnswers();
  void buildQuestion();
  void choose(ReconciliationAction action);
  void confirm();
  void showFacts(Timestamp now);
  void showReply(const InboxReply* reply);

  struct Answer {
    ReconciliationAction action;
    QPushButton* button;
    QLabel* effect;
  };
  const std::function<MonoTime()> m_mono;
  QLabel* m_title;
  QLabel* m_text;
  QLabel* m_facts;
  QLabel* m_lock;
  QLabel* m_reply;
  QWidget* m_answersBox = nullptr;
  std::vector<Answer> m_answers;
  QWidget* m_question = nullptr;
  QLabel* m_questionText = nullptr;
  QLabel* m_countdown = nullptr;
  QLineEdit* m_reason = nullptr;
  QPushButton* m_confirm = nullptr;
  std::optional<ReconciliationItem> m_item;
  QString m_subject;
  QString m_mode;
  std::optional<ReconciliationAction> m_asked;
  std::optional<ReconciliationAction> m_sent;  ///< nobody has replied yet
  MonoTime m_until;
};

}  // namespace bw::ui
