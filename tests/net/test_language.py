#!/usr/bin/python3
"""Case by case what `vipd -t` and `keepalived -t` say of keepalived's language: the same, or why not."""
import json
import pathlib
import re
import tempfile

import lab
import language

# keepalived 2.2.7 tracks no route without an interface; vipd does.
QUIRK = r"cannot track route \S+ with no interface specified, not tracking"
# What the other blocks of a file name, and what each block needs to be whole; a line of a case goes before one with its first word.
AROUND = {
    "global_defs": ("", ["script_user root", "enable_script_security"]),
    "vrrp_instance": ("VI_1", ["interface eth0", "virtual_router_id 51", "virtual_ipaddress { ; 192.0.2.100/24 ; }"]),
    "vrrp_sync_group": ("G", ["group { ; VI_1 ; VI_2 ; }"]),
    "vrrp_script": ("S", ["script /bin/true"]),
    "track_file": ("F", ["file /run/number"]),
    "vrrp_track_process": ("P", ["process sleep"]),
    "bfd_instance": ("B", ["neighbor_ip 192.0.2.251"]),
    "garp_group": ("", ["interface eth0", "garp_interval 0.01"]),
}
# Words that say the same; objects are tracked by the instance.
SAME = {"neighbour_ip": "neighbor_ip", "interfaces": "interface"}
TRACKED = {"vrrp_script": "track_script { ; S ; }", "track_file": "track_file { ; F ; }", "vrrp_track_process": "track_process { ; P ; }",
           "bfd_instance": "track_bfd { ; B ; }"}
NAMED = {
    "track_script": "vrrp_script check { ; script /bin/true ; }",
    "track_file": "track_file file { ; file /run/number ; }",
    "track_process": "vrrp_track_process process { ; process sleep ; }",
    "track_bfd": "bfd_instance bfd { ; neighbor_ip 192.0.2.250 ; }",
}


def written(block, case):
    """The file of one case."""
    inner = block in ("virtual_ipaddress", "virtual_routes", "virtual_rules")
    if inner:
        block, case = "vrrp_instance", f"{block} {{ ; {case} ; }}"
    first = {SAME.get(word, word) for word in (line.split()[0] for line in case.split(" ; "))}
    blocks = {name: list(AROUND[name][1]) for name in ("global_defs", "vrrp_instance")}
    blocks["vrrp_instance"] += [TRACKED[block]] if block in TRACKED else []
    lines = [NAMED[word] for word in sorted(first) if word in NAMED and block]
    if block:
        blocks[block] = [case] + [line for line in AROUND[block][1] if line.split()[0] not in first]
    else:
        lines.append(case)
    if block == "vrrp_sync_group":
        lines.append("vrrp_instance VI_2 { ; interface eth0 ; virtual_router_id 52 ; virtual_ipaddress { ; 192.0.2.102/24 ; } ; }")
    for name, inside in sorted(blocks.items(), key=lambda item: item[0] == "vrrp_instance"):
        lines.append(f"{name} {AROUND[name][0]} {{ ; " + " ; ".join(inside) + " ; }")
    return "\n".join(lines).replace(" ; ", "\n") + "\n"


def cases():
    """(block, case) of the whole language."""
    return [(block, case) for block, text in language.BLOCKS.items() for case in text.strip().splitlines()]


