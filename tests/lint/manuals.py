"""manuals.py - the manual pages pass mandoc's lint; vipd.conf.5 and the tables of keywords name the same words."""

import os
import re
import subprocess

import tree

PAGE = "doc/vipd.conf.5"
_ROW = re.compile(r'\.name = "([^"]+)"(?:[^}]*?)\.type = (CONF_\w+)', re.S)
_MACRO = re.compile(r"^#define (\w+)\((?:[^\n]*\\\n)*[^\n]*?\.type = (CONF_\w+)", re.M)
WITHOUT_EFFECT = {"CONF_ACCEPTED", "CONF_UNSUPPORTED", "CONF_ALIAS"}


def lint(source, path):
    r = subprocess.run(["mandoc", "-Tlint", "-W", "warning", os.path.join(source, path)], capture_output=True, text=True)
    for line in (r.stdout + r.stderr).splitlines():
        m = re.match(r"mandoc: .*?:(\d+):\d+: (?:WARNING|ERROR|UNSUPP): (.*)", line)
        if m:
            yield path, int(m.group(1)), m.group(2)


def rows(source):
    """word -> (file, line) of every row that takes effect, written out or by a macro of its file."""
    found = {}
    for path in tree.files(source, ends=(".c",)):
        if not os.path.basename(path).startswith("schema"):
            continue
        text = tree.read(source, path)
        types = dict(_MACRO.findall(text))
        by_macro = re.compile(r'^\t(%s)\("([^"]+)"' % "|".join(map(re.escape, types)), re.M) if types else None
        hits = [(m, m.group(1), m.group(2)) for m in _ROW.finditer(text)]
        hits += [(m, m.group(2), types[m.group(1)]) for m in by_macro.finditer(text)] if by_macro else []
        for m, word, kind in hits:
            if kind not in WITHOUT_EFFECT:
                found.setdefault(word, (path, text.count("\n", 0, m.start()) + 1))
    return found


def check(source, _build):
    bad = []
    for name in sorted(os.listdir(os.path.join(source, "doc"))):
        if re.search(r"\.[1-8]$", name):
            bad += lint(source, "doc/" + name)
    page = tree.read(source, PAGE)
    words = set(re.findall(r"[A-Za-z][\w-]*", re.sub(r"\\&", "", page)))
    known = rows(source)
    bad += [(path, line, f"'{word}' is not in {PAGE}") for word, (path, line) in sorted(known.items()) if word not in words]
    for n, line in enumerate(page.splitlines(), 1):
        m = re.match(r"\.It Ic (\S+)", line)
        if m and known and m.group(1) not in known:
            bad.append((PAGE, n, f"no table has '{m.group(1)}' as a word with effect"))
    return bad


if __name__ == "__main__":
    tree.run(check)
