#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up the test cases of a ctest JUnit report; prints what was skipped aloud and "N passed, N failed"."""
import re
import sys
import xml.etree.ElementTree as ET


def main(path):
    passed = failed = 0
    for case in ET.parse(path).getroot().iter("testcase"):
        output = case.findtext("system-out") or ""
        ok = case.get("status") == "run" and case.find("failure") is None
        for line in re.findall(r"^SKIPPED: .*$", output, re.M):
            print(f"{case.get('name')}: {line}")
        counts = re.search(r"test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed", output)
        if counts and int(counts[1]) + int(counts[2]) > 0:
            passed += int(counts[1])
            failed += int(counts[2])
            if not ok and int(counts[2]) == 0:
                failed += 1
        elif ok:
            passed += 1
        else:
            failed += 1
        if not ok:
            print(f"FAILED: {case.get('name')}")
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
