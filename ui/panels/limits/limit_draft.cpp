// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/limits/limit_draft.h"

#include "ui/panels/common/panel_text.h"

namespace bw::ui {

/// From one state of the draft to another; those of one field run together.
class LimitDraftStep final : public QUndoCommand {
 public:
  LimitDraftStep(LimitDraft& draft, LimitDraft::Texts after, QString field)
      : m_draft(draft), m_before(draft.m_texts), m_after(std::move(after)), m_field(std::move(field)) {}
  void undo() override { m_draft.replace(m_before); }
  void redo() override { m_draft.replace(m_after); }
  int id() const override { return m_field.isEmpty() ? -1 : 1; }
  bool mergeWith(const QUndoCommand* other) override {
    const auto& next = static_cast<const LimitDraftStep&>(*other);
    if (next.m_field != m_field) return false;
    m_after = next.m_after;
    return true;
  }

 private:
  LimitDraft& m_draft;
  LimitDraft::Texts m_before;
  LimitDraft::Texts m_after;
  QString m_field;
};

void LimitDraft::replace(const Texts& texts) {
  m_texts = texts;
  m_changed();
}

void LimitDraft::set(const QString& key, const QString& text, const QString& inForce) {
  Texts after = m_texts;
  if (text == inForce) {
    after.erase(key);
  } else {
    after[key] = text;
  }
  if (after != m_texts) m_undo.push(new LimitDraftStep(*this, std::move(after), key));
}

void LimitDraft::setAll(const std::vector<LimitEdit>& edits, const QString& what) {
  Texts after = m_texts;
  for (const LimitEdit& edit : edits) after[textOf(edit.key)] = textOf(edit.value);
  auto* step = new LimitDraftStep(*this, std::move(after), {});
  step->setText(what);
  m_undo.push(step);
}

const QString* LimitDraft::find(const QString& key) const {
  const auto found = m_texts.find(key);
  return found == m_texts.end() ? nullptr : &found->second;
}

std::vector<LimitEdit> LimitDraft::edits() const {
  std::vector<LimitEdit> edits;
  for (const auto& [key, text] : m_texts) edits.push_back({key.toStdString(), text.trimmed().toStdString()});
  return edits;
}

void LimitDraft::drop(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) m_texts.erase(textOf(key));
  m_undo.clear();
  m_changed();
}

void LimitDraft::clear() {
  m_texts.clear();
  m_undo.clear();
  m_changed();
}

}  // namespace bw::ui
