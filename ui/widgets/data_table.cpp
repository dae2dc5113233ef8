// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/data_table.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDataStream>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QMouseEvent>
#include <QScrollBar>
#include <QStackedLayout>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/format/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {
namespace {

constexpr int kResortMs = 500;
constexpr quint32 kColumnsVersion = 2;

}  // namespace

DataTable::DataTable(const QString& objectName, const QString& accessibleName, TableModelBase* model, QWidget* parent)
    : QWidget(parent),
      m_model(model),
      m_proxy(new SortProxy(this)),
      m_view(new QTableView(this)),
      m_hint(new QLabel(this)),
      m_footer(new QLabel(this)),
      m_band(new StaleBand(this)),
      m_empty(new EmptyState(objectName + QStringLiteral("Empty"), this)) {
  setObjectName(objectName);
  setAccessibleName(accessibleName);
  m_proxy->setSourceModel(model);
  m_delegate = new CellDelegate(model, m_proxy, this);
  buildView();
  m_empty->setContent(tr("Nothing here yet"), {});
  connect(&ThemeManager::instance(), &ThemeManager::changed, this, &DataTable::applyTheme);
  connect(m_proxy, &SortProxy::frozenChanged, this, &DataTable::updateHint);
  connect(&m_sortTimer, &QTimer::timeout, m_proxy, &SortProxy::resort);
  m_sortTimer.start(kResortMs);
  applyTheme();
  updateHint();
  publish(*this, ViewState::Loading, 0, 0);
}

void DataTable::buildView() {
  const QString base = objectName();
  m_view->setObjectName(base + QStringLiteral("View"));
  m_view->setAccessibleName(accessibleName());
  m_view->setModel(m_proxy);
  m_view->setItemDelegate(m_delegate);
  m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
  m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
  m_view->setShowGrid(false);
  m_view->setWordWrap(false);
  m_view->setAlternatingRowColors(false);
  m_view->setCornerButtonEnabled(false);
  m_view->setTabKeyNavigation(false);
  m_view->setFrameShape(QFrame::NoFrame);
  m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_view->setContextMenuPolicy(Qt::NoContextMenu);
  m_view->setSortingEnabled(true);
  m_view->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
  m_view->horizontalHeader()->setSortIndicatorClearable(true);
  m_view->horizontalHeader()->setSectionsMovable(true);
  m_view->horizontalHeader()->setHighlightSections(false);
  m_view->horizontalHeader()->setMinimumSectionSize(28);
  watchHeader();
  m_view->verticalHeader()->hide();
  m_view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  m_view->viewport()->setAttribute(Qt::WA_Hover, false);
  m_view->installEventFilter(this);
  m_view->viewport()->installEventFilter(this);
  m_hint->setObjectName(base + QStringLiteral("Hint"));
  m_hint->setProperty("bwTone", QStringLiteral("secondary"));
  m_footer->setObjectName(base + QStringLiteral("Footer"));
  m_footer->setAccessibleName(tr("Totals"));
  m_footer->setTextFormat(Qt::PlainText);
  m_footer->setContentsMargins(8, 3, 8, 3);
  m_footer->hide();
  auto* pages = new QWidget(this);
  m_pages = new QStackedLayout(pages);
  m_pages->setContentsMargins(0, 0, 0, 0);
  m_pages->addWidget(m_view);
  m_pages->addWidget(m_empty);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(m_band);
  column->addWidget(pages, 1);
  column->addWidget(m_hint);
  column->addWidget(m_footer);
  connect(m_view, &QTableView::doubleClicked, this,
          [this](const QModelIndex& i) { Q_EMIT activated(i.data(KeyRole).toString()); });
  connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &DataTable::updateFreeze);
  resetColumns();
}

void DataTable::watchHeader() {
  QHeaderView* header = m_view->horizontalHeader();
  header->viewport()->installEventFilter(this);
  const auto edited = [this] { m_headerEdited = m_headerEdited || m_headerHeld; };
  connect(header, &QHeaderView::sectionResized, this, edited);
  connect(header, &QHeaderView::sectionMoved, this, edited);
}

void DataTable::chooseColumns() {
  m_columnsChosen = true;
  Q_EMIT columnsEdited();
}

void DataTable::applyTheme() {
  const int height = ThemeManager::instance().rowHeight();
  m_view->verticalHeader()->setMinimumSectionSize(height);
  m_view->verticalHeader()->setDefaultSectionSize(height);
  m_view->horizontalHeader()->setFont(themeFont(FontRole::Small));
  m_view->horizontalHeader()->setFixedHeight(height + 2);
  m_footer->setFont(themeFont(FontRole::Secondary));
  m_hint->setFont(themeFont(FontRole::Small));
  m_hint->setContentsMargins(8, 2, 8, 2);
  m_view->viewport()->update();
}

