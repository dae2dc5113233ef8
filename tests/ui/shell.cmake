# SPDX-License-Identifier: GPL-3.0-or-later
bw_test(shell_test LABEL gui
  SOURCES shell_docks_test.cpp shell_desk_test.cpp shell_guard_test.cpp shell_fixture.h shell_stop_test.cpp
  LINK bw_ui_shell bw_ui_panels Qt6::Widgets Qt6::Test)
bw_test(shell_bridge_test LABEL gui
  SOURCES shell_bridge_test.cpp
  LINK bw_ui_bridge)
