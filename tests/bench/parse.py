#!/usr/bin/python3
"""parse.py - how long `-t` takes on 10,000, 20,000 and 50,000 real servers with a check each: vipd and keepalived on the same file."""
import os
import resource
import subprocess
import sys
import tempfile
import time

import ipvs_table

BIN = os.environ.get("VIPD_BIN", os.path.join(os.path.dirname(__file__), "../../build/bin"))
CHECK = "        TCP_CHECK {\n            connect_timeout 2\n        }"
SERVERS = 100
SIZES = (10000, 20000, 50000)
RUNS = 3


def run(argv):
    """(seconds of processor, largest memory in MiB, exit status) of one run."""
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        status = subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600).returncode
    except subprocess.TimeoutExpired:
        return float("inf"), 0, "timeout"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024, status, time.monotonic() - start


def main():
    daemons = {"vipd": [os.path.join(BIN, "vipd"), "-t", "-f"], "keepalived": ["/usr/sbin/keepalived", "-t", "-f"]}
    print(f"{'real servers':>12}{'vipd s':>10}{'keepalived s':>14}{'ratio':>10}    exit statuses")
    for size in SIZES:
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
            conf.write(ipvs_table.text(ipvs_table.wanted(size // SERVERS, SERVERS), CHECK))
            conf.flush()
            best, status = {}, {}
            for name, argv in daemons.items():
                runs = [run(argv + [conf.name]) for _ in range(RUNS if size < SIZES[-1] else 1)]
                best[name], status[name] = min(r[0] for r in runs), runs[0][2]
        print(f"{size:12}{best['vipd']:10.2f}{best['keepalived']:14.2f}{best['keepalived'] / max(best['vipd'], 0.001):9.1f} x"
              f"    {status['vipd']}, {status['keepalived']}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
