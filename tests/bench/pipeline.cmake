# SPDX-License-Identifier: GPL-3.0-or-later
# The whole replay pipeline against its own decoding, and paper matching against maps and lists.
bw_bench(bench_paper SOURCES bench_paper.cpp paper_peer.h LINK bw_matching bw_replay)
bw_bench(bench_pipeline SOURCES bench_pipeline.cpp LINK bw_compose)