void DataTable::setState(ViewState view, std::uint64_t revision, const QString& bandText) {
  m_band->setState(view, bandText);
  m_delegate->setDimmed(isDimmed(view));
  const bool hasRows = m_model->rowCount() > 0;
  QWidget* page = m_view;
  if (!hasRows) page = view == ViewState::Error ? static_cast<QWidget*>(errorState()) : m_empty;
  if (m_pages->currentWidget() != page) m_pages->setCurrentWidget(page);
  const QVariant before = property("bwState");
  const ViewState shown = m_paused ? ViewState::Paused : hasRows || view != ViewState::Live ? view : ViewState::Empty;
  publish(*this, shown, revision, m_model->rowCount());
  if (before != property("bwState")) m_view->viewport()->update();
}

void DataTable::setFooter(const QString& text) {
  if (m_footer->text() == text) return;
  m_footer->setText(text);
  m_footer->setVisible(!text.isEmpty());
}

void DataTable::setPaused(bool paused) {
  if (paused == m_paused) return;
  m_paused = paused;
  updateHint();
  Q_EMIT pausedChanged(paused);
}

void DataTable::updateHint() {
  const bool sorted = m_view->horizontalHeader()->sortIndicatorSection() >= 0;
  QString text;
  if (m_paused) {
    text = tr("View paused — Space resumes");
  } else if (m_proxy->frozen() && sorted) {
    text = tr("Sorting paused while you point at a row");
  }
  m_hint->setText(text);
  m_hint->setAccessibleName(text);
  m_hint->setVisible(m_paused || (sorted && m_view->isVisible()));
}

void DataTable::updateFreeze() {
  m_proxy->setFrozen(m_hovered || m_view->selectionModel()->hasSelection());
}

int DataTable::currentRow() const {
  const QModelIndex current = m_view->currentIndex();
  return current.isValid() ? m_proxy->mapToSource(current).row() : -1;
}

QString DataTable::currentKey() const {
  const int row = currentRow();
  return row < 0 ? QString() : m_model->keyOf(row);
}

QStringList DataTable::selectedKeys() const {
  QStringList keys;
  QModelIndexList rows = m_view->selectionModel()->selectedRows();
  std::sort(rows.begin(), rows.end(), [](const QModelIndex& a, const QModelIndex& b) { return a.row() < b.row(); });
  for (const QModelIndex& i : rows) keys << i.data(KeyRole).toString();
  return keys;
}

void DataTable::selectKey(const QString& key) {
  const int row = m_model->indexOfKey(key);
  if (row < 0) return;
  const QModelIndex i = m_proxy->mapFromSource(m_model->index(row, 0));
  if (!i.isValid()) return;
  m_view->setCurrentIndex(i);
  m_view->scrollTo(i);
}

ErrorState* DataTable::errorState() {
  if (m_error != nullptr) return m_error;
  m_error = new ErrorState(objectName() + QStringLiteral("Error"), this);
  m_pages->addWidget(m_error);
  return m_error;
}

void DataTable::buildFilter() {
  m_filter = new QLineEdit(this);
  m_filter->setObjectName(objectName() + QStringLiteral("Filter"));
  m_filter->setAccessibleName(tr("Filter rows"));
  m_filter->setPlaceholderText(tr("Filter rows"));
  m_filter->setClearButtonEnabled(true);
  m_filter->installEventFilter(this);
  connect(m_filter, &QLineEdit::textChanged, m_proxy, &SortProxy::setFilterText);
  static_cast<QVBoxLayout*>(layout())->insertWidget(1, m_filter);  // below the band
}

void DataTable::setFilterVisible(bool visible) {
  if (m_filter == nullptr) {
    if (!visible) return;
    buildFilter();
  }
  m_filter->setVisible(visible);
  if (visible) {
    m_filter->setFocus(Qt::ShortcutFocusReason);
  } else {
    m_filter->clear();
    m_view->setFocus(Qt::OtherFocusReason);
  }
}

void DataTable::setColumnVisible(int column, bool visible) {
  m_view->setColumnHidden(column, !visible);
}

void DataTable::resetColumns() {
  m_columnsChosen = false;
  QHeaderView* header = m_view->horizontalHeader();
  for (int c = 0; c < m_model->columnCount(); ++c) {
    header->moveSection(header->visualIndex(c), c);
    m_view->setColumnHidden(c, !m_model->column(c).visible);
    m_view->setColumnWidth(c, static_cast<int>(m_model->column(c).width * ThemeManager::instance().fontScale()));
  }
  header->setStretchLastSection(true);
}

