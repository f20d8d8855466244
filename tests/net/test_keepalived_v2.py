#!/usr/bin/python3
"""IO-07: vipd with Debian's keepalived as the other director, in both roles: one understands the other, version 2."""
import lab
from beside import KEEPALIVED_FIRST, VIPD_FIRST, both_ways


def v2_vipd_first():
    both_ways(2, 1, VIPD_FIRST)


def v2_keepalived_first():
    both_ways(2, 1, KEEPALIVED_FIRST)


lab.main(v2_vipd_first, v2_keepalived_first)
