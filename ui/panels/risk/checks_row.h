// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "ui/widgets/view_state.h"

namespace bw::ui {

/// A row of named ticks that wraps: each is a shape and a word. Thread: GUI.
class ChecksRow final : public PaintedWidget {
  Q_OBJECT
 public:
  struct Item {
    QString name;
    bool ok = true;
    QString text;  ///< why not
    friend bool operator==(const Item&, const Item&) = default;
  };
  explicit ChecksRow(const QString& objectName, QWidget* parent = nullptr);
  void setItems(std::vector<Item> items);
  const std::vector<Item>& items() const { return m_items; }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override { return {220, heightForWidth(width())}; }
  QSize minimumSizeHint() const override { return {120, 20}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  template <class Visit>
  int place(int width, Visit visit) const;
  std::vector<Item> m_items;
};

}  // namespace bw::ui
