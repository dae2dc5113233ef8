# SPDX-License-Identifier: GPL-3.0-or-later
bw_test(agent_risk_test LABEL unit SOURCES market_statistics_test.cpp risk_test.cpp LINK bw_agent_risk)
