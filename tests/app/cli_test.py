#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line says and how it exits: cli_test.py CLI [DATA]. Every case runs in directories of its own."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

CLI = ""
DATA = ""
USDM = "hftbacktest_usdm_btcusdt_20240808.gz"
DONE, FAILED, USAGE, LATCHED, UNREADABLE, NOBODY, STOPPED = 0, 1, 2, 3, 4, 5, 6

HELP = """bellwether-cli: the trading workstation without its window
Usage: bellwether-cli [OPTIONS] SUBCOMMAND

Options:
  -h,--help                   Print this help message and exit
  --version                   Display program version information and exit

Subcommands:
  replay                      Replay a recorded market through the whole workstation, on virtual time
  run                         Run the workstation without a window
  simulate                    Run the whole workstation on virtual time against a fake exchange with seeded faults
  status                      What a running workstation is doing
  pause                       Open nothing new; exits and protection keep running
  resume                      Trade again after a pause
  start                       Start trading by hand, as after a reset
  emergency-stop              Cancel everything, close every position, latch until a person resets
  reset                       End a latched emergency stop; never starts trading
  acknowledge                 Say that you have seen an alarm, or all of them
  explain                     The story of an order: every bus message with its correlation id
  reconcile                   Differences with the venue's account: list, or answer ID adopt|ignore|close|pause
  limits                      Risk limits: show [KEY], set KEY=VALUE…, history [KEY], undo, export, import FILE, what-if KEY=VALUE…
  doctor                      Check settings, data directory, journal, latch, fonts and clock
  drill                       Press the emergency stop on fake venues in another process, and measure
  venue-emulator              Serve fake venues on loopback ports
  journal                     Check or print the journal, or make its tables again
  audit                       Prove that no record of the audit chain was changed or removed

Exit codes: 0 done, 1 failed, 2 usage, 3 refused because a stop is latched, 4 nothing readable,
5 no workstation answers, 6 ended by a stop, 130 interrupted.
"""


