#!/usr/bin/python3
"""`vipctl doctor` where it needs no IPVS: who answers for the VIP, routes, neighbours, the packet filter, settings. Each mistake is made
on purpose; without one, doctor finds nothing."""
import json
import os
import re
import socket
import subprocess
import time

import lab

SERVERS = {"r1": "192.0.2.11", "r2": "192.0.2.12"}


def service(servers, port=80, method="DR"):
    body = "".join(f"    real_server {address} {port} {{\n    }}\n" for address in servers)
    return f"virtual_server {lab.VIP} {port} {{\n    lb_algo rr\n    lb_kind {method}\n    protocol TCP\n{body}}}\n"


class Ward(lab.Lab):
    """Two directors, two real servers as direct routing wants them."""

    def __init__(self, servers=tuple(SERVERS.values()), **more):
        super().__init__()
        self.sockets = {}
        self.d1, self.d2 = self.director("d1", "192.0.2.1"), self.director("d2", "192.0.2.2")
        self.client = self.host("client", "192.0.2.9")
        self.servers = {name: self.host(name, address) for name, address in SERVERS.items()}
        for server in self.servers.values():
            server.sysctl(ipv4__conf__all__arp_ignore=1, ipv4__conf__all__arp_announce=2)
            server.ip(f"addr add {lab.VIP}/32 dev lo")
            self.sockets[server.name] = listening(self, server.name)
        self.observe()
        for director, priority in ((self.d1, 150), (self.d2, 100)):
            director.start(lab.instance(priority, 3, 0.5) + service(servers, **more))
        lab.wait(lambda: self.observer.holding() == ["d1"], 60, "d1 serves")
        for director in (self.d1, self.d2):
            lab.wait(lambda d=director: d.status()["services"], 30, "the services are told")
            lab.wait(lambda d=director: d.instance().get("peer") or d is self.d1, 30, "d2 heard d1")


def examine(director, *words):
    """What doctor finds: {id: finding} of errors and warnings that do not come of the missing IPVS."""
    done = director.run("sh", "-c", '"$@"; echo "exit $?"', "sh", os.path.join(lab.BIN, "vipctl"), "doctor", *words, "--json", "--gateway")
    document, _, status = done.rpartition("exit ")
    found = json.loads(document)
    lab.expect(not found["not_looked_at"], f"looked at everything: {found['not_looked_at']}")
    worst = 2 if found["count"]["error"] else 1 if found["count"]["warning"] else 0
    lab.expect(int(status) == worst, f"exit status {status}, {found['count']}")
    return {f["id"]: f for f in found["findings"] if f["severity"] != "note" and f["id"] != "no-ipvs"}


def check(director):
    done = subprocess.run(director.enter(os.path.join(lab.BIN, "vipctl"), "check"), stdout=subprocess.PIPE, text=True, timeout=20)
    return done.returncode, done.stdout


def expect_only(director, name, *evidence, severity="error"):
    found = examine(director)
    lab.expect(list(found) == [name], f"{director.name}: expected {name}, found {found}")
    for word in evidence:
        lab.expect(word in found[name]["evidence"] + found[name]["what"] + found[name]["subject"], f"'{word}' in {found[name]}")
    lab.expect(found[name]["severity"] == severity and found[name]["cure"], f"{found[name]}")


def neighbours():
    """Who answers for what: the real server that answers for the VIP is named on MASTER and BACKUP."""
    with Ward() as ward:
        for director in (ward.d1, ward.d2):
            lab.expect(examine(director) == {}, f"{director.name}: a healthy laboratory: {examine(director)}")
        print(ward.d1.run(os.path.join(lab.BIN, "vipctl"), "doctor", check=False))

        ward.servers["r2"].sysctl(ipv4__conf__all__arp_ignore=0)
        for director in (ward.d1, ward.d2):
            expect_only(director, "vip-answered-by-server", "192.0.2.12", "02:00:00:00:00:05")
        print(ward.d1.run(os.path.join(lab.BIN, "vipctl"), "doctor", check=False))
        ward.servers["r2"].sysctl(ipv4__conf__all__arp_ignore=1)

        ward.client.ip(f"addr add {lab.VIP}/32 dev eth0")
        expect_only(ward.d1, "vip-duplicate", "02:00:00:00:00:03")
        expect_only(ward.d2, "vip-duplicate", "02:00:00:00:00:03", "02:00:00:00:00:01 (the director 192.0.2.1)")
        ward.client.ip(f"addr del {lab.VIP}/32 dev eth0")

        ward.d1.ip("neigh replace 192.0.2.11 lladdr 02:00:00:00:00:99 dev eth0 nud permanent")
        expect_only(ward.d1, "wrong-mac", "02:00:00:00:00:99 (permanent)", "02:00:00:00:00:04")
        ward.d1.ip("neigh del 192.0.2.11 dev eth0")

        ward.servers["r1"].ip("link set eth0 down")
        expect_only(ward.d1, "server-silent", "192.0.2.11")
        ward.servers["r1"].ip("link set eth0 up")
        lab.expect(examine(ward.d1, f"{lab.VIP}:80/tcp") == {}, "limited to a service: all is well again")
        lab.expect("there is no service 'x'; there are: 192.0.2.100:80/tcp" in
                   ward.d1.run(os.path.join(lab.BIN, "vipctl"), "doctor", "x", check=False), "an unknown service")


