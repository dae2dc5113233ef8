#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""House rules L1-L16 as a program. Each finding says what to do instead.

  tidy.py [ROOT]        check a tree; exit 1 if anything is found
  tidy.py --self-test   break each rule once in a scratch copy of the tree; each must be found
  tidy.py --picture     print the module table as a drawing

An exception is written beside the line: `// tidy:allow(L7) reason`.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MAX_FILE = 600
MAX_FUNCTION = 70
VENUES = ["hyperliquid", "kucoin", "kraken", "robinhood", "alpaca"]

class Tree:
    def __init__(self, root):
        self.root = Path(root)
        self.findings = []
        self.layers = read_layers(self.root / "tests/tidy/layers.txt")
        self.files = sorted(p for d in ("core", "ui", "app", "tests") for p in (self.root / d).rglob("*")
                            if p.suffix in (".h", ".cpp") and p.is_file())
        self.text = {p: p.read_text(encoding="utf-8", errors="replace") for p in self.files}
        self.code = {p: strip_comments(t) for p, t in self.text.items()}

    def rel(self, path):
        return path.relative_to(self.root).as_posix()

    def find(self, rule, path, line, what, remedy):
        source = self.text.get(path, "").splitlines()
        if 0 < line <= len(source) and f"tidy:allow({rule})" in source[line - 1]:
            return
        self.findings.append(f"{self.rel(path)}:{line}: {rule}: {what}. {remedy}")


def read_layers(path):
    layers = {}
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            module, allowed, qt = (part.strip() for part in line.split("|"))
            layers[module] = (allowed.split(), qt)
    return layers


