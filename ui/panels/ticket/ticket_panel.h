// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/table_model.h"
#include "ui/panels/common/panel.h"
#include "ui/panels/ticket/ticket_form.h"
#include "ui/panels/ticket/ticket_guard.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QGridLayout;
class QLabel;
class QPushButton;

namespace bw::ui {

class DataTable;
class DecimalEdit;

/// The order ticket: fields, what the order would mean, what risk says, and a button that says what it does.
/// Thread: GUI.
class TicketPanel final : public Panel {
  Q_OBJECT
 public:
  explicit TicketPanel(PanelContext& context);
  /// Fills in a price from elsewhere (ladder, chart).
  void setPrice(const Price& price);
  void setSide(Side side);
  /// What the button would send now.
  const std::optional<OrderIntent>& intent() const { return m_intent; }
  /// Why it would not; empty if it would.
  QString blockedBy() const;
  bool holdsInput() const override { return m_touched && m_intent.has_value(); }

 public Q_SLOTS:
  void submit();

 protected:
  void update(Revision revision) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void buildSides(QFormLayout& form);
  void buildQuantity(QFormLayout& form);
  void buildPrices(QFormLayout& form);
  void buildFlags(QFormLayout& form);
  void buildPreview(QWidget* page);
  DecimalEdit* addDecimal(const char* objectName, const QString& name);
  TicketForm readForm() const;
  void evaluate();
  void paintSides();
  void showEstimate();
  void followInstrument();
  void setPriceFromBook(int level);
  void clearForm();
  void changed();
  void showSubmit();
  std::optional<Price> midNow() const;
  GuardFacts facts() const;
  static QString passedText(const CheckResult& check);

  QLabel* m_account;
  QLabel* m_symbol;
  QPushButton* m_buy = nullptr;
  QPushButton* m_sell = nullptr;
  QComboBox* m_type = nullptr;
  QComboBox* m_unit = nullptr;
  QComboBox* m_tif = nullptr;
  QCheckBox* m_postOnly = nullptr;
  QCheckBox* m_reduceOnly = nullptr;
  DecimalEdit* m_quantity = nullptr;
  DecimalEdit* m_price = nullptr;
  DecimalEdit* m_trigger = nullptr;
  DecimalEdit* m_leverage = nullptr;
  DecimalEdit* m_stop = nullptr;
  DecimalEdit* m_target = nullptr;
  QWidget* m_priceRow = nullptr;
  QFormLayout* m_form = nullptr;
  QLabel* m_figures = nullptr;
  QLabel* m_warning = nullptr;
  QLabel* m_reason = nullptr;
  QPushButton* m_submit = nullptr;
  TableModel<CheckResult>* m_checks = nullptr;
  DataTable* m_table = nullptr;
  std::optional<OrderIntent> m_intent;
  std::string m_formError;
  TicketEstimate m_estimate;
  std::vector<CheckResult> m_results;
  InstrumentId m_shownInstrument{~0U};
  TicketGuard m_guard;
  bool m_touched = false;    ///< a person has changed a field and has not sent it
  bool m_following = false;  ///< fields are being filled in for a new instrument
};

}  // namespace bw::ui
