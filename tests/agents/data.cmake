# SPDX-License-Identifier: GPL-3.0-or-later
bw_test(data_agent_test LABEL unit SOURCES data_agent_test.cpp LINK bw_agent_data bw_test_ascii_book)
