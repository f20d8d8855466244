#!/usr/bin/python3
"""IO-07: vipd with Debian's keepalived as the other director, in both roles: one understands the other, version 3."""

import lab
from beside import KEEPALIVED_FIRST, VIPD_FIRST, both_ways


def v3_vipd_first():
    both_ways(3, 0.5, VIPD_FIRST)


def v3_keepalived_first():
    both_ways(3, 0.5, KEEPALIVED_FIRST)


def v3_unicast_vipd_first():
    both_ways(3, 0.5, VIPD_FIRST, unicast=True)


def v3_unicast_keepalived_first():
    both_ways(3, 0.5, KEEPALIVED_FIRST, unicast=True)


lab.main(v3_vipd_first, v3_keepalived_first, v3_unicast_vipd_first, v3_unicast_keepalived_first)
