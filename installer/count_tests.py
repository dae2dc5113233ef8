#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up the test cases of a ctest JUnit report; prints what was skipped aloud and "N passed, N failed"."""
import re
import sys
import xml.etree.ElementTree as ET


def count(case):
    """Test cases passed and failed of one test program; doctest says how many, any other program is one."""
    output = case.findtext("system-out") or ""
    ok = case.get("status") == "run" and case.find("failure") is None
    counts = re.findall(r"test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed", output)
    passed, failed = (int(n) for n in counts[-1]) if counts else (1 if ok else 0, 0)
    return passed, failed if ok or failed else 1


def main(path):
    passed = failed = 0
    try:
        cases = list(ET.parse(path).getroot().iter("testcase"))
    except (OSError, ET.ParseError) as error:
        print(f"FAILED: ctest left no report ({error})")
        print("0 passed, 1 failed")
        return 1
    for case in cases:
        for line in re.findall(r"^SKIPPED: .*$", case.findtext("system-out") or "", re.M):
            print(f"{case.get('name')}: {line}")
        good, bad = count(case)
        passed += good
        failed += bad
        if bad:
            print(f"FAILED: {case.get('name')}")
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
