# SPDX-License-Identifier: GPL-3.0-or-later
bw_test(ui_theme_test LABEL gui QT SOURCES widgets_theme_test.cpp LINK bw_qt_test_main bw_ui_widgets bw_ui_theme)
bw_test(ui_format_test LABEL unit SOURCES widgets_format_test.cpp LINK bw_ui_format)
bw_test(ui_table_test LABEL gui QT SOURCES widgets_table_test.cpp LINK bw_qt_test_main bw_ui_widgets Qt6::Test)
bw_test(ui_widgets_test LABEL gui QT
  SOURCES widgets_plate_test.cpp widgets_ladder_test.cpp widgets_chart_test.cpp widgets_input_test.cpp widgets_fixtures.h
    widgets_fixtures.cpp
  LINK bw_qt_test_main bw_ui_widgets Qt6::Test)
bw_test(ui_widgets_shots LABEL gui QT SOURCES widgets_shots_test.cpp widgets_fixtures.cpp widgets_fixtures.h
  LINK bw_qt_test_main bw_ui_widgets)
