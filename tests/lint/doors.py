"""doors.py - one door per foreign thing: its headers are included there and nowhere else."""

import tree

LINK, WIRE, DEV = "lib/net/link.c", "lib/net/link_wire.c", "lib/net/link_dev.c"
ROUTES = ("lib/net/link_apply.c", "lib/net/link_policy.c", "lib/net/link_route.c", "lib/net/link_rule.c", "lib/net/link_attr.c",
          "lib/net/link_ask.c", "lib/net/link_mark.c", "lib/net/link_encap.c")
IPVS_DAEMON = "lib/net/ipvs_daemon.c"
IPVS, IPVS_WIRE, PROC, FILTER = "lib/net/ipvs.c", "lib/net/ipvs_wire.c", "lib/net/proc_events.c", "lib/net/filter_events.c"
# beginning of a header's name -> the files that are its door
DOORS = {
    "event2/": ("lib/io/loop.c",),
    "event.h": (),
    "netlink/": (LINK, WIRE, DEV, *ROUTES, IPVS, IPVS_WIRE, IPVS_DAEMON),
    "linux/rtnetlink.h": (LINK, WIRE, DEV, *ROUTES),
    "linux/netlink.h": (LINK, IPVS, PROC, FILTER),
    "linux/netfilter": (FILTER,),
    "linux/genetlink.h": (IPVS,),
    "linux/ip_vs.h": (IPVS, IPVS_WIRE, IPVS_DAEMON),
    "linux/connector.h": (PROC,),
    "linux/cn_proc.h": (PROC,),
    "linux/if_packet.h": ("lib/net/raw.c", "lib/net/raw_filter.c", "lib/net/raw_nd.c", "lib/net/raw_reach.c", "lib/net/raw_syn.c"),
    "netpacket/packet.h": ("lib/net/raw.c",),
    "openssl/": ("lib/io/tls.c",),
    "xxhash.h": ("lib/base/hash.c",),
    "jansson.h": ("lib/ctl/writer.c", "lib/ctl/reader.c"),
    "cap-ng.h": ("lib/io/sandbox.c",),
    "sys/capability.h": (),
    "seccomp.h": ("lib/io/sandbox.c",),
    "linux/seccomp.h": ("lib/io/sandbox.c",),
    "pcre2.h": (),
}


def check(source, _build):
    bad = []
    for path in tree.files(source):
        for line, _, name in tree.includes(source, path):
            for start, doors in DOORS.items():
                if name.startswith(start) and path not in doors:
                    bad.append((path, line, f"<{name}> only in {', '.join(doors) or 'no file yet'}"))
    return bad


if __name__ == "__main__":
    tree.run(check)
