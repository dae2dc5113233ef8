// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/table_export.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

#include <utility>

namespace bw::ui {

TableExport::TableExport(QString folder, QObject* parent) : QObject(parent), m_folder(std::move(folder)) {}

TableExport::~TableExport() {
  m_worker.join();
}

void TableExport::write(const QString& stem, const QByteArray& csv) {
  m_worker.join();  // the one before has long been written
  m_worker.start("export", [this, stem, csv, folder = m_folder] {
    QString problem;
    if (!QDir().mkpath(folder)) problem = tr("cannot make the folder %1").arg(folder);
    QString file = folder + QLatin1Char('/') + stem + QStringLiteral(".csv");
    for (int number = 2; QFile::exists(file); ++number)
      file = folder + QLatin1Char('/') + stem + QStringLiteral("_%1.csv").arg(number);
    if (problem.isEmpty()) {
      QSaveFile out(file);
      const bool done = out.open(QIODevice::WriteOnly) && out.write(csv) == csv.size() && out.commit();
      if (!done) problem = out.errorString();
    }
    QMetaObject::invokeMethod(
        this, [this, file, problem] { Q_EMIT written(file, problem); }, Qt::QueuedConnection);
  });
}

}  // namespace bw::ui
