"""conformance.py - doc/conformance.md, doc/ipvs.md and the tests stay in step: every row of a page's list is on it once, in order, with
its requirement; one that is met names each test whose source names the row, and has at least one; the others say why. With --write the
columns that are not a person's words (id, level, requirement, tests) are made anew.
"""

import glob
import json
import os
import re
import sys

import tree

PAGES = (("doc/conformance.md", "tests/vectors/vrrp_checklist.json"), ("doc/ipvs.md", "tests/vectors/ipvs_rows.json"))
VERDICTS = ("met", "policy", "not applicable", "open")
ROW = re.compile(r"^\| ([A-Z0-9]+-\d+) \| (.*?) \| (.*?) \| (.*?) \| (.*) \|$")
# where a row may be named -> the test that the file belongs to
SOURCES = (("tests/unit/test_*.c", "unit.{}"), ("tests/net/test_*.py", "net.{}"), ("tests/vm/test_*.py", "vm.{}"),
           ("tests/conf/test_*.c", "conf.{}"))
RULES = "tests/lint/*.py"
FUZZ = "tests/fuzz/fuzz_*.c"
SCENARIO = ("tests/scenario/random.c", "tests/scenario/rules.c")


def rows(source, listed):
    with open(os.path.join(source, listed), encoding="utf-8") as f:
        return json.load(f)


def shown_by(source):
    """Row -> sorted names of the tests that name it."""
    found = {}
    files = [(path, name.format(os.path.basename(path).split("test_")[1].rsplit(".", 1)[0]))
             for pattern, name in SOURCES for path in glob.glob(os.path.join(source, pattern))]
    rules = [(path, "lint." + os.path.basename(path)[:-3]) for path in glob.glob(os.path.join(source, RULES))]
    rules += [(path, "fuzz." + os.path.basename(path)[5:-2]) for path in glob.glob(os.path.join(source, FUZZ))]
    for path, name in files + rules + [(os.path.join(source, path), "scenario.random") for path in SCENARIO]:
        with open(path, encoding="utf-8") as f:
            for row in re.findall(r"\b[A-Z][A-Z0-9]+-\d\d\b", f.read()):
                found.setdefault(row, set()).add(name)
    return {row: sorted(names) for row, names in found.items()}


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def verdict_of(text):
    return next((v for v in VERDICTS if text == v or text.startswith(v + ": ")), None)


def judge(row, page, tests):
    """What is wrong with one row of the page, in words."""
    line, level, requirement, verdict, shown = page
    if (level, requirement) != (row["level"], cell(row["requirement"])):
        yield line, f"{row['id']}: not the checklist's words; run this script with --write"
    word = verdict_of(verdict)
    if not word:
        yield line, f"{row['id']}: '{verdict}' is none of {', '.join(VERDICTS)}, with ': why' where it is not met"
    elif word == "met" and not tests:
        yield line, f"{row['id']}: met, but no test names it"
    elif word != "met" and len(verdict) < len(word) + 9:
        yield line, f"{row['id']}: {word}: why?"
    if shown != ", ".join(tests):
        yield line, f"{row['id']}: shown by '{shown}', but the tests that name it are '{', '.join(tests)}'; run with --write"


def read_page(source, page):
    with open(os.path.join(source, page), encoding="utf-8") as f:
        return [(n, m.group(1), m.groups()[1:]) for n, line in enumerate(f, 1) if (m := ROW.match(line))]


def check_page(source, path, listed):
    wanted, tests, lines = rows(source, listed), shown_by(source), read_page(source, path)
    page = {name: (line, *cells) for line, name, cells in lines}
    bad = [(path, 0, f"{row['id']} is missing") for row in wanted if row["id"] not in page]
    if not bad and [name for _, name, _ in lines] != [row["id"] for row in wanted]:
        bad.append((path, 0, "rows twice, or not in the list's order"))
    for row in wanted:
        if row["id"] in page:
            bad += [(path, line, text) for line, text in judge(row, page[row["id"]], tests.get(row["id"], []))]
    return bad


def check(source, _build):
    return [wrong for page in PAGES for wrong in check_page(source, *page)]


def write(source, page, listed):
    """The page anew: what stands before its first heading of a group, then the groups; verdicts are kept."""
    path, tests = os.path.join(source, page), shown_by(source)
    verdicts = {name: cells[2] for _, name, cells in read_page(source, page)}
    with open(path, encoding="utf-8") as f:
        text = f.read().split("\n## ", 1)[0].rstrip() + "\n"
    group = None
    for row in rows(source, listed):
        if row["group"] != group:
            group = row["group"]
            text += f"\n## {re.sub('^[A-Z]. ', '', group)}\n\n| row | level | requirement | here | shown by |\n|---|---|---|---|---|\n"
        shown = ", ".join(tests.get(row["id"], []))
        text += f"| {row['id']} | {row['level']} | {cell(row['requirement'])} | {verdicts.get(row['id'], 'met')} | {shown} |\n"
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        for one in PAGES:
            write(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."), *one)
    else:
        tree.run(check)
