# SPDX-License-Identifier: GPL-3.0-or-later
if(TARGET Qt6::Core)
  bw_bench(bench_replay SOURCES bench_replay.cpp LINK bw_replay Qt6::Core)
endif()
