# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What the compiler cache keeps is of use to any other checkout of the same lines.
export CCACHE_BASEDIR="${CCACHE_BASEDIR-$PWD}" CCACHE_NOHASHDIR="${CCACHE_NOHASHDIR-1}"

# bw_run_tests PRESET: runs the preset's tests, two at once, and ends with "N passed, N failed", counted in test cases; a
# test program that dies counts as one failure. What was skipped is said before. Returns 1 if anything failed.
bw_run_tests() {
  local preset=$1 report result=0
  report=$(mktemp)
  ctest --preset "$preset" --output-on-failure --parallel 2 --output-junit "$report" \
    --test-output-size-passed 4000000 --test-output-size-failed 4000000 || result=1
  python3 installer/count_tests.py "$report" || result=1
  rm -f "$report"
  return $result
}
