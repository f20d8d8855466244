#!/usr/bin/env python3
"""round.py VIPD CONF_PAGE DUMP_SAME - what `vipd --dump` prints of any valid configuration means the same: dumped again it is the same text, with comments
or without, a reload from one to the other has nothing to do, and `vipd -t` finds nothing in it that it did not find in the original."""

import difflib
import re
import sys

import common


def difference(a, b):
    lines = [t.decode("utf-8", "backslashreplace").splitlines(keepends=True) for t in (a, b)]
    return "".join(difflib.unified_diff(*lines, "dump", "dump of the dump"))


def same(program, file, again):
    """What a reload from one file to the other would find different."""
    return common.run(program, file.parent, "left", file.name, again.name).stdout.decode(errors="replace").splitlines()


def is_known(finding, known):
    """Whether the original has it in other words: of an older spelling; of a variable that is not set, which is only said there."""
    kind, text = finding
    for _, old in known:
        spelling = re.match(r"'(.*)' is an old spelling of '(.*)'", old)
        unset = re.match(r"the variable '(.*)' is not defined", old)
        if spelling and (kind, text.replace(f"'{spelling[2]}'", f"'{spelling[1]}'")) in known:
            return True
        if unset and f"${{{unset[1]}}}" in text:
            return True
    return False


def check(vipd, program, source):
    """Complaints about one file; None where it has errors."""
    with common.scratch() as path:
        file = common.place(source, path)
        plain = common.dump(vipd, file)
        if plain is None:
            return None
        bad = []
        for how, text in (("plain", plain), ("origin", common.dump(vipd, file, "--dump"))):
            again = path / f"{how}.conf"
            again.write_bytes(text)
            second = common.dump(vipd, again)
            if second is None:
                bad.append(f"the dump ({how}) has errors: {sorted(common.findings(vipd, again))}")
            elif second != plain:
                bad.append(f"the dump ({how}) is not read as itself:\n{difference(plain, second)}")
        bad += [f"means something else: {line}" for line in same(program, file, path / "plain.conf")]
        known = common.findings(vipd, file)
        found = {(k, t.replace("plain.conf", file.name)) for k, t in common.findings(vipd, path / "plain.conf")}
        new = sorted(f for f in found - known if not is_known(f, known))
        bad += [f"new in the dump: {kind}: {text}" for kind, text in new]
        return bad


def main():
    vipd, _, program = sys.argv[1:4]
    read = failed = 0
    for source in common.inputs():
        bad = check(vipd, program, source)
        read += bad is not None
        failed += bool(bad)
        for line in bad or ():
            print(f"{source.relative_to(common.TOP)}: {line}")
    print(f"{read} of {len(common.inputs())} files are without errors; {failed} of them are not read back")
    sys.exit(1 if failed or read < 20 else 0)


if __name__ == "__main__":
    main()
