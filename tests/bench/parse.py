#!/usr/bin/python3
"""
parse.py - what `-t` costs on 10,000, 20,000 and 50,000 real servers with a check each: vipd and keepalived on the same file.

Seconds of processor, the best of three (keepalived's largest run: one). "us each" tells whether vipd is linear: it stays.
"""
import os
import subprocess
import sys
import tempfile

import ipvs_table

BIN = os.environ.get("VIPD_BIN", os.path.join(os.path.dirname(__file__), "../../build/bin"))
CHECK = "        TCP_CHECK {\n            connect_timeout 2\n        }"
SERVERS = 100
SIZES = (10000, 20000, 50000)
RUNS = 3


def run(argv):
    """(seconds of processor, exit status, largest memory in MiB) of one run."""
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, process.returncode, used.ru_maxrss / 1024


def main():
    daemons = {"vipd": [os.path.join(BIN, "vipd"), "-t", "-f"], "keepalived": ["/usr/sbin/keepalived", "-t", "-f"]}
    print(f"{'real servers':>12}{'vipd s':>10}{'us each':>9}{'MiB':>6}{'keepalived s':>14}{'MiB':>6}{'ratio':>9}    exit statuses")
    for size in SIZES:
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
            conf.write(ipvs_table.text(ipvs_table.wanted(size // SERVERS, SERVERS), CHECK))
            conf.flush()
            ours = min(run([*daemons["vipd"], conf.name]) for _ in range(RUNS))
            theirs = min(run([*daemons["keepalived"], conf.name]) for _ in range(RUNS if size < SIZES[-1] else 1))
        print(f"{size:12}{ours[0]:10.2f}{ours[0] / size * 1e6:9.1f}{ours[2]:6.0f}{theirs[0]:14.2f}{theirs[2]:6.0f}"
              f"{theirs[0] / max(ours[0], 0.001):7.1f} x    {ours[1]}, {theirs[1]}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
