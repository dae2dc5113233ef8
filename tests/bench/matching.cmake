# SPDX-License-Identifier: GPL-3.0-or-later
bw_bench(bench_matching SOURCES bench_matching.cpp LINK bw_matching)
