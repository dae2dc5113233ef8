#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every header of core compiles alone (house rule L13).

  headers.py COMPILER ROOT [INCLUDE_FOLDER...]     clang or g++; two processes, each with half of the headers
"""
import subprocess
import sys
from pathlib import Path

JOBS = 2


def main(argv):
    compiler, root, includes = argv[1], Path(argv[2]), [f for f in argv[3:] if f]
    headers = sorted(p.relative_to(root).as_posix() for p in (root / "core").rglob("*.h"))
    command = [compiler, "-std=c++20", "-fsyntax-only", "-fPIC", "-DNDEBUG", "-DBW_DEEP_CHECKS=1", "-DQT_NO_KEYWORDS", "-w",
               f"-I{root}", *[f"-isystem{f}" for f in includes], "-x", "c++"]
    running = [subprocess.Popen(command + headers[n::JOBS], cwd=root, stderr=subprocess.PIPE, text=True) for n in range(JOBS)]
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
