// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainter>
#include <algorithm>

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/tones.h"

namespace bw::ui {
namespace {

constexpr int kMargin = 6;

void paintCellBar(QPainter& p, const QRect& rect, const CellBar& bar) {
  const int inset = std::max(2, rect.height() / 6);
  const QRectF room = QRectF(rect).adjusted(3, inset, -3, -inset);
  const double from = room.left() + room.width() * std::clamp(double(bar.from), 0.0, 1.0);
  const double to = room.left() + room.width() * std::clamp(double(bar.to), 0.0, 1.0);
  const QRectF box(std::min(from, to), room.top(), std::max(1.0, std::abs(to - from)), room.height());
  if (theme().outlinedBars()) {
    p.setPen(QPen(toneColor(bar.tone), 1));
    p.drawRect(box);
  } else {
    p.fillRect(box, barColor(bar.tone));
  }
}

}  // namespace

CellDelegate::CellDelegate(const TableModelBase* model, const SortProxy* proxy, QObject* parent)
    : QStyledItemDelegate(parent), m_model(model), m_proxy(proxy) {}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const QModelIndex source = m_proxy->mapToSource(index);
  const Cell& cell = m_model->cell(source.row(), source.column());
  const ColumnInfo& column = m_model->column(source.column());
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  const Role back = selected ? Role::Selection : index.row() % 2 == 1 ? Role::AltRow : Role::Panel;
  painter->fillRect(option.rect, color(back));
  if (cell.bar) paintCellBar(*painter, option.rect, *cell.bar);
  QRect textRect = option.rect.adjusted(kMargin, 0, -kMargin, 0);
  QColor ink = toneColor(cell.tone);
  if (m_dimmed) ink = mix(cell.tone == Tone::Up || cell.tone == Tone::Down ? color(Role::Text) : ink, color(back), 0.6);
  painter->setFont(themeFont(column.number ? (cell.bold ? FontRole::NumberBold : FontRole::Number)
                                           : (cell.bold ? FontRole::Title : FontRole::Secondary)));
  if (cell.mark != Mark::None) {
    constexpr int kMarkSize = 9;
    // Right-aligned columns carry the mark at the left edge, so that marks and digits both stand in columns.
    paintShape(*painter, markShape(cell.mark),
               QRectF(textRect.left(), option.rect.center().y() - kMarkSize / 2, kMarkSize, kMarkSize), ink);
    textRect.setLeft(textRect.left() + kMarkSize + 5);
  }
  painter->setPen(ink);
  const QFontMetrics metrics = painter->fontMetrics();
  if (metrics.horizontalAdvance(cell.text) <= textRect.width()) {
    painter->drawText(textRect, static_cast<int>(column.alignment) | Qt::TextSingleLine, cell.text);
  } else if (column.number) {  // half a number would be a lie
    painter->drawText(textRect, static_cast<int>(column.alignment), QStringLiteral("…"));
  } else {
    painter->drawText(textRect, static_cast<int>(column.alignment) | Qt::TextSingleLine,
                      metrics.elidedText(cell.text, Qt::ElideRight, textRect.width()));
  }
  if (option.state.testFlag(QStyle::State_HasFocus)) {
    painter->setPen(QPen(color(Role::FocusRing), 1));
    painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
  }
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
  const QModelIndex source = m_proxy->mapToSource(index);
  const Cell& cell = m_model->cell(source.row(), source.column());
  const QFontMetrics metrics(
      themeFont(m_model->column(source.column()).number ? FontRole::Number : FontRole::Secondary));
  const int mark = cell.mark == Mark::None ? 0 : 14;
  return {metrics.horizontalAdvance(cell.text) + 2 * kMargin + mark, ThemeManager::instance().rowHeight()};
}

}  // namespace bw::ui
