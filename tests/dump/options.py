#!/usr/bin/env python3
"""options.py VIPD - what `vipd --dump` does besides printing: exit statuses, where findings go, and that -i chooses the lines."""

import subprocess
import sys

import common

GOOD = "vrrp_instance v {\n interface lo\n virtual_router_id 51\n @left priority 150\n @right priority 90\n linkbeat_use_polling\n" \
       " virtual_ipaddress {\n  192.0.2.1\n }\n}\n"
BAD = "vrrp_instance v {\n interface lo\n priority 300\n}\n"
# arguments, exit status, a piece of standard output, a piece of standard error; None: nothing at all is said there
ROWS = (
    (("--dump", "-i", "left", "-f", "good"), 0, "\tpriority 150  ", "linkbeat_use_polling"),
    (("--dump=plain", "-i", "right", "-f", "good"), 0, "\tpriority 90\n", "linkbeat_use_polling"),
    (("--dump=plain", "-i", "middle", "-f", "good"), 0, "\tversion 2\n", "linkbeat_use_polling"),
    (("--dump", "-f", "bad"), 4, None, "300"),
    (("--dump", "-f", "missing"), 4, None, "missing"),
    (("--dump=all", "-f", "good"), 64, None, "--dump=all"),
    (("--dump", "-f", "good", "more"), 64, None, "more"),
)


# what is printed is lost: arguments, exit status
FULL = (
    (("--dump", "-f", "good"), 1),
    (("--keywords",), 1),
    (("--keywords=json",), 1),
    (("--lints",), 1),
    (("-t", "--format=json", "-f", "good"), 4),
    (("-t", "--diff", "good", "-f", "good"), 4),
)


def is_said(piece, text):
    return text == "" if piece is None else piece in text


def main():
    vipd = sys.argv[1]
    failed = 0
    with common.scratch() as path:
        (path / "good").write_text(GOOD)
        (path / "bad").write_text(BAD)
        for args, status, out, err in ROWS:
            r = common.run(vipd, path, *args)
            if r.returncode != status or not is_said(out, r.stdout.decode()) or not is_said(err, r.stderr.decode()):
                failed += 1
                print(f"vipd {' '.join(args)}: exit {r.returncode}\n{r.stdout.decode()}{r.stderr.decode()}")
        for args, status in FULL:
            with open("/dev/full", "wb") as full:
                r = subprocess.run([vipd, *args], cwd=path, stdout=full, stderr=subprocess.PIPE)
            if r.returncode != status or b"No space left on device" not in r.stderr:
                failed += 1
                print(f"vipd {' '.join(args)} >/dev/full: exit {r.returncode}\n{r.stderr.decode()}")
    print(f"{len(ROWS) + len(FULL)} rows, {failed} fail")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
