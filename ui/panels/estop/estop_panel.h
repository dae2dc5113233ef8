// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/table_model.h"
#include "ui/panels/common/panel.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QComboBox;

namespace bw::ui {

class ChecksRow;
class DataTable;
class EstopPlate;
class StopControls;

/// One way to press the stop, as it really is now.
struct ChannelRow {
  enum class Health : std::uint8_t { Watching, Faulty, Absent, Untold };
  QString channel;
  QString state;
  QString tested;  ///< when it last fired or was tested in this session
  QString how;
  Health health = Health::Untold;  ///< Untold: from here it cannot be known
  QString latency{};               ///< of that, where it was measured
};

/// The plate's words and state from the stop's truth; one place for strip, dock and mini plates.
struct PlateData;
PlateData plateDataFrom(const StopProgress& stop);

/// Channels, counters and steps of the emergency stop, and the only place where it is reset. Thread: GUI.
class EstopPanel final : public Panel {
  Q_OBJECT
 public:
  explicit EstopPanel(PanelContext& context);
  /// What has to be typed: "RESET SIM 17".
  QString phrase() const;
  StopControls* controls() const { return m_controls; }

 public Q_SLOTS:
  void tryReset();

 protected:
  void update(Revision revision) override;

 private:
  QWidget* buildReset();
  std::vector<ChannelRow> channels() const;
  QString lastFired(std::initializer_list<const char*> triggers) const;
  ChannelRow watchedBy(const char* agent, ChannelRow row) const;
  ChannelRow guardChannel() const;
  void showCounters(const StopProgress& stop);
  void showLeft(const StopProgress& stop);
  void showReset(const StopProgress& stop);
  bool resetAllowed(QString* why) const;

  EstopPlate* m_plate;
  QLabel* m_words;
  QLabel* m_orders;
  QLabel* m_positions;
  QLabel* m_elapsed;
  QLabel* m_left;  ///< what is unknown, residual or kept
  QPushButton* m_seen;
  StopControls* m_controls;
  TableModel<StopStep>* m_stepModel;
  DataTable* m_steps;
  TableModel<ChannelRow>* m_channelModel;
  DataTable* m_channels;
  QWidget* m_form;
  ChecksRow* m_checks = nullptr;
  QLabel* m_phrase = nullptr;
  QComboBox* m_category = nullptr;
  QLineEdit* m_cause = nullptr;
  QLineEdit* m_typed = nullptr;
  QPushButton* m_reset = nullptr;
  QLabel* m_answer = nullptr;
};

}  // namespace bw::ui
