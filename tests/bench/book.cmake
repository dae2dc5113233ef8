# SPDX-License-Identifier: GPL-3.0-or-later
bw_bench(bench_book SOURCES bench_book.cpp book_peer.h LINK bw_domain bw_replay)
