// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include <map>

#include "ui/panels/common/panel.h"

class QComboBox;
class QPushButton;

namespace bw::ui {

class DecimalEdit;
class LadderWidget;
struct LadderState;

/// The order book with our own orders in it. Trading in it is off until armed. Thread: GUI.
class LadderPanel final : public Panel {
  Q_OBJECT
 public:
  explicit LadderPanel(PanelContext& context);
  LadderWidget* ladder() const { return m_ladder; }
  QString viewSettings() const override;
  void restoreView(const QString& settings) override;
  /// Off again: idle, another symbol, stale book, workspace change, stop.
  void disarm();

 protected:
  void update(Revision revision) override;

 private:
  void buildHeader();
  void countTrades();
  void addOrders(LadderState& state) const;
  void arm(bool on);
  void send(Side side, qint64 ticks, bool stop);
  void cancelAt(qint64 ticks);
  void cancelSide(Side side);

  struct Traded {
    Revision seen = 0;
    std::map<std::int64_t, std::int64_t> atBid, atAsk;  ///< lots by ticks
  };
  struct Sent {
    Side side = Side::Buy;
    std::int64_t ticks = 0;
    bool stop = false;
    MonoTime at;
  };
  std::optional<Sent> m_sent;  ///< the last order of a click
  LadderWidget* m_ladder;
  QPushButton* m_arm = nullptr;
  DecimalEdit* m_size = nullptr;
  QComboBox* m_group = nullptr;
  QTimer m_idle;
  std::map<std::uint32_t, Traded> m_traded;
  InstrumentId m_shownInstrument{~0U};
  std::uint64_t m_rewinds = 0;
};

}  // namespace bw::ui
