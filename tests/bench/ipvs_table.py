"""ipvs_table.py - a configuration of many services made by number, and the kernel's table as it should be for it.

Both are the same value: {("10.x.y.z", port): {("10.x.y.z", port): weight}}; text() writes it in keepalived's language, kernel()
reads it back from /proc/net/ip_vs.
"""
import re

PORT, CHANGED = 80, 7


def wanted(services, servers, weight=1):
    """`services` services of `servers` servers each; every address is its own."""
    table = {}
    for s in range(services):
        real = {(f"10.{2 + s // 250}.{s % 250}.{r + 1}", PORT): weight for r in range(servers)}
        table[(f"10.1.{s // 250}.{s % 250 + 1}", PORT)] = real
    return table


def changed(table):
    """The table after an ordinary day: in every service the first server has another weight; the last ten services are gone."""
    after = {}
    for service, real in list(table.items())[:-10]:
        first = next(iter(real))
        after[service] = {**real, first: CHANGED}
    return after


def text(table, check=""):
    """The configuration; `check` stands in every real_server."""
    lines = ["global_defs {", "    router_id bench", "}"]
    for (address, port), real in table.items():
        lines += [f"virtual_server {address} {port} {{", "    protocol TCP", "    lvs_sched wlc", "    lvs_method DR"]
        for (server, server_port), weight in real.items():
            lines += [f"    real_server {server} {server_port} {{", f"        weight {weight}", check, "    }"]
        lines.append("}")
    return "\n".join(lines) + "\n"


def address_of(word):
    """("10.1.0.1", 80) from the kernel's 0A010001:0050."""
    number, port = word.split(":")
    return ".".join(str(int(number[i : i + 2], 16)) for i in range(0, 8, 2)), int(port, 16)


def kernel(path="/proc/net/ip_vs"):
    """The table that the kernel has now; fwmark services, a guard for example, are passed over."""
    table, real = {}, None
    with open(path) as f:
        for line in f:
            word = line.split()
            if word and word[0] in ("TCP", "UDP"):
                real = table.setdefault(address_of(word[1]), {})
            elif word and word[0] == "FWM":
                real = {}
            elif len(word) > 3 and word[0] == "->" and real is not None and word[1] != "RemoteAddress:Port":
                real[address_of(word[1])] = int(word[3])
    return table


def marks_of(table):
    """(services, servers, servers of the changed weight): what marks() will say of this table."""
    weights = [weight for real in table.values() for weight in real.values()]
    return len(table), len(weights), weights.count(CHANGED)


def marks(path="/proc/net/ip_vs"):
    """The same of the kernel's table, without reading every word: for waiting."""
    with open(path, "rb") as f:
        data = f.read()
    return data.count(b"\nTCP"), data.count(b" Route "), len(re.findall(rb" Route +%d " % CHANGED, data))
