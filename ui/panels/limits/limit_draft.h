// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QUndoStack>

#include <functional>
#include <map>
#include <vector>

#include "core/domain/messages/limits.h"

namespace bw::ui {

/// What a person has typed and not applied: key → text, with undo and redo. Thread: GUI.
class LimitDraft {
 public:
  /// `changed` is called after every change, undo and redo.
  explicit LimitDraft(std::function<void()> changed) : m_changed(std::move(changed)) {}
  /// A text equal to `inForce` takes the draft of that key back. Keystrokes in one field are one step of undo.
  void set(const QString& key, const QString& text, const QString& inForce);
  /// Several at once, one step: an import, the way back from an applied change.
  void setAll(const std::vector<LimitEdit>& edits, const QString& what);
  /// Null: as it is in force.
  const QString* find(const QString& key) const;
  bool empty() const { return m_texts.empty(); }
  std::size_t size() const { return m_texts.size(); }
  std::vector<LimitEdit> edits() const;
  /// They were applied, or are given up: undo begins anew.
  void drop(const std::vector<std::string>& keys);
  void clear();
  QUndoStack& undo() { return m_undo; }

 private:
  friend class LimitDraftStep;
  using Texts = std::map<QString, QString>;
  void replace(const Texts& texts);
  Texts m_texts;
  QUndoStack m_undo;
  std::function<void()> m_changed;
};

}  // namespace bw::ui
