# SPDX-License-Identifier: GPL-3.0-or-later
bw_bench(bench_journal SOURCES bench_journal.cpp LINK bw_journal)
