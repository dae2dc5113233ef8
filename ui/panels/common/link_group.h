// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "core/domain/instrument.h"

namespace bw::ui {

/// The instrument that the linked docks show (group A). Choosing one anywhere changes all.
/// Thread: GUI.
class LinkGroup : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;
  InstrumentId instrument() const { return m_instrument; }
  void choose(InstrumentId instrument) {
    if (instrument == m_instrument) return;
    m_instrument = instrument;
    Q_EMIT changed();
  }

 Q_SIGNALS:
  void changed();

 private:
  InstrumentId m_instrument;
};

}  // namespace bw::ui
