# SPDX-License-Identifier: GPL-3.0-or-later
bw_test(agent_execution_test LABEL unit SOURCES execution_bench.h execution_exclusive_test.cpp execution_inbox_test.cpp execution_recovery_test.cpp execution_test.cpp order_ledger_test.cpp unknown_resolver_test.cpp LINK bw_agent_execution bw_risk bw_test_fake_venue)
