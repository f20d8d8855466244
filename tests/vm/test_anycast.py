#!/usr/bin/python3
"""vip_mode anycast with BIRD: a router with both directors as next hops, two real servers; a quorum, a process, a director is lost."""
import os
import re
import signal
import socket
import time

import dr
import lab
from clients import Clients

ROUTER, CLIENT, OTHER = "192.0.2.254", "198.51.100.9", "192.0.2.101"
SERVERS = ("r1", "r2")
CONNECTIONS = 40
SESSION = "hold time 9; keepalive time 3; connect delay time 1; connect retry time 1; error wait time 1, 2;"
SYSCTL = "ipvs_sysctl {\n    sloppy_tcp 1\n    schedule_icmp 1\n}\n"
EXTRA = "vip_mode anycast\n    initial_state check_first\n    mh-port\n    mh-fallback"
UNHEARD = "rule {} ipproto 6 dport 80 lookup 100 priority 100"  # checks go nowhere; clients' packets are forwarded by address alone


def conf(more=""):
    return SYSCTL + dr.virtual_server(servers=SERVERS, extra=EXTRA, scheduler="mh", retry=0) + more


def bird(host, text):
    host.write("/run/lab/bird.conf", "log stderr all;\nprotocol device { scan time 1; }\n" + text)
    host.popen("/usr/sbin/bird", "-f", "-c", "/run/lab/bird.conf", "-s", "/run/lab/bird.ctl", "-P", "/run/lab/bird.pid",
               log=f"bird.{host.name}.log")


class Anycast(lab.Lab):
    def __init__(self):
        super().__init__()
        self.directors = [self.director(name, dr.ADDRESS[name]) for name in ("d1", "d2")]
        self.d1, self.d2 = self.directors
        self.router, self.client = self.host("router", ROUTER), self.host("client", CLIENT)
        self.plug(self.router, "eth1", "198.51.100.1", "02:00:00:00:01:01", port="outside")
        self.router.sysctl(ipv4__ip_forward=1, ipv4__fib_multipath_hash_policy=1, ipv4__conf__all__send_redirects=0)
        self.client.ip("route add default via 198.51.100.1")
        for name in SERVERS:
            server = self.host(name, dr.ADDRESS[name], dr.RealServer)
            server.prepare()
            server.ip(f"addr add {OTHER}/32 dev lo", f"route add default via {ROUTER}")
        for director in self.directors:
            director.ip(f"route add default via {ROUTER}")
            bird(director, f"""router id {dr.ADDRESS[director.name]};
protocol direct {{ ipv4; interface "vipd0"; }}
protocol bgp upstream {{
    local {dr.ADDRESS[director.name]} as 65001; neighbor {ROUTER} as 65000; {SESSION}
    ipv4 {{ import none; export where source = RTS_DEVICE; }};
}}
""")
        bird(self.router, f"router id {ROUTER};\nprotocol kernel {{ merge paths on; ipv4 {{ export all; }}; }}\n" + "".join(
            f"protocol bgp {d.name} {{ local {ROUTER} as 65000; neighbor {dr.ADDRESS[d.name]} as 65001; {SESSION} "
            "ipv4 { import all; export none; }; }\n" for d in self.directors))

    def next_hops(self, vip=lab.VIP):
        return sorted(re.findall(r"via (\S+)", self.router.run("ip", "route", "show", f"{vip}/32")))

    def wait_hops(self, *directors, vip=lab.VIP, seconds=60):
        want = sorted(dr.ADDRESS[d.name] for d in directors)
        lab.wait(lambda: self.next_hops(vip) == want, seconds, lambda: f"next hops {want}, they are {self.next_hops(vip)}", step=0.1)

    def request(self):
        with self.client.inside(), socket.create_connection((lab.VIP, 80), 5) as s:
            s.sendall(b"GET / HTTP/1.0\r\n\r\n")
            return s.recv(4096).startswith(b"HTTP/1.1 200")

    def requests(self, count=60):
        """All of them are answered; how many connections each director saw."""
        time.sleep(2.5)  # the kernel adds its counters up every two seconds
        before = [connections(d) for d in self.directors]
        for number in range(count):
            lab.expect(self.request(), f"request {number} of {count}")

        def counted():
            return [connections(d) - n for d, n in zip(self.directors, before)]

        lab.wait(lambda: sum(counted()) >= count, 15, lambda: f"all {count} connections are counted, they are {counted()}", step=0.1)
        return counted()


def connections(director):
    with director.inside(), open("/proc/thread-self/net/ip_vs_stats") as file:
        return int(file.readlines()[2].split()[0], 16)


