"""unit.py - the systemd units are understood whole, and their exposure stays where it is (systemd-analyze security)."""

import os
import re
import subprocess

import tree

# unit -> its exposure in tenths
UNITS = {"vipd.service": 36, "vipd-realserver.service": 26, "vipd-realserver@.service": 26}


def check(source, _build):
    bad = []
    for name, exposure in UNITS.items():
        unit = "etc/systemd/" + name
        path = os.path.join(source, unit)
        r = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--threshold={exposure}", path],
                           capture_output=True, text=True)
        if r.returncode:
            said = (r.stdout + r.stderr).strip().splitlines()
            bad.append((unit, 1, f"exposure above {exposure / 10}: {said[-1] if said else 'no answer'}"))
        r = subprocess.run(["systemd-analyze", "verify", "--man=no", path],
                           capture_output=True, text=True)
        for line in r.stderr.splitlines():
            m = re.match(r".*" + re.escape(name) + r":(\d+): (.*)", line)
            if m:
                bad.append((unit, int(m.group(1)), m.group(2)))
    return bad


if __name__ == "__main__":
    tree.run(check)
