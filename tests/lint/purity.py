"""purity.py - pure modules refer to nothing but each other and to functions that only compute: no clock, memory, log, I/O."""

import os
import re

import tree

PURE = {
    "vrrp/step.c", "vrrp/role.c", "vrrp/backup.c", "vrrp/master.c", "vrrp/leaving.c", "vrrp/hook.c", "vrrp/group.c", "vrrp/act.c", "vrrp/deadline.c", "vrrp/reason.c", "vrrp/advert.c", "vrrp/track.c",
    "vrrp/bfd_step.c", "vrrp/bfd_wire.c", "vrrp/suspect.c", "vrrp/suspect_mute.c", "vrrp/suspect_text.c",
    "vrrp/suspicion.c", "vrrp/peer_table.c", "vrrp/gateway.c", "vrrp/offender.c",
    "vrrp/beat.c", "vrrp/lease.c", "vrrp/contest.c",
    "checkers/verdict.c", "checkers/pool.c", "checkers/guard.c", "checkers/plan.c", "checkers/http_parse.c",
    "lib/base/addr.c", "lib/base/cursor.c",
}
# libc that computes, the compiler's and the sanitizers' own calls, and the helpers of lib/ that are pure without a pure file
COMPUTES = re.compile(
    r"^(mem\w+|str(?!dup|ndup|error)\w+|v?snprintf|__\w+_chk|__stack_chk_fail|__assert_fail|abort|qsort|bsearch"
    r"|inet_(ntop|pton)|hton[sl]|ntoh[sl]|l?labs|abs|is\w+|to(upper|lower)|__ctype_\w+|__isoc\w+strto\w+"
    r"|__(asan|ubsan|sanitizer|gcov|llvm)_\w+|_GLOBAL_OFFSET_TABLE_|text_(escape|distance))$"
)


def check(source, build):
    objects = [(p, o) for p, o in tree.objects(source, build) if p in PURE]
    symbols = tree.symbols([o for _, o in objects])
    defined = {name for _, o in objects for name, _, section in symbols[o] if section != "*UND*"}
    bad = [(p, 1, "is not compiled: build first") for p in PURE
           if os.path.isfile(os.path.join(source, p)) and p not in dict(objects)]
    for path, obj in objects:
        text = tree.code(tree.read(source, path)).splitlines()
        for name, _, section in symbols[obj]:
            if section != "*UND*" or name in defined or COMPUTES.match(name):
                continue
            line = next((n for n, t in enumerate(text, 1) if re.search(rf"\b{re.escape(name)}\s*\(", t)), 1)
            bad.append((path, line, f"is pure, but calls {name}()"))
    return bad


if __name__ == "__main__":
    tree.run(check, needs_objects=True)
