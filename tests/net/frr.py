"""frr.py - FRR's bfdd on a host of the laboratory, as a peer for BFD: its own /run/frr, one configuration file, vtysh to ask it."""

import json
import os
import shutil
import subprocess

from lab import Failed, expect, wait

BFDD = "/usr/lib/frr/bfdd"


def peer(neighbor, local=None, multihop=False, receive=50, transmit=50, multiplier=3, more=()):
    """One `peer` of a bfd block."""
    words = f" peer {neighbor}" + (" multihop" if multihop else "") + (f" local-address {local}" if local else "")
    lines = [f"detect-multiplier {multiplier}", f"receive-interval {receive}", f"transmit-interval {transmit}", *more]
    return "\n".join([words, *("  " + line for line in lines), " !"])


def start(host, *peers):
    """Starts bfdd on the host; its configuration is these peers."""
    host.write("/run/frr/bfdd.conf", "bfd\n" + "\n".join(peers) + "\n!\n")
    host.write("/run/frr/vtysh.conf", "")
    root = f"/proc/{host.pid}/root/run/frr"
    for path in (root, f"{root}/bfdd.conf"):
        shutil.chown(path, "frr", "frr")
    rank = ("chrt", "-r", "50") if may_be_realtime() else ()
    host.bfdd = host.popen(*rank, BFDD, "-f", "/run/frr/bfdd.conf", "-i", "/run/frr/bfdd.pid", "--vty_socket", "/run/frr",
                           "--bfdctl", "/run/frr/bfdd.sock", log=f"bfdd_{host.name}.log")
    wait(lambda: os.path.exists(f"{root}/bfdd.vty"), 30, "bfdd listens for vtysh")
    return host.bfdd


def may_be_realtime():
    """Whether a process of ours may have a real-time priority: then its pace is not that of the machine's other work."""
    return subprocess.run(["chrt", "-r", "50", "true"], stderr=subprocess.DEVNULL).returncode == 0


def vtysh(host, *commands):
    argv = ["vtysh", "--vty_socket", "/run/frr", "-d", "bfdd"]
    for command in commands:
        argv += ["-c", command]
    return host.run(*argv)


def peers(host):
    """What bfdd says of its peers, by address."""
    text = vtysh(host, "show bfd peers json")
    try:
        return {p["peer"]: p for p in json.loads(text)}
    except (ValueError, KeyError):
        raise Failed(f"bfdd says: {text}") from None


def wait_for(host, neighbor, status, seconds=30):
    return wait(lambda: peers(host).get(neighbor, {}).get("status") == status and peers(host)[neighbor], seconds,
                f"bfdd: {neighbor} is {status}", 0.05)


def expect_installed():
    expect(os.access(BFDD, os.X_OK), f"{BFDD} is missing: tests/packages has the list")
