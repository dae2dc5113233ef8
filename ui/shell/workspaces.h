// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

class QMainWindow;
class QSettings;
class QByteArray;

namespace bw::ui {

class Dock;

/// The named layouts. Defaults are built from the window's size; a changed one is kept in the settings under a schema
/// version and never restored from another.
/// Thread: GUI.
class Workspaces {
 public:
  /// Grows when object names or defaults change so much that old layouts must not be restored.
  static constexpr int kSchema = 1;
  using Docks = QHash<QString, Dock*>;
  /// All outlive this.
  Workspaces(QMainWindow& window, const Docks& docks, QSettings& settings);
  /// "Monitor", "Trade", "Risk".
  static QStringList names();
  /// The digit of its Ctrl shortcut.
  static int keyNumber(const QString& name);
  const QString& current() const { return m_current; }
  /// Saves the one shown and shows another, as it was left or as it is by default. Unknown names do nothing.
  void show(const QString& name);
  void save();
  /// The docks of a workspace that will be seen when it is shown: as it was left, or by default.
  QStringList front(const QString& name) const;
  /// The default again; what was saved is forgotten.
  void reset();
  static void forgetAll(QSettings& settings);

 private:
  void arrange();
  void arrangeMonitor();
  void arrangeTrade();
  void arrangeRisk();
  bool restore(const QByteArray& state);
  Dock* dock(const char* name) const { return m_docks.value(QString::fromLatin1(name)); }
  QString keyOf(const QString& name) const;
  QString frontKeyOf(const QString& name) const { return keyOf(name) + QStringLiteral("_front"); }

  QMainWindow& m_window;
  const Docks& m_docks;
  QSettings& m_settings;
  QString m_current;
};

}  // namespace bw::ui
