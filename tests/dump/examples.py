#!/usr/bin/env python3
"""examples.py VIPD CONF_PAGE - `vipd -t` finds no mistake in any block's example of the manual page, and says of exactly those that the
page calls "not supported yet" that they are."""

import subprocess
import sys

import common


def main():
    vipd, conf_page = sys.argv[1:3]
    failed = 0
    with common.scratch() as path:
        r = subprocess.run([conf_page, "--examples", str(path)], capture_output=True, text=True, timeout=common.LIMIT, check=True)
        rows = [line.split() for line in r.stdout.splitlines()]
        for name, status in rows:
            t = common.run(vipd, path, "-t", "-f", name)
            said = (t.stdout + t.stderr).decode(errors="replace")
            word = "" if status == "later" else name.split(".")[-2] + "'"
            if t.returncode or (f"{word} is not supported yet" in said) != (status == "later"):
                failed += 1
                print(f"{name} ({status}): vipd -t exits {t.returncode}: {t.stderr.decode(errors='replace')}")
    print(f"{len(rows)} examples, {failed} are not read as they should")
    sys.exit(1 if failed or not rows else 0)


if __name__ == "__main__":
    main()
