#!/usr/bin/python3
"""T66: services of several ports by one mark, in the DR laboratory: HTTP and HTTPS of one client meet the same real server."""
import contextlib
import socket
import subprocess

import dr
import lab

CHECK = "TCP_CHECK {\n connect_port 80\n connect_timeout 1\n }"
PORTS = (80, 443, 8000, 8010)
CLIENTS = tuple(f"192.0.2.{n}" for n in range(31, 37))


def load():
    """Before lab.main() hides the machine's /run, where its modules are."""
    subprocess.run(["modprobe", "-a", "sch_ingress", "cls_u32", "act_skbedit"], check=True)


def by_mark(words):
    body = "".join(f"    real_server {dr.ADDRESS[name]} {{\n        {CHECK}\n    }}\n" for name in dr.SERVERS)
    return lab.instance(150, 3, 0.5) + f"""virtual_server fwmark 1 {{
    delay_loop 1
    lb_algo rr
    lb_kind DR
    {words}
{body}}}
"""


def mark(director):
    """What nftables would do in its prerouting hook, which this kernel has not: ports 80, 443 and 8000-8015 of the VIP are mark 1."""
    director.run("tc", "qdisc", "add", "dev", "eth0", "ingress")
    for port, mask in ((80, "0xffff"), (443, "0xffff"), (8000, "0xfff0")):
        director.run("tc", "filter", "add", "dev", "eth0", "parent", "ffff:", "protocol", "ip", "u32", "match", "ip", "dst", f"{lab.VIP}/32",
                     "match", "ip", "dport", port, mask, "action", "skbedit", "mark", "1")


def listen(server):
    """nginx on all the ports; the check may see nothing of it."""
    with open(f"/proc/{server.pid}/root/run/lab/nginx.conf") as file:
        text = file.read()
    server.die()
    server.write("/run/lab/nginx.conf", text.replace("listen 80 backlog=512;", " ".join(f"listen {port};" for port in PORTS)))
    server.serve()
    lab.wait(lambda: all(f":{port} " in server.run("ss", "-ltn") for port in PORTS), 30, "nginx listens", step=0.2)


def who_answers(client, source, port):
    """The real server that a connection from that address meets."""
    with client.inside():
        s = socket.socket()
    with contextlib.closing(s):
        s.settimeout(10)
        s.bind((source, 0))
        s.connect((lab.VIP, port))
        s.sendall(b"GET / HTTP/1.0\r\n\r\n")
        answer = b""
        while part := s.recv(4096):
            answer += part
    return answer.decode().split()[-1]


def met(client):
    """{client's address: the servers that its connections met, port by port}"""
    return {source: [who_answers(client, source, port) for port in PORTS] for source in CLIENTS}


def persistence_spans_ports():
    """With persistence all ports of the mark are one to a client; without it each connection is dealt out by itself."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1, client = cluster.d1, cluster.client
        for server in cluster.servers.values():
            listen(server)
        mark(d1)
        for source in CLIENTS:
            client.ip(f"addr add {source}/24 dev eth0")
        d1.start(by_mark(""))
        lab.wait(lambda: cluster.observer.holding() == ["d1"], 30, "d1 serves")
        lab.wait(lambda: d1.status()["services"][0]["servers_up"] == len(dr.SERVERS), 30, "all are up", step=0.2)
        apart = met(client)
        lab.expect(all(len(set(servers)) > 1 for servers in apart.values()), f"without persistence rr deals out: {apart}")

        d1.reload(by_mark("persistence_timeout 300"))
        lab.wait(lambda: "persistent 300" in d1.run("ipvsadm", "-Ln"), 30, "persistent", step=0.2)
        together = met(client)
        lab.expect(all(len(set(servers)) == 1 for servers in together.values()), f"one client, one server: {together}")
        lab.expect(set(sum(together.values(), [])) == set(dr.SERVERS), f"clients are spread: {together}")
        templates = [line for line in d1.run("ipvsadm", "-Lcn").splitlines() if line.startswith("IP ")]
        lab.expect(len(templates) == len(CLIENTS), f"one template per client, not per port: {templates}")

        gone = together[CLIENTS[0]][0]
        cluster.servers[gone].die()
        lab.wait(lambda: d1.status()["services"][0]["servers_up"] == len(dr.SERVERS) - 1, 30, "one is down", step=0.2)
        d1.sysctl(ipv4__vs__expire_quiescent_template=1)
        after = met(client)
        lab.expect(all(len(set(servers)) == 1 and gone not in servers for servers in after.values()), f"without {gone}: {after}")
        kept = {source: servers for source, servers in together.items() if gone not in servers}
        lab.expect(all(after[source] == servers for source, servers in kept.items()), f"the others stay where they were: {after}")


load()
lab.main(persistence_spans_ports)
