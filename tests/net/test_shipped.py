#!/usr/bin/python3
"""Every shipped example and every archetype: clean for `vipd -t` and, but for its own quirks, for keepalived's."""
import glob
import os
import re

import lab

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
SHIPPED = sorted([f"{TOP}/etc/vipd.conf", *glob.glob(f"{TOP}/etc/examples/*.conf")])
ARCHETYPES = sorted(glob.glob(f"{TOP}/tests/conf/archetypes/*.conf"))

# What keepalived 2.2.7 says about files in which nothing is wrong.
QUIRKS = (
    # Neutron's files: a scope on IPv6 addresses, a route without interface, the instance's own interface tracked.
    r"Cannot specify scope for IPv6 addresses",
    r"cannot track route \S+ with no interface specified, not tracking",
    r"Ignoring track_interface \S+ since own interface",
)
# Says so, and has words that keepalived does not know.
ALONE = "For vipd alone"
# Words that are vipd's own and must not stand in a file that claims to be keepalived's.
OWN_WORDS = ("on_sigusr1", "drill_interval", "drill_hold")


def furnish(host, texts):
    """Gives the host every interface that the files name."""
    names = {name for text in texts for name in re.findall(r"^\s*(?:interface|lvs_sync_daemon) (\S+)| dev (\S+)", text, re.M) for name in name if name} - {"lo"}
    host.ip(*[f"link add {name} type veth peer name p{i}" for i, name in enumerate(sorted(names))],
            *[f"link set {name} up" for name in sorted(names)])


def keepalived_says(host, text):
    """
    (exit status, lines that are no quirk). `keepalived -t` of 2.2.7 ends itself by SIGTERM after it looked at a script as another
    user than root (it takes its parent for dead), so that one word is changed for it.
    """
    host.write("/run/k.conf", re.sub(r"^(\s*script_user) .*", r"\1 root", text, flags=re.M))
    said = host.run("sh", "-c", f"{lab.KEEPALIVED} -t -l -f /run/k.conf; echo exit=$?").splitlines()
    return said[-1], [line for line in said[:-1] if line.strip() and not any(re.search(q, line) for q in QUIRKS)]


def faults(host, texts):
    wrong = []
    for name, text in texts.items():
        host.write("/run/v.conf", text)
        vipd = host.run("sh", "-c", f"{lab.BIN}/vipd -t -f /run/v.conf; echo exit=$?").splitlines()
        if vipd[-1] != "exit=0":
            wrong.append(f"{name}: vipd -t: " + "\n    ".join(vipd))
        status, lines = keepalived_says(host, text)
        if ALONE in text:
            if not any("Unknown keyword" in line for line in lines):
                wrong.append(f"{name}: keepalived takes it, too")
            continue
        if lines or status not in ("exit=0", "exit=5"):
            wrong.append(f"{name}: keepalived -t: {status}: " + "\n    ".join(lines))
        if any(re.search(rf"^\s*{word}\b", text, re.M) for word in OWN_WORDS):
            wrong.append(f"{name}: has a word that keepalived does not know")
    return wrong


def both():
    texts = {os.path.relpath(path, TOP): open(path).read() for path in [*SHIPPED, *ARCHETYPES]}
    lab.expect(len(SHIPPED) >= 4 and len(ARCHETYPES) == 12, f"{len(SHIPPED)} examples, {len(ARCHETYPES)} archetypes")
    with lab.Lab() as laboratory:
        host = lab.Host(laboratory, "h")
        furnish(host, texts.values())
        wrong = faults(host, texts)
    lab.expect(not wrong, "\n".join(wrong))
    print(f"    {len(texts)} files")


lab.main(both)
