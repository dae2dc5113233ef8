# SPDX-License-Identifier: GPL-3.0-or-later
bw_test(risk_docks_test LABEL gui
  SOURCES inbox_dock_test.cpp limits_form_test.cpp owner_tags_test.cpp shell_fixture.h
  LINK bw_ui_shell bw_ui_panels Qt6::Widgets Qt6::Test)
# The form on the desk of a running workstation.
bw_test(window_limits_test LABEL gui TIMEOUT 300
  SOURCES window_fixture.h window_limits_test.cpp
  LINK bw_window bw_ui_shell bw_ui_panels Qt6::Widgets Qt6::Test)