def ask(host, all_cases):
    """What both say, (output and exit status of keepalived, document of vipd), case by case."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (block, case) in enumerate(all_cases):
            with open(f"{folder}/{number}.conf", "w", encoding="utf-8") as file:
                file.write(written(block, case))
        host.run("sh", "-c", f"cd {folder} && for f in *.conf; do timeout 3 {lab.KEEPALIVED} -t -l -f $f >$f.k 2>&1; echo $? >>$f.k; "
                 f"timeout 3 {lab.BIN}/vipd -t --format=json -f $f >$f.v; done; true", timeout=400)
        names = [f"{folder}/{number}.conf" for number in range(len(all_cases))]
        return [tuple(pathlib.Path(name + end).read_text(encoding="utf-8") for end in (".k", ".v")) for name in names]


def keepalived_verdict(said):
    *lines, status = said.strip().splitlines()
    lines = [line for line in lines if line.strip() and not re.search(QUIRK, line)]
    if any("nknown keyword" in line for line in lines):
        return "unknown"
    if not lines and status in ("0", "5"):
        return "accepted"
    return "warned" if status in ("0", "5") else "refused"


def vipd_verdict(said):
    count = json.loads(said)["count"]
    return "refused" if count["error"] else "warned" if count["warning"] else "accepted"


def told(said):
    return "\n".join(f"{f['class']}: {f['text']}" for f in json.loads(said)["findings"])


def reason_of(verdicts, keepalived, vipd):
    """The row of language.DIFFERS that says why, or None."""
    said = {"keepalived": "\n".join(keepalived.strip().splitlines()[:-1]), "vipd": told(vipd)}
    return next((row for row in language.DIFFERS if verdicts == row[:2] and re.search(row[3], said[row[2]], 0 if row[3] == "^$" else re.M)), None)


def furnish(host):
    host.ip("link add eth0 type veth peer name p0", "link set eth0 up", "link set p0 up", "addr add 192.0.2.11/24 dev eth0",
            "link add eth1 type veth peer name p1", "link set eth1 up", "link set p1 up")


def compare(all_cases):
    """Each case: the same verdict, or a reason. A word that 2.2.7 does not know is only counted. (The reasons that were needed, the same)."""
    wrong, needed, same, newer = [], set(), 0, 0
    with lab.Lab() as laboratory:
        host = lab.Host(laboratory, "h")
        furnish(host)
        answers = ask(host, all_cases)
    for (block, case), (keepalived, vipd) in zip(all_cases, answers):
        verdicts = keepalived_verdict(keepalived), vipd_verdict(vipd)
        row = reason_of(verdicts, keepalived, vipd)
        if verdicts[0] == "unknown":
            newer += 1
        elif verdicts[0] == verdicts[1]:
            same += 1
        elif row:
            needed.add(row)
        else:
            wrong.append(f"{block}: {case}: keepalived {verdicts[0]}, vipd {verdicts[1]}\n    {keepalived.strip()}\n    {told(vipd)}")
    lab.expect(not wrong, "\n".join(wrong))
    print(f"    {len(all_cases)} cases: {same} the same, {len(all_cases) - same - newer} differ for {len(needed)} reasons, {newer} are newer than 2.2.7")
    return needed, same


def sampled():
    """Every twelfth case."""
    _, same = compare(cases()[::12])
    lab.expect(same > 25, f"{same} the same")


def compared():
    """All of them; each reason is needed."""
    needed, same = compare(cases())
    useless = [row[3] for row in language.DIFFERS if row not in needed]
    lab.expect(not useless, f"reasons that nothing needs: {useless}")
    lab.expect(same > 300, f"{same} the same")


def nothing_forgotten():
    """Every keyword of the VRRP half and of global_defs that vipd shares with keepalived has a case."""
    own = set(language.OWN.split())
    wanted = {(w["block"], w["keyword"]) for w in json.loads(lab.subprocess.run(
        [f"{lab.BIN}/vipd", "--keywords=json"], check=True, capture_output=True).stdout)["keywords"] if w["block"] in AROUND}
    written_words = {(block, line.split()[0]) for block, case in cases() for line in case.split(" ; ")}
    missing = sorted(f"{block}/{word}" for block, word in wanted - written_words if word not in own)
    lab.expect(not missing, f"without a case: {missing}")


def sent(program, lines):
    """(source, destination) of the first advert of an instance with these lines."""
    with lab.Lab() as laboratory:
        host = lab.Director(laboratory, "h")
        furnish(host)
        host.ip("addr add 192.0.2.13/24 dev eth0", "neigh add 192.0.2.12 lladdr 02:00:00:00:00:12 dev eth0")
        with host.inside():
            ear = lab.socket.socket(lab.socket.AF_PACKET, lab.socket.SOCK_RAW, lab.socket.htons(3))
        ear.bind(("eth0", 0))
        ear.settimeout(20)
        host.start(written("vrrp_instance", f"priority 255 ; state MASTER ; {lines}"), program)
        frame = b""
        while frame[12:14] != b"\x08\x00" or frame[23] != 112:
            frame = ear.recv(2048)
        ear.close()
        host.stop()
        return lab.socket.inet_ntoa(frame[26:30]), lab.socket.inet_ntoa(frame[30:34])


def source():
    """Either word for the source counts for both kinds of adverts."""
    peer = "unicast_peer { ; 192.0.2.12 ; }"
    for lines in ("unicast_src_ip 192.0.2.13", f"mcast_src_ip 192.0.2.13 ; {peer}", f"unicast_src_ip 192.0.2.13 ; {peer}", "mcast_src_ip 192.0.2.13"):
        wanted = "192.0.2.13", "192.0.2.12" if peer in lines else "224.0.0.18"
        found = [sent(program, lines) for program in ("keepalived", "vipd")]
        lab.expect(found == [wanted, wanted], f"{lines}: {found}")


def called(program, command):
    """The words that a notify script was called with."""
    with lab.Lab() as laboratory:
        host = lab.Director(laboratory, "h")
        furnish(host)
        for name in ("s", "a b"):
            host.write(f"/run/lab/{name}.sh", '#!/bin/sh\n{ for a in "$0" "$@"; do echo "$a"; done; } >/run/lab/told.new\nmv /run/lab/told.new /run/lab/told\n')
        host.run("sh", "-c", "chmod 755 /run /run/lab /run/lab/*.sh")
        host.start(written("vrrp_instance", f"priority 255 ; state MASTER ; notify_master {command}"), program)
        lab.wait(lambda: "MASTER" in host.log(), 20, "MASTER")
        told_file = pathlib.Path(f"/proc/{host.pid}/root/run/lab/told")
        end = lab.time.monotonic() + (10 if "open" not in command else 1)
        while not told_file.exists() and lab.time.monotonic() < end:
            lab.time.sleep(0.05)
        words = told_file.read_text(encoding="utf-8").splitlines() if told_file.exists() else None
        host.stop()
        return words


QUOTED = (
    "/run/lab/s.sh", "'/run/lab/s.sh'", "'/run/lab/s.sh a b'", "'/run/lab/s.sh a' root root", "\"/run/lab/s.sh 'a b' c\"", "\"'/run/lab/a b.sh' c\"",
    "\"/run/lab/s.sh a'b c'd\"", "\"/run/lab/s.sh 'a\\\"b'\"", "\"/run/lab/s.sh it\\\\'s\"", "\"/run/lab/s.sh '' x\"", "'/run/lab/s.sh \"a b\" c'",
    "'/run/lab/s.sh a'b",
)


def quotes(commands=QUOTED[::4]):
    """Single quotes in a command, word by word as keepalived passes them on."""
    for command in commands:
        found = [called(program, command) for program in ("keepalived", "vipd")]
        lab.expect(found[0] and found[0] == found[1], f"{command}: keepalived {found[0]}, vipd {found[1]}")


def all_quotes():
    quotes(QUOTED)


if __name__ == "__main__":
    lab.main(sampled, nothing_forgotten, source, quotes, nightly=(compared, all_quotes))
