#!/usr/bin/python3
"""Tunnels to real servers end to end: ipip, GUE and GRE, IPv4 and IPv6, services of one family with servers of the other; and checks
`via service` through them, also to a server behind a router."""
import json
import subprocess

import dr
import lab

VIP6 = "2001:db8::100"
FAR4, FAR6 = "198.51.100.14", "2001:db8:1::14"  # r4, behind a router
KINDS = {"ipip": "TUN", "gue": "TUN type gue port 6080", "gre": "TUN type gre"}
# Every service has a port of its own: (kind, family of the service, family of the server) -> port.
FAMILIES = ((4, 4), (6, 6), (6, 4), (4, 6))
PORTS = {(kind, vs, rs): 8001 + i for i, (kind, (vs, rs)) in enumerate((k, f) for k in KINDS for f in FAMILIES)}
# Out of which of the server's devices they come: (gre, families).
DEVICES = {(False, (4, 4)): "tunl0", (False, (6, 6)): "in6", (False, (6, 4)): "sit0", (False, (4, 6)): "in6",
           (True, (4, 4)): "gre0", (True, (6, 4)): "gre0", (True, (6, 6)): "gre6", (True, (4, 6)): "gre6"}
CHECK = "TCP_CHECK {\n connect_timeout 2\n via service\n }"


def address6(name):
    return dr.ADDRESS[name].replace("192.0.2.", "2001:db8::")


def load():
    """Before lab.main() hides the machine's /run, where its modules are. The kernel loads none of these by itself when asked by `ip fou`."""
    subprocess.run(["modprobe", "-a", "ipip", "sit", "ip6_tunnel", "fou", "fou6", "ip_gre", "ip6_gre"], check=True)


def allow6(host):
    host.sysctl(ipv6__conf__all__disable_ipv6=0, ipv6__conf__default__disable_ipv6=0, ipv6__conf__eth0__disable_ipv6=0,
                ipv6__conf__lo__disable_ipv6=0)


