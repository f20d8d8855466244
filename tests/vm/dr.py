"""dr.py - the LVS-DR laboratory: a client, two directors, three nginx with the VIP on lo. vm tests and tests/demo share it."""
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../net"))
import lab  # noqa: E402
import page  # noqa: E402

SERVERS = ("r1", "r2", "r3")
ADDRESS = {"d1": "192.0.2.1", "d2": "192.0.2.2", "client": "192.0.2.9", "r1": "192.0.2.11", "r2": "192.0.2.12", "r3": "192.0.2.13"}


def have_ipvs():
    return os.path.exists("/proc/thread-self/net/ip_vs")


def real_server(name, check, port=80):
    return f"    real_server {ADDRESS[name]} {port} {{\n        weight 1\n        {check}\n    }}\n"


def virtual_server(check="TCP_CHECK {\n connect_timeout 1\n }", servers=SERVERS, extra="", port=80, scheduler="rr", retry=1):
    body = "".join(real_server(name, check, port) for name in servers)
    return f"""virtual_server {lab.VIP} {port} {{
    delay_loop 1
    lb_algo {scheduler}
    lb_kind DR
    protocol TCP
    retry {retry}
    delay_before_retry 1
    {extra}
{body}}}
"""


class RealServer(lab.Host):
    """nginx answers with the host's name; the VIP is on lo, and ARP for it stays unanswered (arp_ignore, arp_announce)."""

    def __init__(self, laboratory, name):
        super().__init__(laboratory, name)
        self.nginx = None

    def type(self, heading, **words):
        """The commands of doc/dr.md."""
        for line in page.typed(heading, **words):
            self.run(*line.split())

    def prepare(self):
        self.type("Three cures")
        temporary = "".join(f"{kind}_temp_path /run/lab/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.write("/run/lab/nginx.conf", f"""daemon off; master_process off; pid /run/lab/nginx.pid;
events {{ worker_connections 512; }}
http {{ access_log off; {temporary} keepalive_timeout 60;
server {{ listen 80 backlog=512; location / {{ return 200 "{self.name}\\n"; }} }} }}
""")
        self.serve()

    def serve(self):
        self.nginx = self.popen("/usr/sbin/nginx", "-e", "/run/lab/nginx.err", "-c", "/run/lab/nginx.conf", log=f"{self.name}.log")

    def die(self):
        self.nginx.kill()
        self.nginx.wait()


def forget_the_dead(director):
    """etc/sysctl.d/vipd.conf: connections of a server that left are forgotten. Without it a client that comes back with the port of one
    of them (a single test client does within seconds) is sent nowhere for two minutes: its SYN is dropped without an answer."""
    director.sysctl(ipv4__vs__expire_nodest_conn=1)


class Cluster(lab.Lab):
    def __init__(self, directors=("d1", "d2"), servers=SERVERS):
        super().__init__()
        self.directors = [self.director(name, ADDRESS[name]) for name in directors]
        self.d1 = self.directors[0]
        self.client = self.host("client", ADDRESS["client"])
        self.servers = {name: self.host(name, ADDRESS[name], RealServer) for name in servers}
        for server in self.servers.values():
            server.prepare()
        self.observe()

    def table(self, director):
        """{"192.0.2.100:80": {"192.0.2.11:80": weight}} of a director, read from the kernel without a fork."""
        found, current = {}, None
        with director.inside(), open("/proc/thread-self/net/ip_vs") as file:
            for line in file:
                word = line.split()
                if word[:1] in (["TCP"], ["UDP"]):
                    current = found.setdefault(self.endpoint(word[1]), {})
                elif word[:1] == ["FWM"]:
                    current = None  # by mark
                elif word[:1] == ["->"] and current is not None and word[1][0] != "R":
                    current[self.endpoint(word[1])] = int(word[3])
        return found

    @staticmethod
    def endpoint(text):
        address, port = text.split(":")
        return ".".join(str(int(address[i:i + 2], 16)) for i in range(0, 8, 2)) + f":{int(port, 16)}"

    def pool(self, director, port=80):
        """Names of the real servers in the VIP's pool with a weight above 0, or None without the service."""
        service = self.table(director).get(f"{lab.VIP}:{port}")
        names = {address: name for name, address in ADDRESS.items()}
        return None if service is None else sorted(names.get(rs.split(":")[0], rs) for rs, weight in service.items() if weight)

    def master(self):
        return " ".join(self.observer.holding()) or "nobody"


class Requests:
    """http_client on a host: open loop, one request every `ms`; phase() ends a phase and returns its numbers."""

    def __init__(self, host, ms=20):
        self.process = host.popen(os.path.join(lab.BIN, "http_client"), lab.VIP, 80, ms, stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)

    def ask(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def now(self):
        return self.ask("now")

    def phase(self):
        return self.ask("phase")


def wait_pool(cluster, director, names, seconds, port=80):
    """Waits until the director's pool is exactly `names`; returns how long it took."""
    start = time.monotonic()
    lab.wait(lambda: cluster.pool(director, port) == sorted(names), seconds,
             f"{director.name}'s pool is {names}, it is {cluster.pool(director, port)}", step=0.02)
    return time.monotonic() - start