def strip_comments(text):
    """Comments and literals blanked, lines kept."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"\((?:.*?)\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)

    def blank(match):
        piece = match.group(0)
        if piece.startswith('"') and text[max(0, match.start() - 9):match.start()].rstrip().endswith("#include"):
            return piece
        return re.sub(r"[^\n]", " ", piece) if piece[0] == "/" else '"' + re.sub(r"[^\n]", " ", piece[1:-1]) + '"'

    return pattern.sub(blank, text)


def module_of(rel, layers):
    folder = os.path.dirname(rel)
    if rel.startswith("core/agents/"):
        return "core/agents/*"
    for prefix in ("app", "tests"):
        if rel.startswith(prefix + "/"):
            return prefix + "/*"
    while folder:
        if folder in layers:
            return folder
        folder = os.path.dirname(folder)
    return None


def allowed_modules(module, layers):
    out = set()
    for entry in layers[module][0]:
        if entry == "agents":
            out.add("core/agents/*")
        elif entry == "ui":
            out.update(m for m in layers if m.startswith("ui/") and m != "ui/shell")
        else:
            out.add(entry)
    return out


def lines_matching(code, pattern):
    if not re.search(pattern, code, re.M):
        return
    for number, line in enumerate(code.splitlines(), 1):
        match = re.search(pattern, line)
        if match:
            yield number, match


def check_includes(tree):
    """L1, L2: includes and links follow the table, and the table has no cycle."""
    for path, code in tree.code.items():
        rel = tree.rel(path)
        module = module_of(rel, tree.layers)
        if module is None:
            tree.find("L1", path, 1, "file of no module", "Put it into a folder of tests/tidy/layers.txt, or add a row there")
            continue
        allowed = allowed_modules(module, tree.layers)
        if "*" in allowed:
            continue
        for number, match in lines_matching(code, r'#include "([^"]+)"'):
            target = module_of(match.group(1), tree.layers)
            own_agent = module == "core/agents/*" and os.path.dirname(match.group(1)) != os.path.dirname(rel) and target == module
            if target is None or (target != module and target not in allowed) or own_agent:
                tree.find("L1", path, number, f"{module} may not include {match.group(1)}",
                          "Move the code to a module that may, or pass what is needed through core/ports or the bus")
    check_links(tree)
    check_cycles(tree)


def check_links(tree):
    targets = {}
    paths = sorted(p for d in ("core", "ui") for p in (tree.root / d).rglob("CMakeLists.txt"))
    calls = []
    for path in paths:
        folder = tree.rel(path.parent)
        for match in re.finditer(r"bw_module\((\w+)(.*?)\n\s*LINK([^)]*)\)", path.read_text(), re.S):
            targets[match.group(1)] = folder
            calls.append((path, folder, match.group(3).split()))
    targets.update({"bw_ports": "core/ports", "bw_risk_approval": "core/risk/approval"})
    for path, folder, links in calls:
        module = module_of(folder + "/x.h", tree.layers)
        if module is None:
            continue
        allowed = allowed_modules(module, tree.layers)
        for link in links:
            target = targets.get(link)
            target_module = target and module_of(target + "/x.h", tree.layers)
            if target_module and target_module != module and target_module not in allowed and "*" not in allowed:
                tree.find("L1", path, 1, f"{module} may not link {link}", "Remove it from LINK, or change the row in layers.txt with a reason")


def check_cycles(tree):
    state = {}

    def visit(module, trail):
        if state.get(module) == 2 or module not in tree.layers:
            return
        if state.get(module) == 1:
            tree.findings.append(f"tests/tidy/layers.txt:1: L2: cycle {' -> '.join(trail + [module])}. Let one of them go through core/ports")
            return
        state[module] = 1
        for other in sorted(allowed_modules(module, tree.layers)):
            if other not in ("-", "*") and other != module:
                visit(other, trail + [module])
        state[module] = 2

    for module in tree.layers:
        visit(module, [])


def simple_rules():
    """(rule, folders, not in, pattern, what, remedy)"""
    return [
        ("L3", ["core/"], [], r'#include <(QtGui|QtWidgets|QtCharts|QWidget|QPainter|QColor|QApplication|QPixmap)', "window code in core",
         "Send meaning over the bus; colours and widgets belong to ui"),
        ("L3", ["core/"], ["core/runtime/", "core/storage/", "core/secrets/"], r"#include <Q[A-Z]", "Qt in a Qt-free module",
         "Use the standard library; Qt enters core only in core/runtime, core/storage and core/secrets"),
        ("L5", ["core/", "ui/"], ["core/api/", "core/net/", "core/emulator/"], r"#include <(sys/socket|sys/un|netinet/|arpa/|boost/beast|boost/asio)",
         "sockets outside core/net and core/api", "Go through a port"),
        ("L5", ["core/", "ui/"], ["core/replay/", "core/api/", "core/venues/", "core/config/"], r"#include <(simdjson|QJson|yaml-cpp)",
         "JSON or YAML outside codecs, replay, config and api", "Decode at the rim and pass typed structs"),
        ("L6", ["ui/widgets/", "ui/models/"], [], r'#include "core/(bus|agents|venues|storage|gate|ports)', "a view that sees the engine",
         "Give the widget a prepared state struct"),
        ("L7", ["core/", "ui/", "app/"], ["core/base/clock.cpp", "core/base/rng", "core/base/thread", "core/base/mutex.h"],
         r"(std::chrono::(system|steady|high_resolution)_clock|clock_gettime|gettimeofday|std::(random_device|mt19937)|\brand\(\)|QDateTime::current|QTime::current|QElapsedTimer|QRandomGenerator)",
         "clock or randomness from the system", "Take bw::Clock or bw::Rng"),
        ("L8", ["core/base/decimal.h", "core/base/exact", "core/risk/", "core/ledger/"], [], r"\b(double|float)\b", "binary floating point where amounts are exact",
         "Use Decimal, Money or Ratio; statistics are made in core/indicators and arrive as Ratio"),
        ("L9", ["core/", "ui/", "app/"], ["core/base/thread"], r"std::(thread|jthread|async)\b(?!::)", "a thread of its own", "Use bw::Thread from core/base/thread"),
        ("L9", ["core/", "ui/"], ["core/runtime/"], r"\bQThread\b|QtConcurrent|QThreadPool", "a Qt thread outside core/runtime", "Run the work in an agent or a task"),
        ("L10", ["core/"], [], r"\btr\(|QObject::tr|QCoreApplication::translate", "text for people translated in core", "Send a code; words are made in ui"),
        ("L11", ["core/"], ["core/base/assert.cpp"], r"std::(cout|cerr|exit|abort|quick_exit|terminate)\b|\bprintf\(|[^n]fprintf\(|\bexit\(|\babort\(",
         "core that prints or ends the program", "Return a Result, publish an event or use bw::Log"),
        ("L11", ["core/", "ui/", "app/"], [], r"QMessageBox::(information|warning|critical|question|about)|QFileDialog::get|(?<![\w.])exec\(\)\s*==|[dD]ialog(\.|->)exec\(",
         "a modal dialog", "Use an inline form or a modeless dialog with the stop plate"),
        ("L12", ["core/", "ui/", "app/", "tests/"], ["core/risk/"], r"\b(RiskApproval|EmergencyAuthority)\s*(\(|\{)(?!\s*const)", "an approval made outside core/risk",
         "Ask the risk agent"),
        ("L15", ["core/", "ui/", "app/", "tests/", "cmake/"], ["tests/tidy/"], None, "", ""),
        ("L16", ["core/", "ui/", "app/"], [], r"^\s*using namespace (?!bw)", "using namespace at file scope", "Qualify the names"),
        ("mutex", ["core/", "ui/", "app/"], ["core/base/mutex.h"], r"std::(mutex|recursive_mutex|shared_mutex|lock_guard|unique_lock|scoped_lock|condition_variable)|QMutex\b|QReadWriteLock",
         "a mutex the analysers cannot see", "Use bw::Mutex, bw::Lock and bw::Condition"),
    ]


def check_simple(tree):
    for rule, folders, excluded, pattern, what, remedy in simple_rules():
        for path in tree.files:
            rel = tree.rel(path)
            if not any(rel.startswith(f) for f in folders) or any(rel.startswith(e) for e in excluded):
                continue
            if pattern is None and not re.search(r"\b(FIXME|XXX|HACK|TODO)\b", tree.text[path]):
                continue
            if pattern is None:
                for number, line in enumerate(tree.text[path].splitlines(), 1):
                    if re.search(r"\b(FIXME|XXX|HACK)\b|\bTODO\b(?!\(#\d+\))", line):
                        tree.find("L15", path, number, "an unfinished mark", "Finish it, or write TODO(#issue)")
                continue
            for number, _ in lines_matching(tree.code[path], pattern):
                tree.find(rule, path, number, what, remedy)


def check_venue_names(tree):
    """L4: a venue's name stands only in its folder, the registry, config, tests and docs."""
    for path in tree.files:
        rel = tree.rel(path)
        if rel.startswith(("core/venues/", "core/replay/", "core/config/", "tests/", "app/compose/")):
            for number, match in lines_matching(tree.code[path], r'#include "core/venues/(\w+)/'):
                own = rel.split("/")[2] if rel.startswith("core/venues/") else None
                if own and match.group(1) != own:
                    tree.find("L4", path, number, f"venue {own} includes venue {match.group(1)}", "Share through core/matching or core/net")
            continue
        for number, _ in lines_matching(tree.code[path], rf"(?i)\b({'|'.join(VENUES)})"):
            tree.find("L4", path, number, "a venue's name outside its folder", "Ask for a capability instead")


