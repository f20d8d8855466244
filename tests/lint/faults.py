"""faults.py - doc/faults.md and the tests stay in step: every fault of the suite is on the page once, in order; one that is met, or met
in part or by another policy, names each test whose source names the fault, and has at least one; the others say why not. With --write
the column of the tests is made anew, and an open fault that a test names is met."""

import glob
import os
import re
import sys

import tree

PAGE = "doc/faults.md"
WANTED = [f"F{n}" for low, high in ((1, 31), (39, 62), (106, 112)) for n in range(low, high + 1)]
SHOWN, NOT = ("met", "part", "policy"), ("not here", "open")
ROW = re.compile(r"^\| (F\d+) \| (.*?) \| (.*?) \| (.*?) \| (.*) \|$")
SOURCES = (("tests/net/test_*.py", "net.{}"), ("tests/vm/test_*.py", "vm.{}"), ("tests/unit/test_*.c", "unit.{}"),
           ("tests/vm/faults_*.py", "nightly.faults_{}"))


def shown_by(source):
    """Fault -> sorted names of the tests that name it."""
    found = {}
    for pattern, name in SOURCES:
        for path in glob.glob(os.path.join(source, pattern)):
            with open(path, encoding="utf-8") as f:
                for fault in re.findall(r"\bF\d{1,3}\b", f.read()):
                    found.setdefault(fault, set()).add(name.format(re.split("test_|faults_", os.path.basename(path), maxsplit=1)[1].rsplit(".", 1)[0]))
    return {fault: sorted(names) for fault, names in found.items()}


def judge(name, verdict, shown, tests):
    """What is wrong with one row, in words."""
    word, _, why = verdict.partition(": ")
    if word not in SHOWN + NOT:
        yield f"{name}: '{verdict}' is none of {', '.join(SHOWN + NOT)}"
    elif word != "met" and len(why) < 9:
        yield f"{name}: {word}: why?"
    elif word in SHOWN and not tests:
        yield f"{name}: {word}, but no test names it"
    elif word in NOT and tests:
        yield f"{name}: {word}, but {', '.join(tests)} name it; run with --write"
    if shown != ", ".join(tests):
        yield f"{name}: shown by '{shown}', but the tests that name it are '{', '.join(tests)}'; run with --write"


def read_page(source):
    with open(os.path.join(source, PAGE), encoding="utf-8") as f:
        return [(n, m.groups()) for n, line in enumerate(f, 1) if (m := ROW.match(line))]


def check(source, _build):
    tests, page = shown_by(source), read_page(source)
    names = [cells[0] for _, cells in page]
    bad = [(PAGE, 0, f"{name} is missing") for name in WANTED if name not in names]
    if not bad and names != WANTED:
        bad.append((PAGE, 0, "rows twice, out of order, or of no fault"))
    for line, (name, _, _, verdict, shown) in page:
        bad += [(PAGE, line, text) for text in judge(name, verdict, shown, tests.get(name, []))]
    return bad


def write(source):
    tests, path = shown_by(source), os.path.join(source, PAGE)

    def anew(line):
        if not (m := ROW.match(line)):
            return line
        name, fault, expected, verdict, _ = m.groups()
        verdict = "met" if verdict.startswith("open") and name in tests else verdict
        return f"| {name} | {fault} | {expected} | {verdict} | {', '.join(tests.get(name, []))} |"
    with open(path, encoding="utf-8") as f:
        lines = f.read().splitlines()
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(map(anew, lines)) + "\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    else:
        tree.run(check)