def segments():
    """A server behind a router, one without any way, and the two directors as each other's servers."""
    with Ward(servers=("198.51.100.7", "192.0.2.11")) as ward:
        found = examine(ward.d1)
        lab.expect(list(found) == ["no-route"] and "198.51.100.7" in found["no-route"]["subject"], f"{found}")
        ward.d1.ip("route add default via 192.0.2.9")
        expect_only(ward.d1, "off-link", "198.51.100.7", "router 192.0.2.9 (eth0)")
        ward.d2.ip("route add default via 192.0.2.9")
        ward.d2.reload(lab.instance(100, 3, 0.5) + service(("192.0.2.1", "192.0.2.11")))
        lab.wait(lambda: len(ward.d2.status()["services"][0]["servers"]) == 2, 30, "d2 has its new servers")
        with listening(ward, "d1"):
            expect_only(ward.d2, "loop", "192.0.2.1")


def listening(ward, name, address="0.0.0.0"):
    """Somebody who listens on port 80, on one address or on all."""
    with ward.hosts[name].inside():
        return socket.create_server((address, 80))


def paths():
    """Whether a server takes what is for the VIP, and by whom it answers: seen on MASTER and BACKUP, with no IPVS at all."""
    with Ward() as ward:
        r1 = ward.servers["r1"]
        for name in SERVERS:
            ward.servers[name].ip("route add default via 192.0.2.9")
        for director in (ward.d1, ward.d2):
            lab.expect(examine(director) == {}, f"{director.name}: {examine(director)}")

        r1.ip(f"addr del {lab.VIP}/32 dev lo")
        for director in (ward.d1, ward.d2):
            expect_only(director, "server-without-vip", "192.0.2.11", "was not answered")
        r1.sysctl(ipv4__ip_forward=1)
        expect_only(ward.d1, "server-without-vip", "192.0.2.11", "ip_forward")
        r1.sysctl(ipv4__ip_forward=0)
        r1.ip(f"addr add {lab.VIP}/32 dev lo")

        ward.sockets["r1"].close()
        with listening(ward, "r1", "192.0.2.11"):
            expect_only(ward.d2, "service-not-on-vip", "192.0.2.11", "port 80")
        ward.sockets["r1"] = listening(ward, "r1")
        lab.expect(examine(ward.d1) == {}, f"cured: {examine(ward.d1)}")

        r1.ip("route replace default via 192.0.2.1")
        expect_only(ward.d1, "gateway-is-director", "192.0.2.11")
        lab.expect(examine(ward.d2) == {}, f"another gateway for d2: {examine(ward.d2)}")


def groups():
    """Each address of a group is looked at, and the sorry server as the others are."""
    second = "192.0.2.101"
    with Ward() as ward:
        body = "".join(f"    real_server {address} 80 {{\n    }}\n" for address in SERVERS.values())
        text = f"virtual_server_group web {{\n    {lab.VIP} 80\n    {second} 80\n}}\nvirtual_server group web {{\n    lb_algo rr\n" \
            f"    lb_kind DR\n    protocol TCP\n{body}}}\n"
        sorry = service(("192.0.2.11",), port=81).replace("    lb_algo", "    sorry_server 192.0.2.9 81\n    lb_algo")
        for director, priority in ((ward.d1, 150), (ward.d2, 100)):
            director.reload(lab.instance(priority, 3, 0.5, vips=(lab.VIP, second)) + text)
        lab.wait(lambda: ward.d1.status()["services"][0]["name"] == "group web" and ward.observer.holding() == ["d1"], 30, "reloaded")
        for server in ward.servers.values():
            server.ip(f"addr add {second}/32 dev lo")
        lab.expect(examine(ward.d1) == {}, f"{examine(ward.d1)}")
        ward.servers["r2"].ip(f"addr del {second}/32 dev lo")
        expect_only(ward.d1, "server-without-vip", "192.0.2.12", second)
        lab.expect(list(examine(ward.d1, "group web")) == ["server-without-vip"], "limited to the group")

        ward.d1.reload(lab.instance(150, 3, 0.5) + sorry)
        lab.wait(lambda: "sorry_server" in ward.d1.status()["services"][0], 30, "reloaded")
        with ward.hosts["r1"].inside():
            r1 = socket.create_server(("0.0.0.0", 81))
        with r1:
            expect_only(ward.d1, "server-without-vip", "192.0.2.9:81 (sorry)")


