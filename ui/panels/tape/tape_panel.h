// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/common/panel.h"

namespace bw::ui {

class TapeWidget;

/// Public trades of the linked instrument, newest on top, ours marked. Thread: GUI.
class TapePanel final : public Panel {
  Q_OBJECT
 public:
  explicit TapePanel(PanelContext& context);
  TapeWidget* tape() const { return m_tape; }
  QString viewSettings() const override;
  void restoreView(const QString& settings) override;

 protected:
  void update(Revision revision) override;

 private:
  bool isOwn(const TradePrint& print) const;
  TapeWidget* m_tape;
  InstrumentId m_shownInstrument{~0U};
  Revision m_seen = 0;
  std::uint64_t m_rewinds = 0;
};

}  // namespace bw::ui
