# SPDX-License-Identifier: GPL-3.0-or-later
if(TARGET Qt6::Charts AND TARGET bw_ui_widgets)
  bw_bench(bench_ui QT SOURCES bench_ui.cpp "${CMAKE_SOURCE_DIR}/tests/ui/widgets_fixtures.cpp"
    LINK bw_base bw_ui_widgets Qt6::Charts)
endif()
