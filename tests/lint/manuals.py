"""manuals.py - the manual pages pass mandoc's lint, the one that is made of the tables too; and the tables tell all that it needs."""

import os
import re
import subprocess

import tree

MADE = "doc/vipd.conf.5"


def lint(path, name):
    r = subprocess.run(["mandoc", "-Tlint", "-W", "warning", path], capture_output=True, text=True)
    for line in (r.stdout + r.stderr).splitlines():
        m = re.match(r"mandoc: .*?:(\d+):\d+: (?:WARNING|ERROR|UNSUPP): (.*)", line)
        if m:
            yield name, int(m.group(1)), m.group(2)


def check(source, build):
    bad = []
    for name in sorted(os.listdir(os.path.join(source, "doc"))):
        if re.search(r"\.[1-8]$", name):
            bad += lint(os.path.join(source, "doc", name), "doc/" + name)
    made = os.path.join(build, MADE)
    if not os.path.isfile(made):
        return bad + [(MADE, 0, f"is not in '{build}': build first, or say --build")]
    bad += lint(made, MADE)
    with open(made, encoding="utf-8") as f:
        bad += [(MADE, n, "a line of the template is left") for n, line in enumerate(f, 1) if re.match(r"@[A-Z]+@$", line)]
    return bad


if __name__ == "__main__":
    tree.run(check)
