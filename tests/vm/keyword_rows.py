"""keyword_rows.py - every word of virtual_server_group, virtual_server and real_server that the kernel's table shows, what is written
before a reload and after it, and what `ipvsadm -Sn` then prints; for the others the test that shows them. test_table.py is the judge."""

SCHEDULERS = ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "mh", "dh", "fo", "ovf", "sed", "nq")  # twos: not in this kernel

# (word, in virtual_server, what ipvsadm says of the service; the same after the reload)
SERVICE = (
    *(("lvs_sched", f"lvs_sched {name}", f"-s {name}", "lb_algo rr", "-s rr") for name in SCHEDULERS),
    ("persistence_timeout", "", "-s wlc", "persistence_timeout 50", "-s wlc -p 50"),
    ("persistence_timeout", "persistence_timeout", "-s wlc -p 360", "persistence_timeout 0", "-s wlc"),
    ("persistence_granularity", "persistence_timeout 50\n persistence_granularity 255.255.255.0", "-s wlc -p 50 -M 255.255.255.0",
     "persistence_timeout 50\n persistence_granularity 16", "-s wlc -p 50 -M 255.255.0.0"),
    ("ops", "protocol UDP\n ops", "-s wlc -o", "protocol UDP", "-s wlc"),
    ("persistence_engine", "protocol UDP\n persistence_timeout 9\n persistence_engine sip", "-s wlc -p 9 --pe sip",
     "protocol UDP\n persistence_timeout 9", "-s wlc -p 9"),
    ("hashed", "hashed", "-s wlc", "", "-s wlc"),
    ("flag-1", "lvs_sched wrr\n flag-1", "-s wrr -b flag-1", "lvs_sched wrr", "-s wrr"),
    ("flag-2", "lvs_sched wrr\n flag-2", "-s wrr -b flag-2", "lvs_sched wrr\n flag-3", "-s wrr -b flag-3"),
    ("flag-3", "lvs_sched wrr\n flag-3", "-s wrr -b flag-3", "lvs_sched wrr\n flag-1\n flag-2", "-s wrr -b flag-1,flag-2"),
    ("sh-port", "lvs_sched sh\n sh-port", "-s sh -b sh-port", "lvs_sched sh\n sh-fallback", "-s sh -b sh-fallback"),
    ("sh-fallback", "lvs_sched sh", "-s sh", "lvs_sched sh\n sh-port\n sh-fallback", "-s sh -b sh-fallback,sh-port"),
    ("mh-port", "lvs_sched mh\n mh-port", "-s mh -b mh-port", "lvs_sched mh\n mh-fallback", "-s mh -b mh-fallback"),
    ("mh-fallback", "lvs_sched mh", "-s mh", "lvs_sched mh\n mh-port\n mh-fallback", "-s mh -b mh-fallback,mh-port"),
    ("protocol", "protocol UDP", "-s wlc", "protocol UDP\n lvs_sched rr", "-s rr"),
    ("protocol", "protocol SCTP", "-s wlc", "protocol SCTP\n lvs_sched rr", "-s rr"),
)

# (words in virtual_server, words in real_server, what ipvsadm says of the server; the same after the reload)
SERVER = (
    ("lvs_method", "lvs_method DR", "", "-g -w 1", "lb_kind NAT", "", "-m -w 1"),
    ("lvs_method", "lvs_method NAT", "lvs_method DR", "-g -w 1", "lvs_method NAT", "", "-m -w 1"),
    ("lvs_method", "lvs_method TUN", "", "-i -w 1 --tun-type ipip", "lvs_method TUN type gue port 6080", "",
     "-i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum"),
    ("lvs_method", "lvs_method TUN type gue port 6080 csum", "", "-i -w 1 --tun-type gue --tun-port 6080 --tun-csum",
     "lvs_method TUN type gue port 6081 remcsum", "", "-i -w 1 --tun-type gue --tun-port 6081 --tun-remcsum"),
    ("lvs_method", "lvs_method TUN type gre", "", "-i -w 1 --tun-type gre --tun-nocsum", "lvs_method TUN type gre csum", "",
     "-i -w 1 --tun-type gre --tun-csum"),
    ("weight", "weight 7", "", "-m -w 7", "weight 8", "", "-m -w 8"),
    ("weight", "weight 7", "weight 65535", "-m -w 65535", "weight 7", "weight 0", "-m -w 0"),
    ("uthreshold", "", "uthreshold 100\n lthreshold 50", "-m -w 1 -x 100 -y 50", "", "uthreshold 90", "-m -w 1 -x 90 -y 0"),
    ("lthreshold", "", "uthreshold 100\n lthreshold 50", "-m -w 1 -x 100 -y 50", "", "uthreshold 100\n lthreshold 60",
     "-m -w 1 -x 100 -y 60"),
    ("uthreshold", "", "uthreshold 100", "-m -w 1 -x 100 -y 0", "", "", "-m -w 1"),
)