def addresses(director):
    """{"192.0.2.100/32"} of vipd0, and the device's number; None without the device."""
    text = director.run("ip", "-o", "addr", "show", "dev", "vipd0", check=False)
    link = director.run("ip", "-o", "link", "show", "dev", "vipd0", check=False)
    return set(re.findall(r" inet6? (\S+)", text)), (re.match(r"(\d+): vipd0", link) or [None, None])[1]


def stays(laboratory, director, what, role):
    """A process of the daemon is killed: neither the address nor the device, nor the route, goes away for a moment."""
    before, family = addresses(director), director.family()
    os.kill(family[role], signal.SIGKILL)
    until = time.monotonic() + 4
    while time.monotonic() < until:
        lab.expect(addresses(director) == before, f"{what}: {addresses(director)}, before {before}")
        lab.expect(len(laboratory.next_hops()) == 2, f"{what}: both are next hops")
    lab.wait(lambda: director.family().get(role) not in (None, family[role]), 20, f"{what}: a new process")
    lab.wait(lambda: director.status().get("anycast", [{}])[0].get("present"), 20, f"{what}: the new one knows")


def ecmp():
    with Anycast() as laboratory:
        d1, d2 = laboratory.d1, laboratory.d2
        for director in laboratory.directors:
            director.start(conf())
        laboratory.wait_hops(d1, d2)
        for director in laboratory.directors:
            lab.expect(addresses(director)[0] == {f"{lab.VIP}/32"}, f"{director.name}: {addresses(director)}")
        seen = laboratory.requests()
        print(f"    60 requests through both: {seen}")
        lab.expect(min(seen) > 5, f"both serve: {seen}")
        lab.expect(d1.status()["anycast"] == [{"address": lab.VIP, "device": "vipd0", "wanted": True, "present": True}], "status")

        # The quorum is lost on d1 alone: connections go on through d2, which chooses the same servers.
        clients = Clients(laboratory, CONNECTIONS)
        lab.expect(clients.use() == CONNECTIONS, "all connections work")
        d1.ip("link add sink type dummy", "link set sink up", "route add default dev sink table 100", UNHEARD.format("add"))
        laboratory.wait_hops(d2, seconds=30)
        device = addresses(d1)[1]
        lab.expect(addresses(d1)[0] == set() and device, f"the address is gone, its device is there: {addresses(d1)}")
        alive, seen = clients.use(), laboratory.requests(20)
        print(f"    d1 without quorum: {alive} of {CONNECTIONS} connections live on, 20 requests {seen}")
        lab.expect(alive == CONNECTIONS and seen[0] == 0, "all through d2")
        d1.ip(UNHEARD.format("del"))
        laboratory.wait_hops(d1, d2)
        alive, seen = clients.use(), laboratory.requests()
        print(f"    d1 is back: {alive} of {CONNECTIONS} connections live on, 60 requests {seen}")
        lab.expect(alive == CONNECTIONS and min(seen) > 5, "through both again")
        lab.expect(addresses(d1) == ({f"{lab.VIP}/32"}, device), "on the same device")

        for role in ("vrrp", "lvs", "probe"):
            stays(laboratory, d1, f"the {role} process was killed", role)

        # Removed by hand: put back. A reload adds an address and takes it away; the other is not touched.
        d1.run("ip", "addr", "del", f"{lab.VIP}/32", "dev", "vipd0")
        lab.wait(lambda: addresses(d1) == ({f"{lab.VIP}/32"}, device), 10, "put back")
        d1.run("ip", "link", "del", "vipd0")
        lab.wait(lambda: addresses(d1)[0] == {f"{lab.VIP}/32"}, 10, "put back with its device")
        device = addresses(d1)[1]
        d1.reload(conf(dr.virtual_server(servers=SERVERS, extra=EXTRA, scheduler="mh").replace(lab.VIP, OTHER)))
        laboratory.wait_hops(d1, vip=OTHER)
        lab.expect(addresses(d1) == ({f"{lab.VIP}/32", f"{OTHER}/32"}, device), f"two addresses: {addresses(d1)}")
        d1.reload(conf())
        laboratory.wait_hops(vip=OTHER)
        lab.expect(addresses(d1) == ({f"{lab.VIP}/32"}, device), f"one address: {addresses(d1)}")
        laboratory.wait_hops(d1, d2)

        # The stop: the address and the device go, the kernel's table serves what still comes.
        lab.expect(d1.stop() == 0, "stops")
        lab.expect(addresses(d1) == (set(), None), f"nothing is left: {addresses(d1)}")
        with d1.inside(), open("/proc/thread-self/net/ip_vs") as file:
            lab.expect("TCP" in file.read(), "on_exit keep: the table stays")
        laboratory.wait_hops(d2, seconds=30)
        alive, seen = clients.use(), laboratory.requests(20)
        lab.expect(alive == CONNECTIONS and seen[0] == 0, f"d2 serves alone: {alive} connections, {seen}")


lab.main(ecmp)
