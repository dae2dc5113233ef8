# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# bw_run_tests PRESET: runs the preset's tests and ends with "N passed, N failed", counted in test cases; a test program
# that dies counts as one failure.
bw_run_tests() {
  local preset=$1 log
  log=$(mktemp)
  ctest --preset "$preset" --output-on-failure --parallel 2 --output-junit "$log.xml" || true
  python3 installer/count_tests.py "$log.xml"
  local result=$?
  rm -f "$log" "$log.xml"
  return $result
}
