#!/usr/bin/python3
"""Every IPv4 vector of version 2 in tests/vectors/vrrp.json sent to a running daemon: as test_wire.py does for version 3.

Rows of the checklist: V2-01 V2-02 V2-03 V2-04 V2-06 V2-07 V2-09 V2-10 V2-11 V2-13 V2-14.
"""
import lab
from vectors import run_vectors


def version_2():
    run_vectors(2)


lab.main(version_2)
