"""paths.py - nothing in the tree names a developer's machine: no home directory, and not the place of this very checkout."""

import os
import re

import tree

_HOME = r"(?:^|[^\w.])/home/[a-z]+(?:/|\b)"


def check(source, _build):
    bad = []
    machine = re.compile(_HOME + "|" + re.escape(os.path.realpath(source)) + r"(?:/|\b)")
    for path in tree.everything(source):
        if path.startswith("tests/lint/"):
            continue
        text = tree.read(source, path)
        if "\0" in text:
            continue
        for n, line in enumerate(text.splitlines(), 1):
            m = machine.search(line)
            if m:
                bad.append((path, n, f"names a machine's path: {m.group(0).strip()}"))
    return bad


if __name__ == "__main__":
    tree.run(check)
