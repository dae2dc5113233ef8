# SPDX-License-Identifier: GPL-3.0-or-later
# Frames of the main window under load, and the start of the window program.
if(TARGET bellwether AND TARGET bw_ui_shell)
  bw_bench(bench_window QT SOURCES bench_window.cpp LINK bw_ui_shell bw_ui_bridge Qt6::Widgets)
  if(TARGET bench_window)
    target_compile_definitions(bench_window PRIVATE BW_WINDOW_PROGRAM="$<TARGET_FILE:bellwether>")
    add_dependencies(bench_window bellwether)
  endif()
endif()