QByteArray DataTable::columnIds() const {
  QStringList ids;
  for (int c = 0; c < m_model->columnCount(); ++c) ids << m_model->column(c).id;
  return ids.join(QLatin1Char('\n')).toUtf8();
}

QByteArray DataTable::saveColumns() const {
  const QByteArray state = m_view->horizontalHeader()->saveState();
  QByteArray bytes;
  QDataStream out(&bytes, QIODevice::WriteOnly);
  out << kColumnsVersion << columnIds() << state << qChecksum(state);
  return bytes;
}

bool DataTable::restoreColumns(const QByteArray& saved) {
  // Byte arrays are read piece by piece; a list would first take the memory that a damaged length asks for.
  QDataStream in(saved);
  quint32 version = 0;
  QByteArray ids;
  QByteArray state;
  quint16 checksum = 0;
  in >> version >> ids >> state >> checksum;
  if (in.status() != QDataStream::Ok || version != kColumnsVersion || checksum != qChecksum(state)) return false;
  if (ids != columnIds() || !m_view->horizontalHeader()->restoreState(state)) return false;
  m_columnsChosen = true;
  return true;
}

QVector<QStringList> DataTable::collect(bool selectionOnly, bool headers, bool titles, int role,
                                        QVector<bool>* numbers) const {
  const QHeaderView* header = m_view->horizontalHeader();
  QVector<int> columns;
  for (int v = 0; v < header->count(); ++v) {
    const int c = header->logicalIndex(v);
    if (!header->isSectionHidden(c)) columns << c;
  }
  QVector<QStringList> table;
  if (headers) {
    QStringList first;
    for (const int c : columns) first << (titles ? m_model->column(c).title : m_model->column(c).id);
    table << first;
  }
  if (numbers) {
    for (const int c : columns) *numbers << m_model->column(c).number;
  }
  for (int r = 0; r < m_proxy->rowCount(); ++r) {
    if (selectionOnly && !m_view->selectionModel()->isRowSelected(r, {})) continue;
    QStringList line;
    for (const int c : columns) line << m_proxy->index(r, c).data(role).toString();
    table << line;
  }
  return table;
}

QString DataTable::csv(bool selectionOnly) const {
  QVector<bool> numbers;
  const QVector<QStringList> rows = collect(selectionOnly, true, false, ExportRole, &numbers);
  return toCsv(rows, numbers);
}

QString DataTable::tsv(bool selectionOnly, bool headers) const {
  return toTsv(collect(selectionOnly, headers, true, ExportRole, nullptr));
}

void DataTable::toClipboard(bool headers) {
  auto* mime = new QMimeData;
  const QVector<QStringList> rows = collect(true, headers, true, ExportRole, nullptr);
  mime->setText(toTsv(rows));
  mime->setHtml(toHtml(rows, headers));
  QApplication::clipboard()->setMimeData(mime);
}

void DataTable::copyCell() {
  QApplication::clipboard()->setText(m_view->currentIndex().data(ExportRole).toString());
}
void DataTable::copyRows() {
  toClipboard(false);
}
void DataTable::copyRowsWithHeaders() {
  toClipboard(true);
}

void DataTable::showMenu(const QPoint& globalPos) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->setObjectName(objectName() + QStringLiteral("Menu"));
  menu->setAccessibleName(tr("Table menu"));
  menu->addActions(m_extra);
  if (!m_extra.isEmpty()) menu->addSeparator();
  const bool any = m_view->selectionModel()->hasSelection();
  menu->addAction(tr("Copy cell"), this, &DataTable::copyCell)->setEnabled(m_view->currentIndex().isValid());
  menu->addAction(tr("Copy rows"), QKeySequence::Copy, this, &DataTable::copyRows)->setEnabled(any);
  menu->addAction(tr("Copy with headers"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this,
                  &DataTable::copyRowsWithHeaders)
      ->setEnabled(any);
  menu->addAction(tr("Export CSV…"), QKeySequence(Qt::CTRL | Qt::Key_E), this,
                  [this] { Q_EMIT exportRequested(csv(false).toUtf8()); });
  menu->addSeparator();
  fillColumnMenu(*menu->addMenu(tr("Columns…")));
  menu->addAction(tr("Filter…"), QKeySequence(Qt::CTRL | Qt::Key_F), this, [this] { setFilterVisible(true); });
  menu->addAction(m_paused ? tr("Resume view") : tr("Pause view"), QKeySequence(Qt::Key_Space), this,
                  [this] { setPaused(!m_paused); });
  menu->addAction(tr("Reset columns"), this, [this] {
    resetColumns();
    Q_EMIT columnsEdited();
  });
  menu->addAction(tr("Open in new floating window"), this, &DataTable::floatRequested);
  menu->popup(globalPos);
}

