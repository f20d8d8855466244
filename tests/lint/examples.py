"""examples.py - every configuration that is shipped passes `vipd -t` with exit status 0: no error, no warning."""

import os
import subprocess

import tree

SHIPPED = ("etc/vipd.conf",)


def check(source, build):
    bad = []
    for path in sorted(SHIPPED + tuple(tree.files(source, ("etc/examples",), (".conf",)))):
        r = subprocess.run([os.path.join(build, "bin", "vipd"), "-t", "-f", os.path.join(source, path)],
                           stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if r.returncode:
            said = (r.stdout + r.stderr).strip().splitlines()
            bad.append((path, 1, f"vipd -t exits {r.returncode}: " + "\n    ".join(said[:20])))
    return bad


if __name__ == "__main__":
    tree.run(check)
