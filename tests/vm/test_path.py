#!/usr/bin/python3
"""The DR path proven: checks `via service` and the path watch, with each mistake that real servers make."""
import os
import signal
import time

import dr
import lab

VIA = "TCP_CHECK {\n connect_timeout 1\n via service\n }"
VIA_HTTP = "HTTP_GET {\n url {\n path /\n status_code 200\n }\n connect_timeout 1\n via service\n }"
WATCH = "global_defs {\n    dr_path_interval 2\n}\n"  # a minute is too long for a test
MARKS = range(0x76700000, 0x76800000)
VIP6 = "2001:db8::100"


def address6(name):
    return dr.ADDRESS[name].replace("192.0.2.", "2001:db8::")


def vrrp(director):
    return lab.instance(150 if director.name == "d1" else 100, 3, 0.5)


def server(director, name):
    servers = director.status()["services"][0]["servers"]
    return next(s for s in servers if s["address"] in (dr.ADDRESS[name], address6(name)))


def wait_pools(cluster, names, seconds=20):
    for director in cluster.directors:
        dr.wait_pool(cluster, director, names, seconds)


def stays(cluster, names, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for director in cluster.directors:
            lab.expect(cluster.pool(director) == sorted(names), f"{director.name} stays with {names}: {cluster.pool(director)}")
        time.sleep(0.1)


def wait_paths(cluster, name, state, seconds=20):
    for director in cluster.directors:
        lab.wait(lambda d=director: server(d, name)["path"]["state"] == state, seconds,
                 lambda d=director: f"{d.name}: path of {name} is {state}: {server(d, name)['path']}", step=0.2)


def accept_local(director):
    with director.inside(), open("/proc/sys/net/ipv4/conf/eth0/accept_local") as file:
        return int(file.read())


def private_services(director):
    """Marks of the reserved range in the kernel's table."""
    with director.inside(), open("/proc/thread-self/net/ip_vs") as file:
        words = [line.split() for line in file]
    return [int(word[1], 16) for word in words if word[:1] == ["FWM"] and int(word[1], 16) in MARKS]


def started(cluster, conf):
    for director in cluster.directors:
        dr.forget_the_dead(director)
        director.start(conf(director))
    lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 serves")


def vip(host, there):
    host.ip(f"addr {'add' if there else 'del'} {lab.VIP}/32 dev lo")


def listen(host, *addresses):
    """nginx again, on these addresses alone."""
    with open(f"/proc/{host.pid}/root/run/lab/nginx.conf") as file:
        before, _, rest = file.read().partition("listen ")
    after = rest[rest.rindex("backlog=512;") + len("backlog=512;"):]
    host.die()
    host.write("/run/lab/nginx.conf", before + "".join(f"listen {a}:80 backlog=512; " for a in addresses) + after)
    host.serve()


def via_service():
    """Good (PATH-01); without the address (PATH-03), also where packets are forwarded (PATH-05); program elsewhere (PATH-04): told apart by
    MASTER and BACKUP alike. What the kernel needs for it is set and put back (PATH-02)."""
    with dr.Cluster() as cluster:
        r1, r2, r3 = (cluster.servers[name] for name in dr.SERVERS)
        started(cluster, lambda d: vrrp(d) + dr.virtual_server(check=VIA))
        wait_pools(cluster, dr.SERVERS, 60)
        lab.expect([accept_local(d) for d in cluster.directors] == [1, 1], "accept_local is set")
        for director in cluster.directors:
            lab.expect(len(private_services(director)) == 3, f"one for each server: {private_services(director)}")
            status = director.status()
            lab.expect(len(status["services"]) == 1, "private services are not shown")
            lab.expect(status["via"] == {"services": 3, "ready": True, "reason": ""}, f"{status['via']}")

        vip(r2, False)
        wait_pools(cluster, ["r1", "r3"])
        # Sent on by r2 the probe would reach d1 again and be answered by another server: not with two hops to live.
        r2.sysctl(ipv4__ip_forward=1)
        stays(cluster, ["r1", "r3"], 4)
        for director in cluster.directors:
            print(f"    {director.name}, VIP missing, ip_forward=1: {server(director, 'r2')['detail']}")
        # PATH-06: with a common TTL it does. The MASTER finds out, too: what r2 sends back has the MASTER's own source.
        for director in cluster.directors:
            director.reload(vrrp(director) + dr.virtual_server(check=VIA.replace("via service", "via service\n via_hops 64")))
        dr.wait_pool(cluster, cluster.directors[1], dr.SERVERS, 20)
        for director in cluster.directors:
            director.reload(vrrp(director) + dr.virtual_server(check=VIA))
        wait_pools(cluster, ["r1", "r3"])
        r2.sysctl(ipv4__ip_forward=0)
        vip(r2, True)
        wait_pools(cluster, dr.SERVERS)

        # T37: bound to the VIP alone it passes; the program on the RIP alone does not.
        listen(r1, lab.VIP)
        listen(r3, dr.ADDRESS["r3"])
        wait_pools(cluster, ["r1", "r2"])
        stays(cluster, ["r1", "r2"], 3)
        for director in cluster.directors:
            reason = server(director, "r3")["reason"]
            lab.expect(reason == "connection refused", f"{director.name}: r3: {reason}")
            director.reload(vrrp(director) + dr.virtual_server(check=VIA_HTTP))
        listen(r3, "0.0.0.0")
        wait_pools(cluster, dr.SERVERS)

        # What was found is known to the next lvs process, too.
        old = cluster.d1.family()["lvs"]
        os.kill(old, signal.SIGKILL)
        lab.wait(lambda: cluster.d1.family().get("lvs") not in (None, old), 20, "a new lvs process")
        wait_pools(cluster, dr.SERVERS)
        for director in cluster.directors:
            director.reload(vrrp(director) + dr.virtual_server())
        lab.wait(lambda: not any(private_services(d) for d in cluster.directors), 20, "private services go with their checks")
        lab.wait(lambda: [accept_local(d) for d in cluster.directors] == [0, 0], 20, "accept_local is what it was")
        wait_pools(cluster, ["r2", "r3"])  # nobody listens on r1's own address


def on_backups():
    """PATH-09: where the kernel hands nothing to servers on a BACKUP its probes say nothing, and why is in the status."""
    with dr.Cluster() as cluster:
        r2 = cluster.servers["r2"]
        started(cluster, lambda d: vrrp(d) + dr.virtual_server(check=VIA_HTTP))
        wait_pools(cluster, dr.SERVERS, 60)
        # backup_only hands nothing to servers on a backup: such probes say nothing, so nothing changes.
        cluster.d1.sysctl(ipv4__vs__backup_only=1)
        lab.wait(lambda: not cluster.d1.status()["via"]["ready"], 15, "backup_only is found")
        lab.expect("backup_only" in cluster.d1.status()["via"]["reason"], f"{cluster.d1.status()['via']}")
        vip(r2, False)
        dr.wait_pool(cluster, cluster.directors[1], ["r1", "r3"], 20)
        lab.expect(cluster.pool(cluster.d1) == sorted(dr.SERVERS), "a probe that could not be sent changes nothing")
        cluster.d1.sysctl(ipv4__vs__backup_only=0)
        wait_pools(cluster, ["r1", "r3"])
        vip(r2, True)
        wait_pools(cluster, dr.SERVERS)


def path_watch():
    """A server that passes its check without the address is named, and with `require` it is out; the others never are. What it answers
    with says what it is: SYN-ACK (PATH-12), RST (PATH-13), of its own address alone (PATH-14), a
    message that it has sent the packet on (PATH-15)."""
    with dr.Cluster() as cluster:
        r2 = cluster.servers["r2"]
        started(cluster, lambda d: WATCH + vrrp(d) + dr.virtual_server())
        wait_pools(cluster, dr.SERVERS, 60)
        for name in dr.SERVERS:
            wait_paths(cluster, name, "ok")
        vip(r2, False)
        wait_paths(cluster, "r2", "missing")
        for director in cluster.directors:
            lab.expect("server 192.0.2.12:80 passes its checks, but does not own the virtual address" in director.log(), "said in the log")
            lab.expect(cluster.pool(director) == sorted(dr.SERVERS), "a warning takes nothing away")
            lab.expect("its own address" in server(director, "r2")["path"]["reason"], f"{server(director, 'r2')['path']}")
        r2.sysctl(ipv4__ip_forward=1)
        for director in cluster.directors:
            lab.wait(lambda d=director: "ip_forward" in server(d, "r2")["path"]["reason"], 20,
                     lambda d=director: f"{d.name}: it forwards packets: {server(d, 'r2')['path']}", step=0.2)
            lab.expect(server(director, "r2")["path"]["state"] == "missing", "still missing")

        for director in cluster.directors:
            director.reload(WATCH + vrrp(director) + dr.virtual_server(extra="dr_path require"))
        wait_pools(cluster, ["r1", "r3"])
        stays(cluster, ["r1", "r3"], 3)
        r2.sysctl(ipv4__ip_forward=0)
        vip(r2, True)
        wait_pools(cluster, dr.SERVERS)
        cluster.servers["r3"].die()
        wait_pools(cluster, ["r1", "r2"])
        time.sleep(5)
        wait_paths(cluster, "r3", "ok")
        cluster.servers["r3"].serve()
        wait_pools(cluster, dr.SERVERS)


def silent():
    """A server that nobody hears from is unknown to the watch."""
    with dr.Cluster() as cluster:
        r2 = cluster.servers["r2"]
        started(cluster, lambda d: WATCH + vrrp(d) + dr.virtual_server(extra="dr_path require"))
        wait_pools(cluster, dr.SERVERS, 60)
        # Nobody answers: that is for its checks to say, the watch knows nothing.
        cluster.cut(r2)
        wait_pools(cluster, ["r1", "r3"], 30)
        wait_paths(cluster, "r2", "unknown", 30)
        cluster.mend(r2)
        wait_pools(cluster, dr.SERVERS, 30)
        wait_paths(cluster, "r2", "ok", 30)


def ipv6():
    """PATH-08: the same over IPv6, by DR: no setting is needed, the hop limit does what the TTL does."""
    with dr.Cluster() as cluster:
        for name, host in [(d.name, d) for d in cluster.directors] + list(cluster.servers.items()):
            host.sysctl(ipv6__conf__all__disable_ipv6=0, ipv6__conf__eth0__disable_ipv6=0)
            host.ip(f"addr add {address6(name)}/64 dev eth0 nodad")
        for server_host in cluster.servers.values():
            server_host.sysctl(ipv6__conf__lo__disable_ipv6=0)
            server_host.ip(f"addr add {VIP6}/128 dev lo nodad")
            listen(server_host, "0.0.0.0", "[::]")
        text = dr.virtual_server(check=VIA).replace(f"virtual_server {lab.VIP} ", f"virtual_server {VIP6} ")
        for name in dr.SERVERS:
            text = text.replace(f"real_server {dr.ADDRESS[name]} ", f"real_server {address6(name)} ")
        six = lab.instance(150, 3, 0.5, name="VI_6", vrid=61, vips=()).replace(
            "virtual_ipaddress {", f"virtual_ipaddress {{\n        fe80::100/64\n        {VIP6}/64")
        started(cluster, lambda d: WATCH + vrrp(d) + (six if d.name == "d1" else six.replace("priority 150", "priority 100")) + text)
        for name in dr.SERVERS:
            wait_paths(cluster, name, "ok", 30)

        def up(director):
            return sorted(n for n in dr.SERVERS if server(director, n)["up"])

        def wait_up(names):
            for director in cluster.directors:
                lab.wait(lambda d=director: up(d) == names, 20, lambda d=director: f"{d.name}: up are {names}: {up(d)}", step=0.2)

        wait_up(["r1", "r2", "r3"])
        lab.expect([accept_local(d) for d in cluster.directors] == [0, 0], "IPv6 needs no accept_local")
        r2 = cluster.servers["r2"]
        r2.ip(f"addr del {VIP6}/128 dev lo")
        wait_up(["r1", "r3"])
        wait_paths(cluster, "r2", "missing")
        r2.sysctl(ipv6__conf__all__forwarding=1)
        end = time.monotonic() + 4
        while time.monotonic() < end:
            lab.expect([up(d) for d in cluster.directors] == [["r1", "r3"]] * 2, "forwarded packets end at the next hop")
            time.sleep(0.2)
        r2.sysctl(ipv6__conf__all__forwarding=0)
        r2.ip(f"addr add {VIP6}/128 dev lo nodad")
        wait_up(["r1", "r2", "r3"])
        wait_paths(cluster, "r2", "ok")


lab.main(via_service, nightly=(on_backups, path_watch, silent, ipv6))
