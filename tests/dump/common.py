"""common.py - how the tests of this folder run vipd: offline, in a scratch directory, with the files that the inputs include."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
CONF = TOP / "tests" / "conf"
LIMIT = 60  # seconds
ENV = dict(os.environ, PATH="/usr/sbin:/usr/bin:/sbin:/bin", NO_COLOR="1", LC_ALL="C.UTF-8")


def inputs():
    """Every configuration of the tree that is meant to be read."""
    found = sorted(CONF.glob("*.in")) + sorted((CONF / "archetypes").glob("*.conf"))
    return found + sorted((TOP / "etc" / "examples").glob("*.conf")) + [TOP / "etc" / "vipd.conf"] + sorted(HERE.glob("*.conf"))


@contextlib.contextmanager
def scratch():
    """A directory with what the inputs name besides themselves."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="vipd-dump-", dir="/tmp")).resolve()
    try:
        for inc in CONF.glob("*.inc"):
            shutil.copy(inc, path)
        for name, mode in (("script.sh", 0o755), ("plain.sh", 0o644)):
            (path / name).write_text("#!/bin/sh\nexit 0\n")
            (path / name).chmod(mode)
        yield path
    finally:
        shutil.rmtree(path)


def place(source, path):
    """Copies an input into the scratch directory, @TMP@ replaced by it."""
    target = path / source.name
    target.write_bytes(source.read_bytes().replace(b"@TMP@", str(path).encode()))
    return target


def run(vipd, cwd, *args):
    return subprocess.run([vipd, *args], cwd=cwd, env=ENV, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)


def dump(vipd, file, how="--dump=plain"):
    """The dump of a file, or None where the file has an error."""
    r = run(vipd, file.parent, how, "-i", "left", "-f", file.name)
    if r.returncode == 4:
        return None
    if r.returncode:
        raise RuntimeError(f"{file.name}: vipd {how} exits {r.returncode}: {r.stderr.decode(errors='replace')}")
    return r.stdout


def findings(vipd, file):
    """What `vipd -t` says about a file, without places: a set of (class, id of the lint or else the sentence)."""
    r = run(vipd, file.parent, "-t", "--format=json", "-i", "left", "-f", file.name)
    return {(f["class"], f["id"] or f["text"]) for f in json.loads(r.stdout)["findings"]}
