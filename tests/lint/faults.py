"""faults.py - doc/faults.md, doc/acceptance.md and the tests stay in step: every fault of the suite, every row of what operators ask for, is
on its page once, in order; one that is met, or met in part or by another policy, names each test whose source names it, and has at least
one; the others say why not. With --write the column of the tests is made anew, and an open row that a test names is met."""

import glob
import os
import re
import sys

import tree


def numbered(letter, width, *spans):
    return [f"{letter}{n:0{width}}" for low, high in spans for n in range(low, high + 1)]


PAGES = {"doc/faults.md": numbered("F", 1, (1, 31), (39, 62), (106, 112)),
         "doc/acceptance.md": numbered("T", 2, (1, 14), (20, 25), (27, 34), (37, 37), (41, 41), (43, 49), (52, 57), (63, 63), (65, 68))}
SHOWN, NOT = ("met", "part", "policy"), ("not here", "open")
ROW = re.compile(r"^\| ([FT]\d+) \| (.*?) \| (.*?) \| (.*?) \| (.*) \|$")
SOURCES = (("tests/net/test_*.py", "net.{}"), ("tests/vm/test_*.py", "vm.{}"), ("tests/unit/test_*.c", "unit.{}"),
           ("tests/vm/faults_*.py", "nightly.faults_{}"))


def shown_by(source):
    """Row -> sorted names of the tests that name it."""
    found = {}
    for pattern, name in SOURCES:
        for path in glob.glob(os.path.join(source, pattern)):
            with open(path, encoding="utf-8") as f:
                for row in re.findall(r"\b(?:F\d{1,3}|T\d\d)\b", f.read()):
                    found.setdefault(row, set()).add(name.format(re.split("test_|faults_", os.path.basename(path), maxsplit=1)[1].rsplit(".", 1)[0]))
    return {row: sorted(names) for row, names in found.items()}


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


def read_page(source, page):
    with open(os.path.join(source, page), encoding="utf-8") as f:
        return [(n, m.groups()) for n, line in enumerate(f, 1) if (m := ROW.match(line))]


def check_page(source, page, wanted, tests):
    rows = read_page(source, page)
    names = [cells[0] for _, cells in rows]
    bad = [(page, 0, f"{name} is missing") for name in wanted if name not in names]
    if not bad and names != wanted:
        bad.append((page, 0, "rows twice, out of order, or of nothing that is asked for"))
    for line, (name, _, _, verdict, shown) in rows:
        bad += [(page, line, text) for text in judge(name, verdict, shown, tests.get(name, []))]
    return bad


def check(source, _build):
    tests = shown_by(source)
    return [bad for page, wanted in PAGES.items() for bad in check_page(source, page, wanted, tests)]


def write(source):
    tests = shown_by(source)

    def anew(line):
        if not (m := ROW.match(line)):
            return line
        name, what, expected, verdict, _ = m.groups()
        verdict = "met" if verdict.startswith("open") and name in tests else verdict
        return f"| {name} | {what} | {expected} | {verdict} | {', '.join(tests.get(name, []))} |"
    for page in PAGES:
        path = os.path.join(source, page)
        with open(path, encoding="utf-8") as f:
            lines = f.read().splitlines()
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(map(anew, lines)) + "\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    else:
        tree.run(check)
