# SPDX-License-Identifier: GPL-3.0-or-later
# Incremental indicators against recomputation, and the signal engine.
bw_bench(bench_indicators SOURCES bench_indicators.cpp LINK bw_agent_signal bw_indicators)
