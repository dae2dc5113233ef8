# SPDX-License-Identifier: GPL-3.0-or-later
bw_test(agent_signal_test LABEL unit SOURCES signal_test.cpp LINK bw_agent_signal)
