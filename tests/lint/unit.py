"""unit.py - the systemd unit is understood whole, and its exposure stays where it is (systemd-analyze security)."""

import os
import re
import subprocess

import tree

UNIT, EXPOSURE = "etc/systemd/vipd.service", 36  # tenths


def check(source, _build):
    path, bad = os.path.join(source, UNIT), []
    r = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", path],
                       capture_output=True, text=True)
    if r.returncode:
        said = (r.stdout + r.stderr).strip().splitlines()
        bad.append((UNIT, 1, f"exposure above {EXPOSURE / 10}: {said[-1] if said else 'no answer'}"))
    r = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True)
    for line in r.stderr.splitlines():
        m = re.match(r".*vipd\.service:(\d+): (.*)", line)
        if m:
            bad.append((UNIT, int(m.group(1)), m.group(2)))
    return bad


if __name__ == "__main__":
    tree.run(check)
