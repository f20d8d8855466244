#!/usr/bin/python3
"""F110: every IPv4 vector of version 3 in tests/vectors/vrrp.json sent to a running daemon, one interface and one instance each.

Judged by packets alone, so that any VRRP daemon can stand there: BACKUP is kept quiet by adverts, hears the vector once, then only
silence. It speaks up when its down interval ends: counted from the vector where that was accepted (with the interval learned from it),
from the last good advert where it was ignored. Before that, in INIT, and at the end, in FAULT, all vectors are heard without a word. Then, all being MASTER, those vectors again that a MASTER must answer, yield to, or
ignore. Where the daemon has a status, each dropped vector has moved exactly its counter.

Rows of the checklist whose vectors are among them: RX-01 RX-03 RX-04 RX-05 RX-06 RX-07 RX-08 RX-11 RX-12 RX-13 RX-14 RX-15 RX-18 RX-19
RX-20 RX-22 RX-24 RX-25 RX-26 RX-28 RX-29 RX-31 RX-34, TM-01 TM-02
TM-05 TM-06 TM-10, SM-07 SM-08 SM-09 SM-10 SM-14 SM-15 SM-16 SM-17 SM-18 SM-19, SEC-01.
"""
import lab
from vectors import run_vectors


def version_3():
    run_vectors(3)


lab.main(version_3)