class CliCase(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.mkdtemp(prefix="bw-cli-")
        self.dir = os.path.join(self.home, "data")
        os.makedirs(os.path.join(self.home, "run"), mode=0o700)
        self.environment = {**os.environ, "HOME": self.home, "XDG_RUNTIME_DIR": os.path.join(self.home, "run"),
                            "XDG_DATA_HOME": os.path.join(self.home, "share"),
                            "XDG_CONFIG_HOME": os.path.join(self.home, "config"), "COLUMNS": "120"}
        self.running = []

    def tearDown(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.communicate()
        shutil.rmtree(self.home, ignore_errors=True)

    def cli(self, *arguments, timeout=120):
        done = subprocess.run([CLI, *arguments], capture_output=True, text=True, env=self.environment, timeout=timeout,
                              stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr

    def start(self, *arguments):
        process = subprocess.Popen([CLI, "run", "--mode", "sim", "--json", "--data-dir", self.dir, *arguments],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment)
        self.running.append(process)
        return process

    def status(self):
        code, out, _ = self.cli("status", "--json", "--data-dir", self.dir)
        return json.loads(out) if code == DONE else {}

    def wait_for(self, condition, limit=60):
        until = time.monotonic() + limit
        while time.monotonic() < until:
            status = self.status()
            if status and condition(status):
                return status
            time.sleep(0.05)
        self.fail(f"waited {limit} s; last status {self.status()}")

    def check(self, result, code, *parts):
        text = result[1] + result[2]
        self.assertEqual(result[0], code, text)
        for part in parts:
            self.assertIn(part, text)

    def write(self, name, data):
        path = os.path.join(self.home, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def recording(self):
        path = os.path.join(DATA, "ticks", USDM)
        if not os.path.exists(path):
            print(f"SKIPPED: the recording {path} is absent")
            self.skipTest("no recording")
        with open(path, "rb") as file:
            return path, file.read()


class Usage(CliCase):
    def test_help_is_golden(self):
        code, out, err = self.cli("--help")
        self.assertEqual((code, err), (DONE, ""))
        self.assertEqual(out, HELP)

    def test_wrong_words_are_named_with_what_may_be_meant(self):
        self.check(self.cli(), USAGE, "which command?", "replay, run, simulate, status")
        self.check(self.cli("rpelay"), USAGE, "there is no command 'rpelay'; did you mean replay?")
        self.check(self.cli("zzzzzzzz"), USAGE, "there is no command 'zzzzzzzz'\nThere are: replay")
        self.check(self.cli("run", "--sped", "3"), USAGE, "'run' has no option --sped; did you mean --speed?")
        self.check(self.cli("replay"), USAGE, "--input is required")
        self.check(self.cli("run", "--mode", "moon"), USAGE, "--mode: moon not in {sim,paper,replay}")
        self.check(self.cli("run", "--mode", "paper"), USAGE, "--mode paper needs --input FILE")
        self.check(self.cli("run", "--speed", "fast"), USAGE, "--speed 'fast' must be max or a number above 0")
        self.check(self.cli("run", "--param", "x"), USAGE, "--param 'x' must be STRATEGY.NAME=VALUE")
        self.check(self.cli("explain"), USAGE, "id is required")
        self.check(self.cli("reset"), USAGE, "reset needs --phrase and --cause when there is no terminal")

    def test_limits_fees_strategies(self):
        path = self.write("trades.csv", b"")
        here = ("run", "--data-dir", self.dir)
        self.check(self.cli(*here, "--limit", "MAX_EXPOSUR=3"), USAGE, "did you mean MAX_EXPOSURE?")
        self.check(self.cli(*here, "--limit", "MAX_EXPOSURE=abc"), USAGE, "--limit 'MAX_EXPOSURE=abc'", "0 to 1000 %")
        self.check(self.cli("replay", "--input", path, "--limit", "MAX_EXPOSURE=5000"), USAGE, "MAX_EXPOSURE")
        self.check(self.cli(*here, "--strategy", "foo"), USAGE, 'there is no strategy "foo"; there are '
                   "ninth-level-demo, ema-cross")
        self.check(self.cli(*here, "--param", "ema-cross.fast=3"), USAGE, "does not run here; name it with --strategy")
        self.check(self.cli(*here, "--param", "ninth-level-demo.nope=3"), USAGE, "nope")
        self.check(self.cli(*here, "--balance", "-5"), USAGE, "--balance '-5' is not an amount above 0")

    def test_nobody_answers(self):
        for verb in ("status", "pause", "resume", "start"):
            result = self.cli(verb, "--json", "--data-dir", self.dir)
            self.check(result, NOBODY, "no workstation answers on ", "bellwether-cli run")
            self.assertEqual(json.loads(result[1])["reason"], "nobody")
        self.check(self.cli("reset", "--data-dir", self.dir, "--phrase", "RESET SIM 1", "--cause", "there is none"),
                   FAILED, "no emergency stop is latched")


class Inputs(CliCase):
    def test_nothing_readable(self):
        self.check(self.cli("replay", "--input", "/no/such/file"), UNREADABLE, "/no/such/file: No such file")
        self.check(self.cli("replay", "--input", self.home), UNREADABLE, self.home + ":")
        noise = self.write("noise.bin", b"no market data at all\n" * 20)
        self.check(self.cli("replay", "--input", noise), UNREADABLE, noise, "of no known format")
        empty = self.write("empty.gz", b"")
        self.check(self.cli("replay", "--input", empty), UNREADABLE, empty, "nothing can be read")
        self.check(self.cli("run", "--mode", "paper", "--input", "/no/such/file", "--data-dir", self.dir), UNREADABLE,
                   "/no/such/file: No such file")

    def test_truncated_and_corrupt(self):
        _, data = self.recording()
        cut = self.write("cut.gz", data[:500_000])
        code, out, _ = self.cli("replay", "--input", cut, "--json")
        answer = json.loads(out)
        self.assertEqual(code, DONE)
        self.assertEqual((answer["truncated"], answer["events"], answer["first_bad_line"]), (True, 12_368, 12_369))
        hurt = self.write("hurt.gz", data[:400_000] + b"X" * 16 + data[400_016:])
        code, out, _ = self.cli("replay", "--input", hurt, "--json")
        answer = json.loads(out)
        self.assertEqual(code, DONE)
        self.assertGreater(answer["events"], 9_000)
        self.assertGreater(answer["bad_lines"], 0)
        stub = self.write("stub.gz", data[:5])
        self.check(self.cli("replay", "--input", stub), UNREADABLE, "byte 5", "the file is cut off")

    def test_two_runs_are_equal_to_the_byte(self):
        path, _ = self.recording()
        answers = []
        for _ in range(2):
            code, out, _ = self.cli("replay", "--input", path, "--json")
            self.assertEqual(code, DONE)
            answer = json.loads(out)
            for measured in ("elapsed_s", "events_per_s"):
                answer.pop(measured)
            answers.append(answer)
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0]["latency_clock"], "market")


class StopAndReset(CliCase):
    def test_stop_latch_reset_and_start_by_hand(self):
        process = self.start("--speed", "10", "--param", "ninth-level-demo.level=1", "--param",
                             "ninth-level-demo.interval_s=1")
        self.wait_for(lambda s: s["state"] == "TRADING" and s["orders"] and s["positions"])
        began = time.monotonic()
        code, out, _ = self.cli("emergency-stop", "--json", "--data-dir", self.dir, "--reason", "a drill")
        took = time.monotonic() - began
        answer = json.loads(out)
        print(f"emergency stop over the command line: {took:.2f} s")
        self.assertEqual(code, DONE)
        self.assertEqual([answer[k] for k in ("latched", "stop_number", "open_orders", "positions")], [True, 1, 0, 0])
        self.assertLess(took, 5 * 2)
        ended = json.loads(process.communicate(timeout=30)[0])
        self.assertEqual(process.returncode, STOPPED)
        self.assertEqual(ended["violations"], 0)
        sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "crash"))
        from kill_rounds import venue_account
        self.assertEqual(venue_account(os.path.join(self.dir, "journal", "sim", "venue-account.txt")), ({}, {}))

        refused = self.cli("run", "--json", "--data-dir", self.dir)
        self.check(refused, LATCHED, 'reset --phrase \\"RESET SIM 1\\"')
        self.assertEqual(json.loads(refused[1])["reason"], "latched")
        reset = ("reset", "--data-dir", self.dir, "--phrase")
        self.check(self.cli(*reset, "RESET SIM 2", "--cause", "only a drill"), FAILED, "type exactly: RESET SIM 1")
        self.check(self.cli(*reset, "RESET SIM 1", "--cause", "short"), FAILED, "at least 10 characters")
        kill = os.path.join(self.dir, ".kill_switch")
        with open(kill, "w", encoding="utf-8") as file:
            file.write("drill\n")
        self.check(self.cli(*reset, "RESET SIM 1", "--cause", "only a drill"), FAILED, "remove " + kill)
        os.remove(kill)
        self.assertTrue(os.path.exists(os.path.join(self.dir, "latch")))
        self.check(self.cli(*reset, "RESET SIM 1", "--cause", "only a drill"), DONE, "by hand")
        self.assertFalse(os.path.exists(os.path.join(self.dir, "latch")))

        process = self.start("--speed", "10")
        self.wait_for(lambda s: s["state"] == "READY")
        time.sleep(0.5)
        self.assertEqual(self.status()["state"], "READY")
        self.check(self.cli("start", "--data-dir", self.dir), DONE)
        self.wait_for(lambda s: s["state"] == "TRADING")
        process.terminate()
        process.communicate(timeout=30)
        self.start("--speed", "10")
        self.wait_for(lambda s: s["state"] == "TRADING")

    def test_a_stop_nobody_hears_blocks_the_next_start(self):
        self.check(self.cli("emergency-stop", "--data-dir", self.dir), NOBODY, ".kill_switch", "blocks the next start")
        self.start()
        process = self.running[-1]
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, STOPPED)
        self.assertTrue(os.path.exists(os.path.join(self.dir, "latch")))


