# SPDX-License-Identifier: GPL-3.0-or-later
bw_bench(bench_risk SOURCES bench_risk.cpp LINK bw_risk)
