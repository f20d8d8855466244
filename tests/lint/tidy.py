"""tidy.py - clang-tidy with .clang-tidy over the product's files, two at a time."""

import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import tree

_FINDING = re.compile(r"(.*?):(\d+):\d+: (?:warning|error): (.*)")


def tidy(source, build, path):
    r = subprocess.run(["clang-tidy", "--quiet", "-p", build, os.path.join(source, path)], capture_output=True, text=True)
    return [(os.path.relpath(m.group(1), source), int(m.group(2)), m.group(3))
            for m in map(_FINDING.match, r.stdout.splitlines()) if m]


def check(source, build):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as f:
        known = {os.path.relpath(os.path.realpath(c["file"]), source) for c in json.load(f)}
    paths = [p for p in tree.files(source, ends=(".c",)) if p in known]
    with ThreadPoolExecutor(2) as pool:
        found = {v for r in pool.map(lambda p: tidy(source, build, p), paths) for v in r}
    return sorted(found)


if __name__ == "__main__":
    tree.run(check, needs_objects=True)
