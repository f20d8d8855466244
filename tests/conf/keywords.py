"""keywords.py VIPD - `vipd --keywords`: text and JSON say the same, every keyword has its sentence, a reader may leave early."""

import json
import subprocess
import sys

STATUSES = ("works", "no effect", "alias", "not supported yet")


def run(*arguments):
    return subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True)


def check_json(doc):
    words = doc["keywords"]
    assert len({w["path"] for w in words}) == len(words) == doc["summary"]["all"] >= 531
    for status in STATUSES:
        assert sum(w["status"] == status for w in words) == doc["summary"][status], status
    for w in words:
        assert w["path"] == f"{w['block']}/{w['keyword']}".lstrip("/"), w
        assert w["sentence"] or w["status"] == "alias", w
        assert (w["alias"] is not None) == (w["status"] == "alias"), w
    by_path = {w["path"]: w for w in words}
    priority = by_path["vrrp_instance/priority"]
    assert (priority["type"], priority["range"], priority["status"]) == ("number", "1..255", "works")
    interval = by_path["global_defs/drill_interval"]
    assert (interval["range"], interval["unit"], interval["default"]) == ("0..86400", "s", "30")
    assert by_path["global_defs/lvs_id"]["alias"] == "router_id" and by_path["global_defs/lvs_id"]["obsolete"]
    assert by_path["global_defs/reload_file"]["note"]


def check_text(text, doc):
    *lines, summary = text.rstrip("\n").split("\n")
    counts = ", ".join(f"{doc['summary'][s]} {s}" for s in STATUSES)
    assert summary == f"{doc['summary']['all']} keywords: {counts}", summary
    rows = [line for line in lines if line and not line.endswith(":")]
    assert len(rows) == doc["summary"]["all"]
    assert [r.split()[0] for r in rows] == [w["keyword"] for w in doc["keywords"]]


def check_pipe(argument):
    p = subprocess.Popen([sys.argv[1], argument], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.close()
    assert p.stderr.read() == b"" and p.wait() == 0


made = run("--keywords=json")
assert made.returncode == 0 and not made.stderr, made.stderr
document = json.loads(made.stdout)
check_json(document)
made = run("--keywords")
assert made.returncode == 0 and not made.stderr, made.stderr
check_text(made.stdout, document)
check_pipe("--keywords")
check_pipe("--keywords=json")
made = run("--keywords=xml")
assert made.returncode == 64 and "--keywords=xml" in made.stderr