void DataTable::fillColumnMenu(QMenu& menu) {
  for (int c = 0; c < m_model->columnCount(); ++c) {
    QAction* action = menu.addAction(m_model->column(c).title);
    action->setCheckable(true);
    action->setChecked(!m_view->isColumnHidden(c));
    connect(action, &QAction::toggled, this, [this, c](bool on) {
      setColumnVisible(c, on);
      chooseColumns();
    });
  }
}

void DataTable::showColumnMenu(const QPoint& globalPos) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->setObjectName(objectName() + QStringLiteral("ColumnMenu"));
  menu->setAccessibleName(tr("Columns"));
  fillColumnMenu(*menu);
  menu->addSeparator();
  menu->addAction(tr("Reset columns"), this, [this] {
    resetColumns();
    Q_EMIT columnsEdited();
  });
  menu->popup(globalPos);
}

bool DataTable::handleHeader(QEvent* event) {
  switch (event->type()) {
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonDblClick:
      m_headerHeld = static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton;
      m_headerEdited = false;
      return false;
    case QEvent::MouseButtonRelease:
      m_headerHeld = false;
      if (m_headerEdited) chooseColumns();
      m_headerEdited = false;
      return false;
    case QEvent::ContextMenu:
      showColumnMenu(static_cast<QContextMenuEvent*>(event)->globalPos());
      return true;
    default:
      return false;
  }
}

bool DataTable::handleKey(QKeyEvent* event) {
  const bool ctrl = event->modifiers() == Qt::ControlModifier;
  const bool ctrlShift = event->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier);
  const bool plain = event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier;
  switch (event->key()) {
    case Qt::Key_C:
      if (ctrl) copyRows();
      if (ctrlShift) copyRowsWithHeaders();
      return ctrl || ctrlShift;
    case Qt::Key_E:
      if (ctrl) Q_EMIT exportRequested(csv(false).toUtf8());
      return ctrl;
    case Qt::Key_F:
      if (ctrl) setFilterVisible(true);
      return ctrl;
    case Qt::Key_Space:
      if (plain) setPaused(!m_paused);
      return plain;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (plain && currentRow() >= 0) Q_EMIT activated(currentKey());
      return plain;
    case Qt::Key_F2:
      if (plain && currentRow() >= 0) Q_EMIT editRequested(currentKey());
      return plain;
    case Qt::Key_Delete: {
      const QStringList keys = selectedKeys();
      if (plain && !keys.isEmpty()) Q_EMIT deleteRequested(keys);
      return plain;
    }
    case Qt::Key_Escape:
      if (!plain || !m_view->selectionModel()->hasSelection()) return false;
      m_view->clearSelection();
      return true;
    case Qt::Key_Menu:
      showMenu(m_view->viewport()->mapToGlobal(m_view->visualRect(m_view->currentIndex()).bottomLeft()));
      return true;
    case Qt::Key_F10:
      if (event->modifiers() != Qt::ShiftModifier) return false;
      showMenu(m_view->viewport()->mapToGlobal(m_view->visualRect(m_view->currentIndex()).bottomLeft()));
      return true;
    default:
      return false;
  }
}

bool DataTable::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_view && event->type() == QEvent::KeyPress && handleKey(static_cast<QKeyEvent*>(event))) return true;
  if (m_filter != nullptr && watched == m_filter && event->type() == QEvent::KeyPress &&
      static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
    setFilterVisible(false);
    return true;
  }
  if (watched == m_view->horizontalHeader()->viewport())
    return handleHeader(event) || QWidget::eventFilter(watched, event);
  if (watched == m_view->viewport()) {
    if (event->type() == QEvent::Enter || event->type() == QEvent::Leave) {
      m_hovered = event->type() == QEvent::Enter;
      updateFreeze();
    } else if (event->type() == QEvent::ContextMenu) {
      const auto* menuEvent = static_cast<QContextMenuEvent*>(event);
      const QModelIndex i = m_view->indexAt(menuEvent->pos());
      if (i.isValid() && !m_view->selectionModel()->isSelected(i)) m_view->setCurrentIndex(i);
      showMenu(menuEvent->globalPos());
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace bw::ui