class Explain(CliCase):
    def test_a_client_order_id_tells_the_whole_story(self):
        self.start("--speed", "10")
        status = self.wait_for(lambda s: s["orders"])
        order = status["orders"][0]["client_id"]
        time.sleep(0.5)
        code, out, _ = self.cli("explain", order, "--json", "--data-dir", self.dir)
        self.assertEqual(code, DONE)
        topics = [message["topic"] for message in json.loads(out)["messages"]]
        for topic in ("trading_signals/intent", "risk_alerts/risk.approved", "execution_events/order.placed",
                      "venue/report", "execution_events/order.updated"):
            self.assertIn(topic, topics)
        self.assertLess(topics.index("trading_signals/intent"), topics.index("risk_alerts/risk.approved"))
        self.assertLess(topics.index("execution_events/order.placed"), topics.index("venue/report"))


class Reconcile(CliCase):
    def test_the_inbox_is_listed_and_answers_are_judged(self):
        self.start()
        self.wait_for(lambda s: s["state"] == "TRADING")
        code, out, _ = self.cli("reconcile", "list", "--json", "--data-dir", self.dir)
        self.assertEqual((code, json.loads(out)), (DONE, {"ok": True, "items": []}))
        self.assertEqual(self.status()["reconciliation"], [])
        code, out, _ = self.cli("reconcile", "answer", "R-1", "adopt", "--json", "--data-dir", self.dir)
        self.assertEqual((code, json.loads(out)["reason"]), (FAILED, "reconcile.unknown"))
        code, out, _ = self.cli("reconcile", "answer", "R-1", "sell", "--json", "--data-dir", self.dir)
        self.assertEqual((code, json.loads(out)["reason"]), (FAILED, "usage"))


