"""headers.py - each header compiles alone and twice, has its guard FOLDER_FILE_H, is the first include of its own .c file."""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import tree

FLAGS = ["-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c", "-"]


def guard_name(path):
    folder, name = os.path.split("vip" + path if path.startswith("ctl/") else path)
    return re.sub(r"\W", "_", f"{os.path.basename(folder)}_{name}").upper()


def guard(source, path):
    lines = [ln for ln in tree.code(tree.read(source, path)).splitlines() if ln.strip()]
    want = guard_name(path)
    if lines[:2] != [f"#ifndef {want}", f"#define {want}"] or lines[-1] != "#endif":
        return [(path, 1, f"has no guard {want} around everything")]
    return []


def compiles(source, path):
    text = f'#include "{path}"\n#include "{path}"\n'
    r = subprocess.run(["gcc", "-I" + os.path.join(source, "lib"), "-I" + source] + FLAGS, input=text,
                       capture_output=True, text=True)
    if r.returncode == 0:
        return []
    first = next((ln for ln in r.stderr.splitlines() if "error" in ln), r.stderr.strip())
    return [(path, 1, f"does not compile alone: {first.replace(source + '/', '')}")]


def own_first(source, path):
    own = path[:-2] + ".h"
    if not path.endswith(".c") or not os.path.isfile(os.path.join(source, own)):
        return []
    first = next(iter(tree.includes(source, path)), None)
    if first and first[1] and tree.resolve(source, path, first[2]) == own:
        return []
    return [(path, first[0] if first else 1, f"{own} must be the first include")]


def check(source, _build):
    bad, headers = [], [p for p in tree.files(source) if p.endswith(".h")]
    for path in headers:
        bad += guard(source, path)
    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(lambda p: compiles(source, p), headers):
            bad += found
    for path in tree.files(source):
        bad += own_first(source, path)
    return bad


if __name__ == "__main__":
    tree.run(check)
