// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/table_model.h"

#include <algorithm>
#include <numeric>

#include "core/base/assert.h"

namespace bw::ui {

int TableModelBase::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int TableModelBase::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

const Cell& TableModelBase::cell(int row, int col) const {
  return m_lines[static_cast<std::size_t>(row)].cells[static_cast<std::size_t>(col)];
}

int TableModelBase::indexOfKey(const QString& key) const {
  return m_rowOfKey.value(key, -1);
}

QVariant TableModelBase::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const int r = index.row();
  const int c = index.column();
  const Cell& value = cell(r, c);
  switch (role) {
    case Qt::DisplayRole:
      return value.text;
    case Qt::AccessibleTextRole:
      return QString(column(c).title + QLatin1String(": ") + value.text);
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(int(column(c).alignment));
    case Qt::ToolTipRole: {
      const QString tip = toolTipText(r, c);
      return tip.isEmpty() ? QVariant() : QVariant(tip);
    }
    case SortRole:
      return sortValue(r, c);
    case ToneRole:
      return static_cast<int>(value.tone);
    case MarkRole:
      return static_cast<int>(value.mark);
    case BarRole:
      return value.bar ? QVariant::fromValue(*value.bar) : QVariant();
    case ExportRole:
      return exportValue(r, c);
    case BoldRole:
      return value.bold;
    case KeyRole:
      return keyOf(r);
    case PinRole:
      return m_lines[static_cast<std::size_t>(r)].pinned;
    default:
      return role >= PanelRole ? extra(r, c, role) : QVariant();
  }
}

QVariant TableModelBase::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const ColumnInfo& info = column(section);
  switch (role) {
    case Qt::DisplayRole:
      return info.title;
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(int(info.alignment));
    case Qt::ToolTipRole:
      return info.toolTip.isEmpty() ? info.title : info.toolTip;
    case NumberRole:
      return info.number;
    case ColumnIdRole:
      return info.id;
    default:
      return {};
  }
}

void TableModelBase::rebuildIndex() {
  m_rowOfKey.clear();
  m_rowOfKey.reserve(static_cast<qsizetype>(m_lines.size()));
  for (std::size_t i = 0; i < m_lines.size(); ++i) m_rowOfKey.insert(m_lines[i].key, static_cast<int>(i));
}

void TableModelBase::setLines(std::vector<Line> lines, const std::function<void()>& adopt) {
  QHash<QString, int> wanted;
  wanted.reserve(static_cast<qsizetype>(lines.size()));
  for (std::size_t i = 0; i < lines.size(); ++i) wanted.insert(lines[i].key, static_cast<int>(i));
  BW_ASSERT(static_cast<std::size_t>(wanted.size()) == lines.size());
  adopt();
  removeMissing(wanted);
  reorder(wanted);
  insertNew(lines);
  updateInPlace(lines);
}

void TableModelBase::removeMissing(const QHash<QString, int>& wanted) {
  int last = static_cast<int>(m_lines.size()) - 1;
  while (last >= 0) {
    if (wanted.contains(keyOf(last))) {
      --last;
      continue;
    }
    int first = last;
    while (first > 0 && !wanted.contains(keyOf(first - 1))) --first;
    beginRemoveRows({}, first, last);
    m_lines.erase(m_lines.begin() + first, m_lines.begin() + last + 1);
    rebuildIndex();
    ++m_revision;
    endRemoveRows();
    last = first - 1;
  }
}

void TableModelBase::reorder(const QHash<QString, int>& wanted) {
  std::vector<int> order(m_lines.size());
  std::iota(order.begin(), order.end(), 0);
  const auto place = [this, &wanted](int row) { return wanted.value(keyOf(row)); };
  const auto before = [&place](int a, int b) { return place(a) < place(b); };
  if (std::is_sorted(order.begin(), order.end(), before)) return;
  Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
  std::stable_sort(order.begin(), order.end(), before);
  std::vector<int> newRow(order.size());
  std::vector<Line> sorted;
  sorted.reserve(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    newRow[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
    sorted.push_back(std::move(m_lines[static_cast<std::size_t>(order[i])]));
  }
  m_lines = std::move(sorted);
  rebuildIndex();
  const QModelIndexList from = persistentIndexList();
  QModelIndexList to;
  to.reserve(from.size());
  for (const QModelIndex& i : from) to.append(index(newRow[static_cast<std::size_t>(i.row())], i.column()));
  changePersistentIndexList(from, to);
  ++m_revision;
  Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

void TableModelBase::insertNew(std::vector<Line>& lines) {
  // What is there is a subsequence of `lines` by now, so one walk finds the runs to insert.
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i < m_lines.size() && m_lines[i].key == lines[i].key) continue;
    std::size_t end = i;
    const QString next = i < m_lines.size() ? m_lines[i].key : QString();
    while (end < lines.size() && (i >= m_lines.size() || lines[end].key != next)) ++end;
    beginInsertRows({}, static_cast<int>(i), static_cast<int>(end) - 1);
    m_lines.insert(m_lines.begin() + static_cast<std::ptrdiff_t>(i), lines.begin() + static_cast<std::ptrdiff_t>(i),
                   lines.begin() + static_cast<std::ptrdiff_t>(end));
    rebuildIndex();
    ++m_revision;
    endInsertRows();
    i = end;
  }
}

void TableModelBase::updateInPlace(std::vector<Line>& lines) {
  const int columns = columnCount();
  int runFirst = -1;
  int low = columns;
  int high = -1;
  const auto flush = [&](int lastRow) {
    if (runFirst < 0) return;
    Q_EMIT dataChanged(index(runFirst, low), index(lastRow, high));
    runFirst = -1;
    low = columns;
    high = -1;
  };
  bool any = false;
  for (std::size_t r = 0; r < lines.size(); ++r) {
    Line& held = m_lines[r];
    Line& fresh = lines[r];
    int first = columns;
    int last = -1;
    for (int c = 0; c < columns; ++c) {
      if (held.cells[static_cast<std::size_t>(c)] == fresh.cells[static_cast<std::size_t>(c)]) continue;
      first = std::min(first, c);
      last = c;
    }
    const bool pinChanged = held.pinned != fresh.pinned;
    if (last < 0 && !pinChanged) {
      flush(static_cast<int>(r) - 1);
      continue;
    }
    any = true;
    held.cells = std::move(fresh.cells);
    held.pinned = fresh.pinned;
    if (runFirst < 0) runFirst = static_cast<int>(r);
    low = std::min(low, pinChanged ? 0 : first);
    high = std::max(high, pinChanged ? columns - 1 : last);
  }
  flush(static_cast<int>(lines.size()) - 1);
  if (any) ++m_revision;
}

}  // namespace bw::ui