def check_headers(tree):
    """L13: every file belongs to a target and carries its licence; L14: stateful classes say their thread."""
    listed = {}
    for d in ("core", "ui", "app", "tests"):
        for pattern in ("CMakeLists.txt", "*.cmake"):
            for path in (tree.root / d).rglob(pattern):
                listed.setdefault(path.parent, []).append(path.read_text())
    for path in tree.files:
        if not tree.text[path].startswith("// SPDX-License-Identifier: GPL-3.0-or-later"):
            tree.find("L13", path, 1, "no licence line", "Begin the file with // SPDX-License-Identifier: GPL-3.0-or-later")
        if path.suffix == ".h" and "#pragma once" not in tree.text[path]:
            tree.find("L13", path, 1, "header without #pragma once", "Add it after the licence line")
        if "compile_fail" in tree.rel(path):
            continue
        folder = path.parent
        while folder != tree.root:
            name = path.relative_to(folder).as_posix()
            if any(re.search(rf"(^|[\s/(\"]){re.escape(name)}(?=[\s)\"]|$)", text, re.M) for text in listed.get(folder, [])):
                break
            folder = folder.parent
        else:
            tree.find("L13", path, 1, "file of no target", "List it in its folder's CMakeLists.txt")
    for path in tree.files:
        if path.suffix == ".h" and tree.rel(path).startswith("core/"):
            check_thread_comment(tree, path)


def check_thread_comment(tree, path):
    if not re.search(r"^  .*\bm_\w+( BW_GUARDED_BY\(\w+\))?( = [^;]*|\{[^;]*)?;", tree.code[path], re.M):
        return
    if "Thread:" not in tree.text[path] and not re.search(r"\b(Pure|[Ii]mmutable|value type)\b", tree.text[path]):
        line = next((n for n, _ in lines_matching(tree.code[path], r"^(class|struct) ")), 1)
        tree.find("L14", path, line, "a stateful class that does not say its thread", "Add a 'Thread:' line to its comment")


