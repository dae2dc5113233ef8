#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every header of core compiles alone (house rule L13).

  headers.py COMPILER ROOT [INCLUDE_FOLDER...]     clang or g++; two processes, each with half of the headers
  headers.py COMPILER --self-test                  a header that lacks an include must be found, one that does not must not
"""
import subprocess
import sys
import tempfile
from pathlib import Path

JOBS = 2


def self_test(compiler):
    with tempfile.TemporaryDirectory() as scratch:
        core = Path(scratch) / "core"
        core.mkdir()
        (core / "whole.h").write_text("#pragma once\n#include <string>\ninline std::string whole() { return {}; }\n")
        if check(compiler, Path(scratch), []) != 0:
            return "a header that includes what it uses was found"
        (core / "lacking.h").write_text("#pragma once\ninline std::vector<int> lacking() { return {}; }\n")
        if check(compiler, Path(scratch), []) == 0:
            return "a header that lacks an include was not found"
    return ""


def main(argv):
    if argv[2] == "--self-test":
        failed = self_test(argv[1])
        print("MISSED: " + failed if failed else "both found as they are")
        return 1 if failed else 0
    return check(argv[1], Path(argv[2]), [f for f in argv[3:] if f])


def check(compiler, root, includes):
    headers = sorted(p.relative_to(root).as_posix() for p in (root / "core").rglob("*.h"))
    command = [compiler, "-std=c++20", "-fsyntax-only", "-fPIC", "-DNDEBUG", "-DBW_DEEP_CHECKS=1", "-DQT_NO_KEYWORDS", "-w",
               f"-I{root}", *[f"-isystem{f}" for f in includes], "-x", "c++"]
    running = [subprocess.Popen(command + headers[n::JOBS], cwd=root, stderr=subprocess.PIPE, text=True) for n in range(JOBS) if headers[n::JOBS]]
    failed = False
    for process in running:
        messages = process.communicate()[1]
        if process.returncode != 0:
            failed = True
            print(messages)
    print(f"{len(headers)} headers {'do not all compile alone: add the includes they lack' if failed else 'compile alone'}")
    return 1 if failed or not headers else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
