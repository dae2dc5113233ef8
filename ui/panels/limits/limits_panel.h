// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/common/panel.h"

namespace bw::ui {

class EmptyState;

/// Risk limits as a form: read, tighten at once, loosen by review (UX §5). Thread: GUI.
class LimitsPanel final : public Panel {
  Q_OBJECT
 public:
  explicit LimitsPanel(PanelContext& context);

 protected:
  void update(Revision revision) override;

 private:
  EmptyState* m_empty;
};

}  // namespace bw::ui
