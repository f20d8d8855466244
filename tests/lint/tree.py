"""tree.py - what every rule shares: the product's files, code without comments, functions, objects, the verdict.

A rule is a script with check(source, build) that returns its violations as (file, line, text); run(check) prints them and
exits 1 when there is one. The rules: ARCHITECTURE in doc/architecture.md; sizes and habits in this folder.
"""

import argparse
import os
import re
import subprocess
import sys

PRODUCT = ("lib", "vrrp", "checkers", "daemon", "ctl")


def files(source, tops=PRODUCT, ends=(".c", ".h")):
    """Paths below `tops`, relative to source, sorted."""
    found = []
    for top in tops:
        for folder, dirs, names in os.walk(os.path.join(source, top)):
            dirs[:] = [d for d in dirs if d not in ("__pycache__", "CMakeFiles")]
            found += [os.path.relpath(os.path.join(folder, n), source) for n in names if n.endswith(ends)]
    return sorted(found)


def read(source, path):
    with open(os.path.join(source, path), encoding="utf-8", errors="replace") as f:
        return f.read()


def everything(source):
    """All files that belong to the project: git's list, or a walk in an unpacked tarball."""
    git = subprocess.run(["git", "-C", source, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True)
    if git.returncode == 0:
        return sorted(p for p in git.stdout.splitlines() if os.path.isfile(os.path.join(source, p)))
    return [p for p in files(source, (".",), ("",)) if not re.match(r"\.git/|build", p)]


_TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code(text):
    """The text with comments blanked and strings emptied; line numbers stay."""

    def blank(m):
        t = m.group(0)
        return t[0] + t[-1] if t[0] in "\"'" else "\n" * t.count("\n")

    return _TOKEN.sub(blank, text)


_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def includes(source, path):
    """(line, is_quoted, name) of every #include."""
    for n, line in enumerate(read(source, path).splitlines(), 1):
        m = _INCLUDE.match(line)
        if m:
            yield n, m.group(1) == '"', m.group(2)


def resolve(source, path, name):
    """The project's file that a quoted include means, or None."""
    for folder in ("lib", ".", os.path.dirname(path)):
        candidate = os.path.normpath(os.path.join(folder, name))
        if os.path.isfile(os.path.join(source, candidate)):
            return candidate
    return None


class Function:
    def __init__(self, name, signature, first, last, body):
        self.name, self.signature, self.first, self.last, self.body = name, signature, first, last, body


def functions(text):
    """Function definitions, by the house's layout: signature and both outer braces at column 0."""
    lines = code(text).splitlines()
    start = None
    for i, line in enumerate(lines):
        if line and not line[0].isspace() and line[0] not in "#{}":
            start = i
        if line != "{" or start is None:
            continue
        signature = " ".join(s.strip() for s in lines[start:i])
        m = re.search(r"([A-Za-z_]\w*)\s*\(", signature)
        end = next((j for j in range(i, len(lines)) if lines[j].startswith("}")), len(lines) - 1)
        if m and "=" not in signature:
            yield Function(m.group(1), signature, start + 1, end + 1, lines[i + 1 : end])
        start = None


_TABLE = re.compile(r"^(\t*)\S.*\s=\s\{")


def tables(text):
    """(first, last) line numbers of initializers written over several lines."""
    lines = code(text).splitlines()
    ret, i = [], 0
    while i < len(lines):
        m = _TABLE.match(lines[i])
        depth = lines[i][m.end() - 1 :].count("{") - lines[i][m.end() - 1 :].count("}") if m else 0
        first = i
        while m and depth > 0 and lines[first].startswith((m.group(1) + "}", m.group(1) + "\t")):
            first -= 1
        if depth > 0:
            while depth > 0 and i + 1 < len(lines):
                i += 1
                depth += lines[i].count("{") - lines[i].count("}")
            ret.append((first + 1, i + 1))
        i += 1
    return ret


def objects(source, build):
    """(source file, object) of the product's compiled files, as CMake leaves them below the product's folders."""
    for top in PRODUCT:
        for folder, _, names in os.walk(os.path.join(build, top)):
            m = re.search(r"/CMakeFiles/[^/]+\.dir(/.*)?$", folder)
            if not m:
                continue
            home = os.path.relpath(folder[: m.start()], build) + (m.group(1) or "")
            for n in sorted(names):
                path = os.path.normpath(os.path.join(home, n[:-2]))
                if n.endswith(".c.o") and os.path.isfile(os.path.join(source, path)):
                    yield path, os.path.join(folder, n)


def symbols(objs):
    """{object: [(name, kind letter, section)]}, by one process."""
    ret = {obj: [] for obj in objs}
    out = subprocess.run(["nm", "--format=sysv", *objs], capture_output=True, text=True, check=True).stdout if objs else ""
    obj = objs[0] if objs else ""
    for line in out.splitlines():
        cell = [c.strip() for c in line.split("|")]
        if line.startswith("Symbols from "):
            obj = line[len("Symbols from ") : -1]
        elif len(cell) == 7 and cell[0] != "Name":
            ret[obj].append((cell[0], cell[2], cell[6]))
    return ret


def run(check, needs_objects=False):
    p = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    p.add_argument("--source", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    p.add_argument("--build", default=os.environ.get("VIPD_BUILD", ""))
    a = p.parse_args()
    source = os.path.realpath(a.source)
    if needs_objects and not any(objects(source, a.build)):
        sys.exit(f"no objects below '{a.build}': build first, or say --build")
    bad = check(source, a.build)
    for path, line, text in bad:
        print(f"{path}:{line}: {text}")
    print(f"{len(bad)} violations" if bad else "clean")
    sys.exit(1 if bad else 0)
