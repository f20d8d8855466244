#!/usr/bin/python3
"""What `vipd -t` says of files with very many mistakes, and of one with nothing in it."""
import re
import subprocess

import lab
from mains import CONF, VIPD, not_running


def run(director, *words, code=None):
    done = subprocess.run(director.enter(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    lab.expect(code is None or done.returncode == code, f"{words}: exit {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout, done.stderr


def long_reports():
    """Of 250 mistakes 200 are printed and the rest is counted; --format=full prints all; a file without a line is named."""
    with not_running("".join(f"nothing_{i} {i}\n" for i in range(250))) as (_, director):
        said = run(director, VIPD, "-t", "-f", CONF)[1]
        lab.expect(len(re.findall(r"daemon.conf:\d+:\d+: ", said)) == 200 and "50 more are not shown: --format=full" in said, said[-300:])
        said = run(director, VIPD, "-t", "--format=full", "-f", CONF)[1]
        lab.expect(len(re.findall(r"daemon.conf:\d+:\d+: ", said)) == 250 and "not shown" not in said, said[-300:])
        director.write(CONF, "# nothing yet\n")
        said = run(director, VIPD, "-t", "-f", CONF, code=0)[1]
        lab.expect("nothing is configured in it" in said and "clean" not in said, said)


lab.main(long_reports)