def watched():
    """The daemon itself finds a real server that begins to answer for the VIP, names it and the cure, and when it is over. The MASTER
    heard no other director so far: it takes nobody for one all the same."""
    with Ward() as ward:
        def conflict():
            said = {s["name"]: s["detail"] for s in ward.d1.instance()["suspicions"]}
            lab.expect(not set(said) & {"vip_conflict", "split_suspected", "deaf"}, f"it is taken for another: {said}")
            return said.get("server_answers")
        lab.wait(lambda: ward.d1.instance().get("state") == "MASTER", 30, "d1 is MASTER")
        time.sleep(5)  # it has asked for the last time of those that a new MASTER asks
        ward.d1.run("ping", "-c", "1", "192.0.2.12")
        lab.expect(conflict() is None, f"all is well: {conflict()}")
        ward.servers["r2"].sysctl(ipv4__conf__all__arp_ignore=0)
        lab.wait(conflict, 130, "the answer is seen", step=0.5)
        detail = "real server 192.0.2.100:80/tcp/192.0.2.12:80 answers ARP for 192.0.2.100 (02:00:00:00:00:05)"
        lab.expect(conflict() == detail, conflict())
        lab.expect(f"VI_1: server_answers: {detail}: clients that hear it go past the director: `vipctl realserver" in ward.d1.log(), "log")
        code, said = check(ward.d1)
        lab.expect(code == 2 and f"server_answers: {detail}; what helps:" in said, f"vipctl check: {code}: {said}")
        ward.servers["r2"].sysctl(ipv4__conf__all__arp_ignore=1)
        lab.wait(lambda: conflict() is None, 60, "it is over", step=0.5)


def filtered():
    """The rule that makes this director deaf is named, with its handle; one that lets VRRP pass is not."""
    with Ward() as ward:
        def rules(text):
            ward.d2.run("nft", "-f", "-", text="flush ruleset\ntable inet house { chain in { type filter hook input priority 0; "
                        f"policy {text}\n}}\n}}\n")
        rules("drop; ct state established,related accept; iifname lo accept; ip protocol 112 accept; icmpv6 type 135-136 accept")
        lab.expect(examine(ward.d2) == {}, f"VRRP is let in: {examine(ward.d2)}")
        rules("accept; tcp dport 22 accept; ip protocol 112 counter drop")
        lab.wait(lambda: ward.d2.instance()["state"] == "MASTER", 30, "d2 is deaf, and MASTER beside d1")
        found = examine(ward.d2)
        lab.expect(sorted(found) == ["vip-duplicate", "vrrp-dropped"], f"the cause and the consequence: {found}")
        lab.expect(re.search('table inet house, chain in: "ip protocol (vrrp|112) counter', found["vrrp-dropped"]["evidence"]), f"{found}")
        lab.expect("(the director 192.0.2.1)" in found["vip-duplicate"]["evidence"], f"{found}")
        handle = re.search(r"`(nft delete rule inet house in handle \d+)`", found["vrrp-dropped"]["cure"])
        ward.d2.run(*handle.group(1).split())
        lab.wait(lambda: ward.d2.instance()["state"] == "BACKUP", 30, "the cure helps")
        lab.expect(examine(ward.d2) == {}, f"cured: {examine(ward.d2)}")

        rules("drop; ct state established,related accept; tcp dport 22 accept")
        found = examine(ward.d2)
        lab.expect("policy drop" in found.get("vrrp-dropped", {}).get("evidence", ""), f"by the policy: {found}")
        rules("accept; ct state invalid drop")
        lab.wait(lambda: ward.d2.instance()["state"] == "BACKUP", 30, "d2 hears again")
        expect_only(ward.d2, "invalid-dropped", "ct state invalid drop", severity="warning")


def settings():
    """Strict reverse path filtering where the way back is another one; a director that is no daemon's."""
    with Ward() as ward:
        ward.d1.ip("link add other type veth peer name end", "addr add 198.51.100.1/24 dev other", "link set other up", "link set end up",
                   "route add default via 198.51.100.254")
        lab.expect(examine(ward.d1) == {}, "no strict filter")
        ward.d1.sysctl(ipv4__conf__all__rp_filter=1)
        expect_only(ward.d1, "rp-filter", "eth0", "leaves by other", severity="warning")
        ward.d1.sysctl(ipv4__conf__all__rp_filter=0)
        lab.expect(ward.d1.stop() == 0, "orderly stop")
        said = ward.d1.run(os.path.join(lab.BIN, "vipctl"), "doctor", check=False)
        lab.expect("not looked at: instances and the services' names: no answer from vipd" in said, said)


lab.main(neighbours, nightly=(paths, segments, groups, watched, filtered, settings))
