"""scripts.py - shell scripts pass shellcheck, Python files compile and pass pyflakes."""

import os
import re
import subprocess

import tree


def kind(source, path):
    if path.endswith(".py"):
        return "python"
    if path.endswith(".sh"):
        return "shell"
    first = tree.read(source, path).split("\n", 1)[0]
    if re.match(r"#!.*\bpython3?\b", first):
        return "python"
    return "shell" if re.match(r"#!.*\b(ba|da)?sh\b", first) else None


def lines(source, output, pattern):
    for ln in output.splitlines():
        m = re.match(pattern, ln)
        if m:
            yield os.path.relpath(m.group(1), source), int(m.group(2)), m.group(3)


def check(source, _build):
    found = {"shell": [], "python": []}
    for path in tree.everything(source):
        k = kind(source, path)
        if k:
            found[k].append(os.path.join(source, path))
    bad = []
    if found["shell"]:
        r = subprocess.run(["shellcheck", "-x", "-P", "SCRIPTDIR", "-f", "gcc"] + found["shell"], capture_output=True, text=True)
        bad += lines(source, r.stdout, r"(.*?):(\d+):\d+: (.*)")
    if found["python"]:
        r = subprocess.run(["pyflakes3"] + found["python"], capture_output=True, text=True)
        bad += lines(source, r.stdout + r.stderr, r"(.*?):(\d+):(?:\d+:?)? (.*)")
    return bad


if __name__ == "__main__":
    tree.run(check)
