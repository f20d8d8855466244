"""link_local.py - two directors and a client that speak IPv6, and what is on their wires."""
import json
import socket

import lab

LINK, VIP, OWN = "fe80::100", "2001:db8::100", {"d1": "fe80::ff:fe00:1", "d2": "fe80::ff:fe00:2"}


def instance(priority, vips=(f"{VIP}/64", f"{LINK}/64"), name="VI_6", extra=""):
    """The link-local address is written last: it leads the advert nevertheless."""
    lines = "\n        ".join(vips)
    return f"""vrrp_instance {name} {{
    state BACKUP
    interface eth0
    version 3
    virtual_router_id 51
    priority {priority}
    advert_int 0.2
    {extra}
    virtual_ipaddress {{
        {lines}
    }}
}}
"""


def infos(host, family="-6"):
    text = host.run("ip", "-j", family, "addr", "show", "dev", "eth0").partition("\n")[0]
    return [a for link in json.loads(text or "[]") for a in link.get("addr_info", [])]


def holds(host, address=VIP):
    return address in [a["local"] for a in infos(host)]


def unusable(host):
    """Addresses that duplicate address detection holds up, or found elsewhere."""
    return [a["local"] for a in infos(host) if a.get("tentative") or a.get("dadfailed")]


class Wire:
    """IPv6 frames as they leave a host."""

    def __init__(self, lab_, host):
        with lab_.switch.inside():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            self.socket.bind((host.name, 0))
        self.socket.setblocking(False)
        self.frames = []

    def read(self):
        while True:
            try:
                frame, to = self.socket.recvfrom(4096)
            except BlockingIOError:
                return self.frames
            except OSError:  # ENETDOWN, once: the port was cut
                continue
            if to[2] != 4 and frame[12:14] == b"\x86\xdd":  # not what the switch sends to it
                self.frames.append(frame)

    def adverts(self):
        return [f for f in self.read() if f[20] == 112]

    def announcements(self, address):
        target = socket.inet_pton(socket.AF_INET6, address)
        return [f for f in self.read() if f[20] == 58 and f[54] == 136 and f[62:78] == target]


class Six(lab.Lab):
    """Two directors and a client with link-local addresses of their MAC addresses."""

    def __init__(self):
        super().__init__()
        self.d1, self.d2 = self.director("d1", "192.0.2.1"), self.director("d2", "192.0.2.2")
        self.client = self.host("client", "192.0.2.9")
        for number, host in enumerate((self.d1, self.d2, self.client)):
            host.sysctl(ipv6__conf__eth0__disable_ipv6=0)
            host.ip(f"addr add 2001:db8::{number + 1:x}/64 dev eth0 nodad")
        lab.wait(lambda: not any(unusable(h) for h in self.hosts.values() if h is not self.switch), 30, "link-local addresses")

    def serves(self, host, seconds=30):
        """Only this director has the address, and a client reaches it there."""
        others = [d for d in (self.d1, self.d2) if d is not host and d.daemon]
        lab.wait(lambda: holds(host) and not any(holds(o) for o in others), seconds, f"{host.name} alone holds {VIP}")
        lab.wait(lambda: self.neighbour() == f"02:00:00:00:00:0{host.name[1]}", seconds, f"the client knows {host.name}", step=0.05)
        lab.expect(not unusable(host), f"{host.name}: {unusable(host)} cannot be used")

    def neighbour(self):
        """Where the client sends what is for the address, asked for once."""
        if VIP not in self.client.run("ip", "-6", "neigh", "show", VIP):
            self.client.run("ping", "-6", "-c", "1", "-W", "1", VIP, check=False)
        words = self.client.run("ip", "-6", "neigh", "show", VIP).split()
        return words[words.index("lladdr") + 1] if "lladdr" in words else None
