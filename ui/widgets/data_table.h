// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>
#include <QTableView>
#include <QTimer>
#include <QWidget>

#include "ui/models/sort_proxy.h"
#include "ui/models/table_model.h"
#include "ui/widgets/view_state.h"

class QLineEdit;
class QLabel;
class QMenu;
class QStackedLayout;

namespace bw::ui {

class EmptyState;
class ErrorState;
class StaleBand;

/// Paints prepared cells: background, bar, mark, text. Three times lighter than the default delegate.
class CellDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  CellDelegate(const TableModelBase* model, const SortProxy* proxy, QObject* parent);
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void setDimmed(bool dimmed) { m_dimmed = dimmed; }

 private:
  const TableModelBase* m_model;
  const SortProxy* m_proxy;
  bool m_dimmed = false;
};

/// A table of the workstation: fixed row height, prepared cells, filter row, pause, copy, export, column chooser, empty
/// and error states, stale band. The panel adds only its columns and its extra menu items.
/// Thread: GUI.
class DataTable : public QWidget {
  Q_OBJECT
 public:
  /// `objectName` such as "tblOrders"; `model` is not owned and outlives the table.
  DataTable(const QString& objectName, const QString& accessibleName, TableModelBase* model, QWidget* parent = nullptr);

  /// Call after the model's setRows: shows rows, empty or error page, band and the test hooks.
  void setState(ViewState view, std::uint64_t revision, const QString& bandText = {});
  EmptyState* emptyState() const { return m_empty; }
  ErrorState* errorState();
  QTableView* view() const { return m_view; }
  SortProxy* proxy() const { return m_proxy; }
  /// The panel's own items; put above the common ones. Owned by the caller.
  void setExtraActions(const QList<QAction*>& actions) { m_extra = actions; }
  /// A line under the table (totals); hidden when empty.
  void setFooter(const QString& text);

  /// Paused: the panel stops calling setRows; the table says so.
  bool isPaused() const { return m_paused; }
  void setPaused(bool paused);
  /// Source row under the cursor or -1.
  int currentRow() const;
  QString currentKey() const;
  QStringList selectedKeys() const;
  void selectKey(const QString& key);
  void setFilterVisible(bool visible);
  void setColumnVisible(int column, bool visible);
  /// As declared again, and nobody's choice any more.
  void resetColumns();
  /// True once a person has moved, sized or chosen columns: from then on nothing but resetColumns() changes them.
  bool columnsChosen() const { return m_columnsChosen; }
  /// Widths, order and visibility, for layouts; restoreColumns refuses what it does not understand.
  QByteArray saveColumns() const;
  /// What is restored counts as a person's choice.
  bool restoreColumns(const QByteArray& saved);

  /// What Copy and Export make of the selection (or of everything shown). First line = column ids.
  QString csv(bool selectionOnly) const;
  QString tsv(bool selectionOnly, bool headers) const;

 public Q_SLOTS:
  void copyCell();
  void copyRows();
  void copyRowsWithHeaders();

 Q_SIGNALS:
  /// Enter or double click.
  void activated(const QString& key);
  void pausedChanged(bool paused);
  /// A person has changed the columns, or reset them.
  void columnsEdited();
  /// The shell asks for a file name (modeless) and writes it.
  void exportRequested(const QByteArray& csv);
  void floatRequested();
  void editRequested(const QString& key);         ///< F2
  void deleteRequested(const QStringList& keys);  ///< Del

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void buildView();
  void buildFilter();
  void applyTheme();
  void showMenu(const QPoint& globalPos);
  void showColumnMenu(const QPoint& globalPos);
  void fillColumnMenu(QMenu& menu);
  void watchHeader();
  bool handleHeader(QEvent* event);
  void chooseColumns();
  bool handleKey(class QKeyEvent* event);
  void updateFreeze();
  void updateHint();
  QByteArray columnIds() const;
  QVector<QStringList> collect(bool selectionOnly, bool headers, bool titles, int role, QVector<bool>* numbers) const;
  void toClipboard(bool headers);

  TableModelBase* m_model;
  SortProxy* m_proxy;
  QTableView* m_view;
  CellDelegate* m_delegate;
  QLineEdit* m_filter = nullptr;  ///< made when first asked for, like m_error
  QLabel* m_hint;
  QLabel* m_footer;
  StaleBand* m_band;
  EmptyState* m_empty;
  ErrorState* m_error = nullptr;
  QStackedLayout* m_pages;
  QTimer m_sortTimer;
  QList<QAction*> m_extra;
  bool m_paused = false;
  bool m_hovered = false;
  bool m_headerHeld = false;    ///< a mouse button is down on the header: what changes now is the person's doing
  bool m_headerEdited = false;  ///< and something has
  bool m_columnsChosen = false;
};

}  // namespace bw::ui
