# SPDX-License-Identifier: GPL-3.0-or-later
bw_test(agent_sentinel_test LABEL unit SOURCES alarms_test.cpp sentinel_test.cpp LINK bw_agent_audit)
