"""synced.py - the kernel's daemons that synchronise connections, as ipvsadm sees them."""
import re

import lab

SYNC = "lvs_sync_daemon eth0"


def daemons(director):
    """As ipvsadm sees them: {"master": ("eth0", 51), ...}."""
    text = director.run("ipvsadm", "-l", "--daemon")
    return {role: (dev, int(syncid)) for role, dev, syncid in
            re.findall(r"^(master|backup) sync daemon \(mcast=(\w+), syncid=(\d+)", text, re.MULTILINE)}


def setting(director, name):
    return director.run("cat", f"/proc/sys/net/ipv4/vs/{name}").split()


def wait_daemons(director, roles, syncid=51, seconds=30):
    want = {role: ("eth0", syncid) for role in roles}
    lab.wait(lambda: daemons(director) == want, seconds, f"{director.name} runs {want}, it runs {daemons(director)}", step=0.1)
