"""signed.py - adverts with auth_hmac, made and verified from the written format, with Python's hmac."""
import hashlib
import hmac
import os
import socket
import struct
import time

import lab
from lab import expect

KEYS = {1: bytes(range(32)), 2: bytes(range(100, 140)), 3: b"a text of at least thirty-two characters"}
MULTICAST, GROUP_MAC, OTHER = "224.0.0.18", bytes.fromhex("01005e000012"), "192.0.2.9"


def block(keys=(1,), active=None, mode="enforce", more=""):
    lines = "".join(f"        key {k} hex:{KEYS[k].hex()}\n" if k != 3 else f'        key 3 "{KEYS[3].decode()}"\n' for k in keys)
    return f"auth_hmac {{\n{lines}        active_key {active or keys[0]}\n        mode {mode}\n        {more}\n    }}"


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~((total & 0xffff) + (total >> 16)) & 0xffff


def tag(key, source, message, head):
    """Pseudo-header, message with its checksum as zero, trailer with its tag as zero."""
    pseudo = (bytes([6, message[0] >> 4, message[1], 0]) + socket.inet_pton(socket.AF_INET6, source) if ":" in source else
              bytes([4, message[0] >> 4, message[1], 0]) + socket.inet_aton(source).ljust(16, b"\0"))
    return hmac.new(key, pseudo + message[:6] + b"\0\0" + message[8:] + head + bytes(16), hashlib.sha256).digest()[:16]


def advert(priority, source, version=3, key=None, key_id=1, when=None, to=MULTICAST, ttl=255, spoil=0):
    """A whole frame; `key`: with a trailer, its time `when` (default: now)."""
    vip = socket.inet_aton(lab.VIP)
    if version == 3:
        body = struct.pack("!BBBBHH", 0x31, 51, priority, 1, 20, 0) + vip
        pseudo = socket.inet_aton(source) + socket.inet_aton(to) + struct.pack("!HH", 112, len(body))
    else:
        body, pseudo = struct.pack("!BBBBBBH", 0x21, 51, priority, 1, 0, 1, 0) + vip + bytes(8), b""
    body = body[:6] + struct.pack("!H", checksum(pseudo + body) ^ spoil) + body[8:]
    if key:
        when = time.time() if when is None else when
        head = struct.pack("!BBHIHH", 1, key_id, 0, int(when), int(when % 1 * 65536), 0)
        body += head + tag(key, source, body, head)
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0xc0, 20 + len(body), 0, 0, ttl, 112, 0, socket.inet_aton(source), socket.inet_aton(to))
    ip = head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body
    return (GROUP_MAC if to == MULTICAST else b"\xff" * 6) + bytes.fromhex("020000000003") + b"\x08\x00" + ip


def verify(seen):
    """A sniffed advert against the format; its key id and sequence."""
    message, trailer = seen.body[:-28], seen.body[-28:]
    kind, key_id, reserved, seconds, sub, counter = struct.unpack("!BBHIHH", trailer[:12])
    expect(kind == 1 and reserved == 0, f"trailer {trailer.hex()}")
    expect(trailer[12:] == tag(KEYS[key_id], seen.source, message, trailer[:12]), f"wrong tag: {seen.body.hex()}")
    expect(abs(seconds + sub / 65536 - time.time()) < 60, f"time {seconds}")
    pseudo = socket.inet_aton(seen.source) + socket.inet_aton(seen.to) + struct.pack("!HH", 112, len(message))
    expect(checksum((pseudo if seen.version == 3 else b"") + message) == 0, "the checksum covers the message alone")
    return key_id, seconds << 32 | sub << 16 | counter


def dropped(director):
    return director.instance()["counters"]["dropped"]


def secrets_are_kept(director):
    vipctl = os.path.join(lab.BIN, "vipctl")
    text = director.run(vipctl, "status")
    expect("auth_hmac enforce, key 1" in text, f"status:\n{text}")
    texts = [text, director.log(), director.run(vipctl, "status", "--json"),
             director.run(vipctl, "dump", check=False)]
    for text in texts:
        for key in KEYS.values():
            expect(key.hex() not in text and key.decode("latin-1") not in text, f"a key is shown:\n{text}")
