// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QHash>
#include <QString>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "ui/models/item_roles.h"

namespace bw::ui {

/// A cell ready to paint: nothing is computed while painting.
struct Cell {
  QString text;
  Tone tone = Tone::None;
  Mark mark = Mark::None;
  bool bold = false;
  std::optional<CellBar> bar;
  friend bool operator==(const Cell&, const Cell&) = default;
};

/// What a column is, whatever the row type.
struct ColumnInfo {
  QString id;     ///< stable: exports and saved layouts name it
  QString title;  ///< translated
  Qt::Alignment alignment = Qt::AlignLeft | Qt::AlignVCenter;
  bool number = false;
  int width = 90;       ///< px at font scale 1
  bool visible = true;  ///< shown by default
  QString toolTip;      ///< of the header
};

/// The QAbstractItemModel rules, written once: cells, notifications in runs, identity of rows.
/// Thread: GUI.
class TableModelBase : public QAbstractTableModel {
 public:
  using QAbstractTableModel::QAbstractTableModel;
  int rowCount(const QModelIndex& parent = {}) const final;
  int columnCount(const QModelIndex& parent = {}) const final;
  QVariant data(const QModelIndex& index, int role) const final;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const final;
  const ColumnInfo& column(int c) const { return m_columns[static_cast<std::size_t>(c)]; }
  /// The prepared cell; `row` and `col` are valid.
  const Cell& cell(int row, int col) const;
  /// -1 if there is none.
  int indexOfKey(const QString& key) const;
  QString keyOf(int row) const { return m_lines[static_cast<std::size_t>(row)].key; }
  /// Grows with every call that changed something.
  std::uint64_t revision() const { return m_revision; }

 protected:
  struct Line {
    QString key;
    bool pinned = false;
    std::vector<Cell> cells;
  };
  /// Makes the table equal `lines` with the fewest notifications; `adopt` installs the new row data before
  /// the first notification. Keys are unique (asserted).
  void setLines(std::vector<Line> lines, const std::function<void()>& adopt);
  virtual QVariant sortValue(int row, int col) const = 0;
  virtual QString exportValue(int row, int col) const = 0;
  virtual QString toolTipText(int row, int col) const = 0;
  virtual QVariant extra(int row, int col, int role) const = 0;

  std::vector<ColumnInfo> m_columns;

 private:
  void removeMissing(const QHash<QString, int>& wanted);
  void reorder(const QHash<QString, int>& wanted);
  void insertNew(std::vector<Line>& lines);
  void updateInPlace(std::vector<Line>& lines);
  void rebuildIndex();

  std::vector<Line> m_lines;
  QHash<QString, int> m_rowOfKey;
  std::uint64_t m_revision = 0;
};

/// One column of rows of type Row. Only `info` and `text` are needed.
template <class Row>
struct Column {
  ColumnInfo info;
  std::function<QString(const Row&)> text;
  std::function<QVariant(const Row&)> sort;  ///< default: the text
  std::function<Tone(const Row&)> tone;      ///< default: None
  std::function<Mark(const Row&)> mark;      ///< default: None
  std::function<std::optional<CellBar>(const Row&)> bar;
  std::function<QString(const Row&)> toolTip;
  std::function<QString(const Row&)> exportText;  ///< default: the text with an ASCII minus
  std::function<bool(const Row&)> bold;
};

/// A left-aligned text column.
template <class Row>
Column<Row> textColumn(QString id, QString title, int width, std::function<QString(const Row&)> text) {
  Column<Row> c;
  c.info = {std::move(id), std::move(title), Qt::AlignLeft | Qt::AlignVCenter, false, width, true, {}};
  c.text = std::move(text);
  return c;
}
/// A right-aligned number column with its raw value for sorting.
template <class Row>
Column<Row> numberColumn(QString id, QString title, int width, std::function<QString(const Row&)> text,
                         std::function<QVariant(const Row&)> sort) {
  Column<Row> c;
  c.info = {std::move(id), std::move(title), Qt::AlignRight | Qt::AlignVCenter, true, width, true, {}};
  c.text = std::move(text);
  c.sort = std::move(sort);
  return c;
}

/// A table of plain structs. Columns are declared in a list; cells are prepared in setRows().
/// Thread: GUI.
template <class Row>
class TableModel final : public TableModelBase {
 public:
  using Key = std::function<QString(const Row&)>;
  /// `key` names a row for its whole life (order id, symbol). `pinned` rows stay on top.
  TableModel(std::vector<Column<Row>> columns, Key key, QObject* parent = nullptr)
      : TableModelBase(parent), m_defs(std::move(columns)), m_key(std::move(key)) {
    m_columns.reserve(m_defs.size());
    for (const auto& c : m_defs) m_columns.push_back(c.info);
  }
  void setPinned(std::function<bool(const Row&)> pinned) { m_pinned = std::move(pinned); }
  /// Answers roles from PanelRole on.
  void setExtra(std::function<QVariant(const Row&, int role)> extra) { m_extra = std::move(extra); }