# Two servers are up, the third is down. (word, in virtual_server, who is in the table; the same after the reload)
UP, SORRY = ("10.0.0.1:80 -m -w 1", "10.0.0.2:80 -m -w 1"), "sorry_server 10.0.0.9 80\n "
POOL = (
    ("inhibit_on_failure", "", UP, "inhibit_on_failure", (*UP, "10.0.0.3:80 -m -w 0")),
    ("inhibit_on_failure", "inhibit_on_failure", (*UP, "10.0.0.3:80 -m -w 0"), "", UP),
    ("quorum", "quorum 2", UP, SORRY + "quorum 3", ("10.0.0.9:80 -m -w 1",)),
    ("sorry_server", "quorum 3", UP, SORRY + "quorum 3", ("10.0.0.9:80 -m -w 1",)),
    ("hysteresis", SORRY + "alpha\n quorum 2\n hysteresis 1", ("10.0.0.9:80 -m -w 1",), SORRY + "alpha\n quorum 2", UP),
    ("sorry_server_inhibit", SORRY, UP, SORRY + "sorry_server_inhibit", (*UP, "10.0.0.9:80 -m -w 0")),
    ("sorry_server_lvs_method", SORRY + "quorum 3\n sorry_server_lvs_method DR", ("10.0.0.9:80 -g -w 1",),
     SORRY + "quorum 3\n sorry_server_lvs_method TUN", ("10.0.0.9:80 -i -w 1 --tun-type ipip",)),
    ("alpha", "alpha\n warmup 86400", (), "alpha\n warmup 0", UP),  # no result in this life; all
    ("warmup", "warmup 86400", (*UP, "10.0.0.3:80 -m -w 1"), "warmup 0", UP),
)

# (lines of the group before, its entries as ipvsadm names them, lines after, entries after)
GROUP = (
    ("10.78.0.1 80\n 10.78.0.2", ("-t 10.78.0.1:80", "-t 10.78.0.2:0"), "10.78.0.1 80", ("-t 10.78.0.1:80",)),
    ("10.78.1.1-3 80", ("-t 10.78.1.1:80", "-t 10.78.1.2:80", "-t 10.78.1.3:80"),
     "10.78.1.2-10.78.1.4 80", ("-t 10.78.1.2:80", "-t 10.78.1.3:80", "-t 10.78.1.4:80")),
    ("10.78.2.0/30 80", tuple(f"-t 10.78.2.{n}:80" for n in range(4)), "10.78.2.2/31 80", ("-t 10.78.2.2:80", "-t 10.78.2.3:80")),
    # T66: each address by each port; another port is another entry, the others stay.
    ("10.78.3.1-3 80,443,8000-8010", tuple(f"-t 10.78.3.{n}:{port}" for n in (1, 2, 3) for port in (80, 443, *range(8000, 8011))),
     "10.78.3.1-3 80,8443,8000-8009", tuple(f"-t 10.78.3.{n}:{port}" for n in (1, 2, 3) for port in (80, 8443, *range(8000, 8010)))),
    ("fwmark 5", ("-f 5",), "fwmark 5\n fwmark 6 inet", ("-f 5", "-f 6")),
)
GROUP6 = (
    ("fd78::1-3 80", ("-t [fd78::1]:80", "-t [fd78::2]:80", "-t [fd78::3]:80"), "fd78::2 80", ("-t [fd78::2]:80",)),
    ("fd78::8 80,443,8000-8001", tuple(f"-t [fd78::8]:{port}" for port in (80, 443, 8000, 8001)), "fd78::8 443", ("-t [fd78::8]:443",)),
    ("fd79::/127 80", ("-t [fd79::]:80", "-t [fd79::1]:80"), "fwmark 7 inet6", ("-f 7 -6",)),
)

# What the kernel's table does not show, or shows with time only.
ELSEWHERE = {
    "virtual_server": {
        "delay_loop": "unit.runner", "ip_family": "vm.table groups_and_marks", "ha_suspend": "net.services", "virtualhost": "unit.http_request",
        "omega": "net.services", "quorum_up": "unit.service", "quorum_down": "unit.service", "smtp_alert": "net.mail",
        "connect_timeout": "vm.dr hanging_server", "retry": "unit.runner", "delay_before_retry": "unit.runner", "real_server": "here",
        "vip_mode": "vm.anycast", "initial_state": "vm.pool check_first", "slow_start": "unit.pool", "fail_open": "vm.pool guard",
        "minimum_available": "unit.pool", "backup_pool": "vm.pool tiers", "on_server_down": "vm.drain policies",
        "drain_timeout": "vm.drain removed_by_reload", "dr_path": "vm.path path_watch", "quorum_of": "vm.pool tiers"},
    "real_server": {
        "notify_up": "unit.service", "notify_down": "unit.service", "inhibit_on_failure": "here", "alpha": "vm.table states_survive",
        "connect_timeout": "unit.inherited", "delay_loop": "unit.inherited", "delay_before_retry": "unit.inherited",
        "warmup": "unit.inherited", "retry": "unit.inherited", "virtualhost": "unit.http_request", "smtp_alert": "net.mail",
        "TCP_CHECK": "vm.dr", "HTTP_GET": "vm.dr hanging_server", "BFD_CHECK": "net.bfd"},
}