class Places(CliCase):
    def test_a_second_workstation_is_refused_and_harms_nothing(self):
        self.start()
        self.wait_for(lambda s: s["state"] == "TRADING")
        second = self.cli("run", "--mode", "sim", "--json", "--data-dir", self.dir)
        self.check(second, FAILED, "another Bellwether (process ")
        self.assertEqual(json.loads(second[1])["reason"], "locked")
        self.check(self.cli("run", "--mode", "replay", "--input", "/none", "--data-dir", self.dir), FAILED, "another")
        self.assertEqual(self.status()["state"], "TRADING")

    def test_a_full_disk_is_named(self):
        if os.geteuid() != 0:
            print("SKIPPED: only root can mount a small disk")
            return
        os.makedirs(self.dir)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", self.dir], capture_output=True)
        if mounted.returncode != 0:
            print("SKIPPED: no tmpfs can be mounted here")
            return
        try:
            result = self.cli("run", "--mode", "sim", "--json", "--duration", "5", "--data-dir", self.dir)
            self.check(result, FAILED, "No space left on device")
        finally:
            subprocess.run(["umount", self.dir], check=False)

    def test_a_data_directory_that_cannot_be_written(self):
        blocked = self.write("a-file", b"")
        self.check(self.cli("run", "--data-dir", os.path.join(blocked, "sub")), FAILED, os.path.join(blocked, "sub"))


if __name__ == "__main__":
    CLI = sys.argv[1]
    DATA = os.environ.get("BW_TEST_DATA") or (sys.argv[2] if len(sys.argv) > 2 else "")
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
