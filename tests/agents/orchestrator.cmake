# SPDX-License-Identifier: GPL-3.0-or-later
bw_test(agent_orchestrator_test LABEL unit SOURCES orchestrator_test.cpp LINK bw_agent_orchestrator)