  void setRows(std::vector<Row> rows) {
    std::vector<Line> lines;
    lines.reserve(rows.size());
    for (const Row& row : rows) lines.push_back(lineOf(row));
    setLines(std::move(lines), [this, &rows] {
      m_rows = std::move(rows);
      m_dataOfKey.clear();
      m_dataOfKey.reserve(static_cast<qsizetype>(m_rows.size()));
      for (std::size_t i = 0; i < m_rows.size(); ++i) m_dataOfKey.insert(m_key(m_rows[i]), i);
    });
  }
  const std::vector<Row>& rows() const { return m_rows; }
  const Row& row(int i) const { return m_rows[static_cast<std::size_t>(i)]; }
  /// Also right while the table changes: views ask as rows come and go.
  const Row* find(const QString& key) const {
    const auto found = m_dataOfKey.constFind(key);
    return found == m_dataOfKey.constEnd() ? nullptr : &m_rows[*found];
  }

 private:
  Line lineOf(const Row& row) const {
    Line line{m_key(row), m_pinned ? m_pinned(row) : false, {}};
    line.cells.reserve(m_defs.size());
    for (const auto& c : m_defs) {
      Cell cell;
      cell.text = c.text(row);
      if (c.tone) cell.tone = c.tone(row);
      if (c.mark) cell.mark = c.mark(row);
      if (c.bold) cell.bold = c.bold(row);
      if (c.bar) cell.bar = c.bar(row);
      line.cells.push_back(std::move(cell));
    }
    return line;
  }
  /// By key, because while rows move the base's order is not yet that of the data.
  const Row* at(int r) const { return find(keyOf(r)); }
  QVariant sortValue(int r, int c) const override {
    const auto& def = m_defs[static_cast<std::size_t>(c)];
    const Row* data = at(r);
    return data && def.sort ? def.sort(*data) : QVariant(cell(r, c).text);
  }
  QString exportValue(int r, int c) const override {
    const auto& def = m_defs[static_cast<std::size_t>(c)];
    const Row* data = at(r);
    if (data && def.exportText) return def.exportText(*data);
    QString text = cell(r, c).text;
    return text.replace(QChar(0x2212), QLatin1Char('-')).remove(QChar(0x2007));
  }
  QString toolTipText(int r, int c) const override {
    const auto& def = m_defs[static_cast<std::size_t>(c)];
    const Row* data = at(r);
    return data && def.toolTip ? def.toolTip(*data) : QString();
  }
  QVariant extra(int r, int, int role) const override {
    const Row* data = at(r);
    return data && m_extra ? m_extra(*data, role) : QVariant();
  }

  std::vector<Column<Row>> m_defs;
  Key m_key;
  std::function<bool(const Row&)> m_pinned;
  std::function<QVariant(const Row&, int)> m_extra;
  std::vector<Row> m_rows;
  QHash<QString, std::size_t> m_dataOfKey;
};

}  // namespace bw::ui
