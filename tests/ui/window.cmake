# SPDX-License-Identifier: GPL-3.0-or-later
# The real window on the real workstation.
bw_test(window_test LABEL gui TIMEOUT 300
  SOURCES window_fixture.h window_stop_test.cpp window_trade_test.cpp
  LINK bw_window bw_ui_shell bw_ui_panels Qt6::Widgets Qt6::Test)
