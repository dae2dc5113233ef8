# SPDX-License-Identifier: GPL-3.0-or-later
bw_test(agent_strategy_test LABEL unit SOURCES strategy_test.cpp LINK bw_agent_strategy)
