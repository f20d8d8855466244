"""format.py - clang-format gates, tables excepted: their columns are set by hand. With --fix it writes the files."""

import difflib
import os
import shutil
import subprocess
import sys
import tempfile

import tree

COMMENT_COLUMNS = 132


def hidden(text):
    """The text with each table and each macro of several lines as one short line, and what those lines stand for."""
    lines, out, stood, i = text.split("\n"), [], {}, 0
    ends = dict(tree.tables(text))
    while i < len(lines):
        last = ends.get(i + 1, i + 1)
        while lines[last - 1].endswith("\\"):
            last += 1
        if last > i + 1:
            word = f"#define LINT_HIDES_{i}" if lines[i].startswith("#") else f"extern int lint_hides_{i};"
            stood[word] = "\n".join(lines[i:last])
            indent = lines[i][: len(lines[i]) - len(lines[i].lstrip("\t"))]
            out.append(indent + word)
        else:
            out.append(lines[i])
        i = last
    return "\n".join(out), stood


def formatted(source, texts):
    """{path: text} as clang-format wants it; one process for all: it takes longer to start than to format a file."""
    wanted = {}
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(os.path.join(source, ".clang-format"), folder)
        for path, text in texts.items():
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            with open(os.path.join(folder, path), "w", encoding="utf-8") as f:
                f.write(hidden(text)[0])
        if texts:
            subprocess.run(["clang-format", "-i", "--style=file", *texts], cwd=folder, check=True)
        for path, text in texts.items():
            stood = hidden(text)[1]
            wanted[path] = "\n".join(stood.get(line.strip(), line) for line in tree.read(folder, path).split("\n"))
    return wanted


def long_lines(path, text):
    """clang-format sees to code; a comment may stand out a little, no more."""
    inside = {n for first, last in tree.tables(text) for n in range(first, last + 1)}
    for n, line in enumerate(text.split("\n"), 1):
        if n not in inside and len(line.expandtabs()) > COMMENT_COLUMNS:
            yield path, n, f"has {len(line.expandtabs())} columns, {COMMENT_COLUMNS} are the limit of a comment"


def fix(source, paths):
    for path, want in formatted(source, {p: tree.read(source, p) for p in paths}).items():
        with open(os.path.join(source, path), "w", encoding="utf-8") as f:
            f.write(want)


def check(source, _build):
    bad = []
    texts = {path: tree.read(source, path) for path in tree.files(source, tree.PRODUCT + ("tests",))}
    for path, want in formatted(source, texts).items():
        text = texts[path]
        bad += long_lines(path, text)
        if want == text:
            continue
        changes = difflib.SequenceMatcher(None, text.split("\n"), want.split("\n"), False).get_opcodes()
        first = next(c for c in changes if c[0] != "equal")
        bad.append((path, first[1] + 1, f"clang-format would write: {want.split(chr(10))[first[3]].strip()[:90]}"))
    return bad


if __name__ == "__main__":
    if "--fix" in sys.argv:
        at = sys.argv.index("--fix")
        top = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
        fix(top, [os.path.relpath(os.path.realpath(p), top) for p in sys.argv[at + 1 :]])
    else:
        tree.run(check)
