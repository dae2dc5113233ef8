// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "core/base/thread.h"

namespace bw::ui {

/// Writes tables as CSV files into one folder, off the GUI thread, under names that say mode, table and market time.
/// Thread: GUI; the file is written by a thread of its own, one at a time.
class TableExport final : public QObject {
  Q_OBJECT
 public:
  /// `folder` is made with the first file.
  explicit TableExport(QString folder, QObject* parent = nullptr);
  ~TableExport() override;
  /// `stem` such as "SIM_Orders_2025-01-15_120008"; a file of that name is not replaced, a number is added.
  void write(const QString& stem, const QByteArray& csv);

 Q_SIGNALS:
  /// `problem` is empty if the file is complete.
  void written(const QString& file, const QString& problem);

 private:
  QString m_folder;
  Thread m_worker;
};

}  // namespace bw::ui
