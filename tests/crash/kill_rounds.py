#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills a running workstation at random instants and compares what comes back with the venue's own account file.

Usage: kill_rounds.py CLI ROUNDS [SEED]

Each round starts `run --mode sim --speed 20` in the same data directory, waits until the start-up sequence has ended
(READY or later: by then the workstation has reconciled), compares orders, positions and latch with what the venue wrote
down by itself, lets it trade for a random while and sends SIGKILL. The file is read here with a reader of its own, from
the description of the format. Ends with 1 at the first difference and leaves the directory.
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from decimal import Decimal
from urllib.parse import unquote

LIVE = {"PENDING", "OPEN", "PARTIALLY_FILLED", "CANCELLING"}
START_LIMIT_S = 60
SETTLE_LIMIT_S = 30


def venue_account(path):
    """Open orders (client id -> filled) and positions (symbol -> quantity) up to the last whole group of records."""
    orders, positions = {}, {}
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return {}, {}
    start, at = 0, 0
    while True:
        end = data.find(b"\n", at)
        if end < 0:
            break
        line, at = data[at:end], end + 1
        if not line.startswith(b"E "):
            continue
        stated = int(line.split(b"crc=")[1], 16)
        if zlib.crc32(data[start:end - len(line)]) != stated:
            break
        take_group(data[start:end - len(line)].decode(), orders, positions)
        start = at
    live = {key: order["filled"] for key, order in orders.items() if order["state"] in LIVE}
    return live, {symbol: quantity for symbol, quantity in positions.items() if quantity != 0}


def take_group(text, orders, positions):
    for line in text.splitlines():
        letter, _, rest = line.partition(" ")
        fields = {key: unquote(value) for key, _, value in (part.partition("=") for part in rest.split())}
        if letter == "O":
            orders[fields["id"]] = {"state": fields["state"].upper(), "filled": Decimal(fields["filled"])}
        elif letter == "P":
            positions[fields["sym"]] = Decimal(fields["qty"])


def ask(cli, directory, verb):
    done = subprocess.run([cli, verb, "--json", "--data-dir", directory], capture_output=True, text=True, timeout=20)
    return json.loads(done.stdout) if done.stdout.strip() else {}


def workstation_view(status):
    orders = {o["client_id"]: Decimal(o["filled"]) for o in status["orders"] if o["state"].upper() != "UNKNOWN"}
    positions = {p["symbol"]: Decimal(p["quantity"]) for p in status["positions"]}
    return orders, {symbol: quantity for symbol, quantity in positions.items() if quantity != 0}


def start(cli, directory, trading):
    command = [cli, "run", "--mode", "sim", "--speed", "20", "--json", "--data-dir", directory,
               "--param", "ninth-level-demo.interval_s=1", "--param", "ninth-level-demo.rest_s=5",
               "--param", "ninth-level-demo.level=1", "--limit", "MAX_CONSECUTIVE_LOSSES=50"]
    return subprocess.Popen(command + ([] if trading else ["--no-trading"]), stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def wait_ready(cli, directory, process):
    until = time.monotonic() + START_LIMIT_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the workstation ended by itself with exit code {process.returncode}")
        status = ask(cli, directory, "status")
        if status.get("ok") and status["state"] in ("READY", "TRADING", "PAUSED", "EMERGENCY_STOP"):
            return status
        time.sleep(0.05)
    raise AssertionError(f"not READY within {START_LIMIT_S} s")


def compare(cli, directory, account_file):
    """Both are read while the session only watches; resting orders may fill meanwhile, so a few looks are allowed."""
    until = time.monotonic() + SETTLE_LIMIT_S
    while True:
        before = venue_account(account_file)
        status = ask(cli, directory, "status")
        after = venue_account(account_file)
        ours = workstation_view(status)
        if before == after and ours == before:
            return ours, status
        if time.monotonic() > until:
            raise AssertionError(f"the workstation says {ours}, the venue {after}")
        time.sleep(0.1)


def main():
    cli, rounds = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(1 << 30)
    rng = random.Random(seed)
    directory = tempfile.mkdtemp(prefix="bw-crash-")
    account_file = os.path.join(directory, "journal", "sim", "venue-account.txt")
    figures = {"rounds": 0, "with_orders": 0, "with_positions": 0, "killed_in_start_up": 0}
    process = None
    try:
        for number in range(rounds):
            process = start(cli, directory, True)
            if rng.random() < 0.2:
                time.sleep(rng.uniform(0, 0.5))
                figures["killed_in_start_up"] += 1
            else:
                wait_ready(cli, directory, process)
                time.sleep(rng.uniform(0, 2.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
            process = start(cli, directory, False)
            wait_ready(cli, directory, process)
            (orders, positions), status = compare(cli, directory, account_file)
            latched = os.path.exists(os.path.join(directory, "latch"))
            if latched != (status["stop"]["state"] != "READY"):
                raise AssertionError(f"latch on disk: {latched}, the workstation says {status['stop']}")
            figures["rounds"] += 1
            figures["with_orders"] += 1 if orders else 0
            figures["with_positions"] += 1 if positions else 0
            process.send_signal(signal.SIGKILL)
            process.wait()
            print(f"round {number + 1}: {len(orders)} orders, {len(positions)} positions equal", flush=True)
        print(json.dumps({"name": "kill -9 rounds", "seed": seed, **figures}))
        shutil.rmtree(directory)
        return 0
    except AssertionError as finding:
        print(f"FAILED in round {figures['rounds'] + 1} (seed {seed}), directory {directory}: {finding}")
        return 1
    finally:
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
