#!/usr/bin/env python3
"""golden.py [--regenerate] VIPD [NAME...] - what `vipd -t` says about NAME.in must be NAME.ok, to the letter.

The file is read in a scratch directory of constant length next to every *.inc and an executable script.sh; @TMP@ stands for that
directory in .in and .ok. The last line of .ok is the exit code. NAME.gcc.ok and NAME.json.ok, where they are, are the same in
another --format (JSON with one member a line). --regenerate writes .ok instead: read the difference before a commit.
"""

import concurrent.futures
import difflib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LIMIT = 50  # seconds
FORMATS = ("text", "gcc", "json")


def prepare(scratch, name):
    for inc in HERE.glob("*.inc"):
        shutil.copy(inc, scratch)
    script = scratch / "script.sh"
    script.write_text("#!/bin/sh\nexit 0\n")
    script.chmod(0o755)
    plain = scratch / "plain.sh"
    plain.write_text("#!/bin/sh\nexit 0\n")
    plain.chmod(0o644)
    data = (HERE / f"{name}.in").read_bytes()
    (scratch / f"{name}.in").write_bytes(data.replace(b"@TMP@", str(scratch).encode()))


def readable(data):
    return json.dumps(json.loads(data), indent=1, ensure_ascii=False).encode() + b"\n"


def run(vipd, name, form):
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="vipd-conf-", dir="/tmp")).resolve()
    try:
        prepare(scratch, name)
        env = dict(os.environ, PATH="/usr/sbin:/usr/bin:/sbin:/bin", NO_COLOR="1", LC_ALL="C.UTF-8")
        p = subprocess.run([vipd, "-t", f"--format={form}", "-i", "left", "-f", f"{name}.in"], cwd=scratch, env=env,
                           stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
        out = (readable(p.stdout) if form == "json" else p.stdout) + p.stderr + f"exit {p.returncode}\n".encode()
        return out.replace(str(scratch).encode(), b"@TMP@")
    finally:
        shutil.rmtree(scratch)


def lines(data):
    return data.decode("utf-8", "backslashreplace").splitlines(keepends=True)


def compare(vipd, name, form, regenerate):
    """(whether it is as it should be, what differs)"""
    ok = HERE / (f"{name}.ok" if form == "text" else f"{name}.{form}.ok")
    if form != "text" and not ok.exists():
        return True, []
    got = run(vipd, name, form)
    want = ok.read_bytes() if ok.exists() else b""
    if got == want:
        return True, []
    if regenerate:
        ok.write_bytes(got)
    return regenerate, list(difflib.unified_diff(lines(want), lines(got), ok.name, f"{ok.name} now"))


def main():
    args = [a for a in sys.argv[1:] if a != "--regenerate"]
    if not args:
        sys.exit(__doc__)
    vipd = os.path.abspath(args[0])
    names = args[1:] or sorted(p.stem for p in HERE.glob("*.in"))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(compare, vipd, name, form, "--regenerate" in sys.argv[1:]) for name in names for form in FORMATS]
        results = [job.result() for job in jobs]
    for _, difference in results:
        sys.stdout.writelines(difference)
    sys.exit(0 if results and all(ok for ok, _ in results) else 1)


if __name__ == "__main__":
    main()
