#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ordinary tests against each fault of list.txt and says which test found it.

  run_mutants.py LIST BUILD_DIRECTORY [number ...]

A mutant is switched on by the environment variable BW_MUTANT in a build with the option BW_MUTANTS. Tests are tried from
the one that stands nearest to the fault; a failure, an abort or a hang counts as found. Exit code 0: all were found, and
every test passes without a mutant.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import time

# The nearest tests of a file, quick ones first. The simulation comes last for all of them.
NEAR = {
    "core/gate/": ["gate_test"],
    "core/agents/execution/": ["agent_execution_test"],
    "core/reconcile/": ["agent_execution_test"],
    "core/ledger/": ["ledger_test"],
    "core/journal/": ["journal_test", "tamper_test"],
    "core/risk/": ["risk_test", "agent_risk_test"],
}
LIMIT_S = 100


def read_list(path):
    mutants = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#") or not line.strip():
                continue
            number, file, text = (part.strip() for part in line.split("|"))
            mutants.append((int(number), file, text))
    return mutants


def find_programs(build):
    programs = {}
    for directory, _, files in os.walk(build):
        for name in files:
            path = os.path.join(directory, name)
            if (name.endswith("_test") or name == "bellwether-cli") and os.access(path, os.X_OK):
                programs[name] = path
    return programs


def commands_for(file, programs):
    near = [tests for prefix, tests in NEAR.items() if file.startswith(prefix)]
    commands = [[programs[name]] for tests in near for name in tests if name in programs]
    simulate = [programs["bellwether-cli"], "simulate", "--events", "60000", "--json"]
    return commands + [simulate + ["--seed", "1"], simulate + ["--seed", "500", "--episode", "5000"]]


def name_of(command):
    base = os.path.basename(command[0])
    return base if len(command) == 1 else base + " " + " ".join(command[1:])


def fails(command, number):
    environment = dict(os.environ, BW_MUTANT=str(number), QT_QPA_PLATFORM="offscreen")
    try:
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return "hangs"
    if done.returncode == 0:
        return None
    text = done.stdout.decode("utf-8", "replace")
    case = re.search(r"TEST CASE:\s*(.*)", text) or re.search(r"(VIOLATED .*)", text) or re.search(r"(assert.*)", text)
    return case.group(1).strip()[:110] if case else f"exit code {done.returncode}"


def hunt(mutant, programs):
    number, file, _ = mutant
    for command in commands_for(file, programs):
        found = fails(command, number)
        if found:
            return f"{name_of(command)}: {found}"
    return None


def main():
    mutants = read_list(sys.argv[1])
    programs = find_programs(sys.argv[2])
    wanted = {int(number) for number in sys.argv[3:]}
    if wanted:
        mutants = [mutant for mutant in mutants if mutant[0] in wanted]
    source = os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])), "..", "..")
    for number, file, text in mutants:
        with open(os.path.join(source, file), encoding="utf-8") as lines:
            if f"BW_MUTANT({number})" not in lines.read():
                print(f"mutant {number} is not in {file}: {text}")
                return 1
    began = time.monotonic()
    tests = {tuple(command) for _, file, _ in mutants for command in commands_for(file, programs)}
    for command in sorted(tests):
        if (found := fails(list(command), 0)) is not None:
            print(f"without a mutant {name_of(command)} fails: {found}")
            return 1
    survivors = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for mutant, found in zip(mutants, pool.map(lambda one: hunt(one, programs), mutants)):
            survivors += found is None
            print(f"{mutant[0]:3} {mutant[1]}: {mutant[2]}\n      {found or 'SURVIVES'}", flush=True)
    print(f"{len(mutants) - survivors} of {len(mutants)} found in {time.monotonic() - began:.0f} s")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