class TunServer(dr.RealServer):
    """Takes packets out of every kind of tunnel, and has the addresses on lo."""

    def prepare(self):
        pass

    def unpack(self, six):
        self.type("Servers behind a router: tunnels", RIP=six)
        self.sysctl(ipv4__conf__all__arp_ignore=1, ipv4__conf__all__arp_announce=2, ipv4__conf__all__rp_filter=0)
        for dev in ("tunl0", "sit0", "ip6tnl0", "in6", "gre0", "gre6"):
            self.sysctl(**{f"ipv4__conf__{dev}__rp_filter": 0})
        self.own(True)
        listens = "".join(f"listen {port}; listen [::]:{port} ipv6only=on; " for port in PORTS.values())
        temporary = "".join(f"{kind}_temp_path /run/lab/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.write("/run/lab/nginx.conf", f"""daemon off; master_process off; pid /run/lab/nginx.pid;
events {{ worker_connections 512; }}
http {{ access_log off; {temporary} server {{ {listens} location / {{ return 200 "{self.name}\\n"; }} }} }}
""")
        self.serve()

    def own(self, has):
        self.ip(*(f"addr {'add' if has else 'del'} {a} dev lo{' nodad' if has and ':' in a else ''}"
                  for a in (f"{lab.VIP}/32", f"{VIP6}/128")))

    def unpacked(self):
        """Packets that came out of each tunnel device."""
        return {link["ifname"]: link["stats64"]["rx"]["packets"] for link in json.loads(self.run("ip", "-j", "-s", "link"))}


class TunCluster(lab.Lab):
    """Two directors, r1 in their segment and r4 behind a router."""

    def __init__(self):
        super().__init__()
        self.directors = [self.director(name, dr.ADDRESS[name]) for name in ("d1", "d2")]
        self.client = self.host("client", dr.ADDRESS["client"])
        self.router = self.host("router", "192.0.2.8")
        self.r1 = self.host("r1", dr.ADDRESS["r1"], TunServer)
        for host in (*self.directors, self.client, self.router, self.r1):
            allow6(host)
        for host in (*self.directors, self.client, self.r1):
            host.ip(f"addr add {address6(host.name)}/64 dev eth0 nodad")
        self.r1.unpack(address6("r1"))
        self.observe()

    def far_server(self):
        r4 = TunServer(self, "r4")
        self.router.sysctl(ipv4__ip_forward=1, ipv6__conf__all__forwarding=1)
        self.router.ip("addr add 2001:db8::8/64 dev eth0 nodad",
                       f"link add name eth1 type veth peer name eth0 netns {r4.pid}", "link set eth1 up",
                       "addr add 198.51.100.1/24 dev eth1", "addr add 2001:db8:1::1/64 dev eth1 nodad")
        allow6(r4)
        r4.ip(f"addr add {FAR4}/24 dev eth0", f"addr add {FAR6}/64 dev eth0 nodad", "link set eth0 up",
              "route add default via 198.51.100.1", "route add default via 2001:db8:1::1")
        for director in self.directors:
            director.ip("route add 198.51.100.0/24 via 192.0.2.8", "route add 2001:db8:1::/64 via 2001:db8::8")
        r4.unpack(FAR6)
        return r4

    def ask(self, address, port):
        """What the client gets; nothing within three seconds is asked for again, twice."""
        url = f"http://[{address}]:{port}/" if ":" in address else f"http://{address}:{port}/"
        return self.client.run("curl", "-sg", "--max-time", "3", "--retry", "2", "--retry-connrefused", url, check=False).strip()


def vrrp(director):
    priority = 150 if director.name == "d1" else 100
    six = lab.instance(priority, 3, 0.5, name="VI_6", vrid=61, vips=()).replace(
        "virtual_ipaddress {", f"virtual_ipaddress {{\n        fe80::100/64\n        {VIP6}/128")
    return lab.instance(priority, 3, 0.5) + six


def service(key, four=dr.ADDRESS["r1"], six=address6("r1"), check=CHECK):
    kind, vs, rs = key
    return f"""virtual_server {lab.VIP if vs == 4 else VIP6} {PORTS[key]} {{
    delay_loop 1
    lb_algo rr
    lvs_method {KINDS[kind]}
    protocol TCP
    retry 1
    delay_before_retry 1
    real_server {four if rs == 4 else six} {PORTS[key]} {{
        {check}
    }}
}}
"""


def states(director):
    """{port: what the last check of the service's only server said}."""
    return {s["port"]: s["servers"][0]["checks"][0]["last"] for s in director.status()["services"]}


def wait_states(cluster, wanted, seconds=60):
    for director in cluster.directors:
        lab.wait(lambda d=director: states(d) == wanted, seconds, lambda d=director: f"{d.name}: {wanted}: " + str(
            [(s["port"], x["detail"]) for s in d.status()["services"] for x in s["servers"] if x["checks"][0]["last"] != wanted[s["port"]]]) +
            str(d.status()["via"]), step=0.2)


def started(cluster, text):
    for director in cluster.directors:
        dr.forget_the_dead(director)
        director.start(vrrp(director) + text)
    lab.wait(lambda: cluster.observer.holding() == ["d1"], 100, "d1 serves")


def every_kind():
    """PATH-11. Each kind and family: the check passes on MASTER and BACKUP, the client is answered, out of a tunnel; without the address neither."""
    with TunCluster() as cluster:
        started(cluster, "".join(service(key) for key in PORTS))
        wait_states(cluster, {port: "UP" for port in PORTS.values()})
        for key, port in PORTS.items():
            before = cluster.r1.unpacked()
            answer = cluster.ask(lab.VIP if key[1] == 4 else VIP6, port)
            after = cluster.r1.unpacked()
            device = DEVICES["gre" in key, key[1:]]
            lab.expect(answer == "r1" and after[device] > before[device], f"{key}: answered '{answer}', {device}: {before} {after}")
        cluster.r1.own(False)
        wait_states(cluster, {port: "DOWN" for port in PORTS.values()})
        cluster.r1.own(True)
        wait_states(cluster, {port: "UP" for port in PORTS.values()})


def behind_a_router():
    """PATH-11: two hops to live end at the router; with three the server is reached, and one that lacks the address and forwards is still found."""
    keys = [("ipip", 4, 4), ("gue", 6, 6)]

    def text(check):
        return "".join(service(key, FAR4, FAR6, check) for key in keys)

    with TunCluster() as cluster:
        r4 = cluster.far_server()
        started(cluster, text(CHECK))
        wait_states(cluster, {PORTS[key]: "DOWN" for key in keys})
        print("    two hops: ", [s["servers"][0]["detail"] for s in cluster.directors[0].status()["services"]])
        for director in cluster.directors:
            director.reload(vrrp(director) + text(CHECK.replace("via service", "via service\n via_hops 3")))
        wait_states(cluster, {PORTS[key]: "UP" for key in keys})
        lab.expect([cluster.ask(lab.VIP, PORTS[keys[0]]), cluster.ask(VIP6, PORTS[keys[1]])] == ["r4", "r4"], "the client is answered")

        r4.own(False)
        r4.sysctl(ipv4__ip_forward=1, ipv6__conf__all__forwarding=1)
        wait_states(cluster, {PORTS[key]: "DOWN" for key in keys})
        print("    without the address: ", [s["servers"][0]["detail"] for s in cluster.directors[0].status()["services"]])
        r4.own(True)
        wait_states(cluster, {PORTS[key]: "UP" for key in keys})


load()
lab.main(every_kind, nightly=(behind_a_router,))
