#!/usr/bin/env python3
"""golden.py [--regenerate] VIPD [NAME...] - what `vipd -t` says about NAME.in must be NAME.ok, to the letter.

The file is read in a scratch directory of constant length next to every *.inc and an executable script.sh; @TMP@ stands for that
directory in .in and .ok. The last line of .ok is the exit code. --regenerate writes .ok instead: read the difference before a commit.
"""

import difflib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LIMIT = 50  # seconds


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


def run(vipd, name):
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="vipd-conf-", dir="/tmp")).resolve()
    try:
        prepare(scratch, name)
        env = dict(os.environ, PATH="/usr/sbin:/usr/bin:/sbin:/bin", NO_COLOR="1", LC_ALL="C.UTF-8")
        p = subprocess.run([vipd, "-t", "-i", "left", "-f", f"{name}.in"], cwd=scratch, env=env, capture_output=True,
                           timeout=LIMIT, check=False)
        out = p.stdout + p.stderr + f"exit {p.returncode}\n".encode()
        return out.replace(str(scratch).encode(), b"@TMP@")
    finally:
        shutil.rmtree(scratch)


def lines(data):
    return data.decode("utf-8", "backslashreplace").splitlines(keepends=True)


def check(vipd, name, regenerate):
    ok = HERE / f"{name}.ok"
    got = run(vipd, name)
    want = ok.read_bytes() if ok.exists() else b""
    if got == want:
        return True
    sys.stdout.writelines(difflib.unified_diff(lines(want), lines(got), f"{name}.ok", f"{name}.in now"))
    if regenerate:
        ok.write_bytes(got)
    return regenerate


def main():
    args = [a for a in sys.argv[1:] if a != "--regenerate"]
    if not args:
        sys.exit(__doc__)
    vipd = os.path.abspath(args[0])
    names = args[1:] or sorted(p.stem for p in HERE.glob("*.in"))
    results = [check(vipd, name, "--regenerate" in sys.argv[1:]) for name in names]
    sys.exit(0 if results and all(results) else 1)


if __name__ == "__main__":
    main()