def check_sizes(tree):
    """L16: files of 600 and functions of 70 lines at most."""
    for path in tree.files:
        rel = tree.rel(path)
        lines = tree.code[path].splitlines()
        if len(lines) > MAX_FILE:
            tree.find("L16", path, 1, f"{len(lines)} lines", f"Split it by subject; {MAX_FILE} is the most")
        if path.suffix != ".cpp" or rel.startswith("tests/"):
            continue
        start = None
        for number, line in enumerate(lines, 1):
            if start is None and re.match(r"^[A-Za-z_].*\)?.*\{\s*$", line) and not re.match(r"^(namespace|struct|class|enum|union|extern)\b", line):
                start = number
            elif start is not None and line.startswith("}"):
                if number - start > MAX_FUNCTION:
                    tree.find("L16", path, start, f"a function of {number - start} lines", f"Split it; {MAX_FUNCTION} is the most")
                start = None


def check_docs(tree):
    """docs: every path that README, CONTRIBUTING and docs/*.md name exists."""
    for path in [tree.root / "README.md", tree.root / "CONTRIBUTING.md", *sorted((tree.root / "docs").glob("*.md"))]:
        if not path.exists():
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for name in re.findall(r"`((?:core|ui|app|tests|docs|config|installer|cmake)/[\w./-]*)`", line):
                target = tree.root / name
                if not target.exists() and not any(target.parent.glob(target.name + ".*")):
                    tree.findings.append(f"{tree.rel(path)}:{number}: docs: {name} does not exist. Correct the page")


def check(root):
    tree = Tree(root)
    for rule in (check_docs, check_includes, check_simple, check_venue_names, check_headers, check_sizes):
        rule(tree)
    return tree.findings


BREAKS = [
    ("L1", "core/domain/market.h", '#include "core/bus/topic.h"\n'),
    ("L2", "tests/tidy/layers.txt", "core/cyc_a | core/cyc_b | none\ncore/cyc_b | core/cyc_a | none\n"),
    ("L3", "core/domain/market.h", "#include <QWidget>\n"),
    ("L4", "core/bus/topic.h", "inline int krakenDepth() { return 1; }\n"),
    ("L5", "core/domain/market.h", "#include <sys/socket.h>\n"),
    ("L6", "ui/widgets/estop_plate.h", '#include "core/bus/topic.h"\n'),
    ("L7", "core/domain/order.cpp", "static auto t = std::chrono::system_clock::now();\n"),
    ("L8", "core/base/exact.h", "inline double half(double x);\n"),
    ("L9", "core/domain/order.cpp", "static std::thread t;\n"),
    ("L10", "core/domain/order.cpp", 'static auto x = tr("x");\n'),
    ("L11", "core/domain/order.cpp", "static void f() { std::exit(1); }\n"),
    ("L12", "core/bus/topic.h", "inline auto forged() { return RiskApproval{}; }\n"),
    ("L13", "core/domain/orphan.cpp", "// SPDX-License-Identifier: GPL-3.0-or-later\n"),
    ("L14", "core/domain/stateful.h", "// SPDX-License-Identifier: GPL-3.0-or-later\n#pragma once\nclass Counter {\n  int m_count = 0;\n};\n"),
    ("L15", "core/domain/order.cpp", "// TO" + "DO later\n"),
    ("L16", "core/domain/order.cpp", "int longOne() {\n" + "  ;\n" * 80 + "}\n"),
    ("L16", "core/domain/market.cpp", "//\n" * 700),
    ("docs", "README.md", "see `core/no_such_file`\n"),
    ("mutex", "core/domain/order.cpp", "static std::mutex m;\n"),
]


def self_test(root):
    baseline = set(check(root))
    missed = 0
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "tree"
        for d in ("core", "ui", "app", "tests"):
            shutil.copytree(Path(root) / d, copy / d, ignore=shutil.ignore_patterns("*.png"))
        for d in ("config", "installer", "cmake", "docs"):
            shutil.copytree(Path(root) / d, copy / d)
        for rule, name, addition in BREAKS:
            target = copy / name
            original = target.read_text() if target.exists() else None
            target.write_text((original or "") + addition)
            found = [f for f in check(copy) if f not in baseline and f" {rule}: " in f]
            print(f"{'found ' if found else 'MISSED'} {rule:6} in {name}")
            missed += 0 if found else 1
            if original is None:
                target.unlink()
            else:
                target.write_text(original)
    return missed


def picture(root):
    for module, (allowed, qt) in read_layers(Path(root) / "tests/tidy/layers.txt").items():
        print(f"{module:24} -> {', '.join(allowed)}{'' if qt == 'none' else '  [Qt ' + qt + ']'}")


def main(argv):
    root = HERE.parent.parent
    if "--picture" in argv:
        picture(root)
        return 0
    if "--self-test" in argv:
        return 1 if self_test(root) else 0
    findings = check(argv[1] if len(argv) > 1 else root)
    print("\n".join(findings))
    print(f"{len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
