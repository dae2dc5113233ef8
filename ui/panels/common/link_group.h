// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <array>
#include <functional>

#include "core/domain/instrument.h"

namespace bw::ui {

/// What the groups A to F show. Thread: GUI.
class LinkHub : public QObject {
  Q_OBJECT
 public:
  static constexpr int kGroups = 6;
  using QObject::QObject;
  /// `group`: 1 (A) to kGroups.
  InstrumentId instrument(int group) const { return m_instruments[static_cast<std::size_t>(group - 1)]; }
  void choose(int group, InstrumentId instrument) {
    InstrumentId& shown = m_instruments[static_cast<std::size_t>(group - 1)];
    if (shown == instrument) return;
    shown = instrument;
    Q_EMIT chosen(group);
  }

 Q_SIGNALS:
  void chosen(int group);

 private:
  std::array<InstrumentId, kGroups> m_instruments{};
};

/// The instrument that one dock shows, alone or with the others of its link group: choosing one in any dock of a group
/// changes all of them. Thread: GUI.
class LinkGroup : public QObject {
  Q_OBJECT
 public:
  /// Alone for good.
  LinkGroup() = default;
  /// `hub` outlives it. Begins in group A.
  explicit LinkGroup(LinkHub& hub) : m_hub(&hub), m_group(1), m_instrument(hub.instrument(1)) {
    connect(&hub, &LinkHub::chosen, this, [this](int group) { follow(group); });
  }
  InstrumentId instrument() const { return m_instrument; }
  void choose(InstrumentId instrument) {
    if (m_group > 0) return m_hub->choose(m_group, instrument);
    show(instrument);
  }
  /// 0: linked to nobody; 1 (A) to LinkHub::kGroups (F).
  int group() const { return m_group; }
  /// Joining a group takes over what it shows.
  void setGroup(int group) {
    if (m_hub == nullptr || group == m_group || group < 0 || group > LinkHub::kGroups) return;
    m_group = group;
    if (group > 0) show(m_hub->instrument(group));
    Q_EMIT regrouped();
  }
  /// True: something typed here belongs to the instrument on show, so the dock stays behind when its group moves on.
  void setHolds(std::function<bool()> holds) { m_holds = std::move(holds); }
  /// Letter and shape: "A ●"; "◌" for none.
  static QString nameOf(int group) {
    static constexpr std::array<char16_t, LinkHub::kGroups> kShapes = {u'●', u'▲', u'◆', u'■', u'★', u'⬢'};
    if (group < 1 || group > LinkHub::kGroups) return QString(QChar(u'◌'));
    return QString(QChar(static_cast<char16_t>(u'A' + group - 1))) + QLatin1Char(' ') +
           QChar(kShapes[static_cast<std::size_t>(group - 1)]);
  }

 Q_SIGNALS:
  void changed();
  void regrouped();
  /// It has left its group because of what is typed here.
  void unlinked();

 private:
  void follow(int group) {
    if (group != m_group) return;
    if (m_holds && m_holds()) {
      m_group = 0;
      Q_EMIT regrouped();
      Q_EMIT unlinked();
      return;
    }
    show(m_hub->instrument(group));
  }
  void show(InstrumentId instrument) {
    if (instrument == m_instrument) return;
    m_instrument = instrument;
    Q_EMIT changed();
  }

  LinkHub* m_hub = nullptr;
  int m_group = 0;
  InstrumentId m_instrument;
  std::function<bool()> m_holds;
};

}  // namespace bw::ui
