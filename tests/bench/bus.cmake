# SPDX-License-Identifier: GPL-3.0-or-later
# Rings, mailbox and SimHost; baselines are Qt's queued signals and moodycamel's queues (headers only).
find_path(BW_MOODYCAMEL_MPMC concurrentqueue.h PATH_SUFFIXES concurrentqueue)
find_path(BW_MOODYCAMEL_SPSC readerwriterqueue.h PATH_SUFFIXES readerwriterqueue)
if(BW_MOODYCAMEL_MPMC AND BW_MOODYCAMEL_SPSC)
  bw_bench(bench_rings SOURCES bench_rings.cpp LINK bw_base)
  if(TARGET bench_rings)
    target_include_directories(bench_rings SYSTEM PRIVATE ${BW_MOODYCAMEL_MPMC} ${BW_MOODYCAMEL_SPSC})
  endif()
endif()
bw_bench(bench_sim SOURCES bench_sim.cpp LINK bw_sim)
if(TARGET Qt6::Core)
  bw_bench(bench_mailbox QT SOURCES bench_mailbox.cpp bench_mailbox_peer.h LINK bw_runtime Qt6::Core)
endif()
