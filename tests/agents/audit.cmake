# SPDX-License-Identifier: GPL-3.0-or-later
bw_test(agent_audit_test LABEL unit SOURCES audit_metrics_test.cpp audit_stage.h audit_test.cpp LINK bw_agent_audit bw_risk)
