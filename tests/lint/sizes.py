"""sizes.py - function <= 60 lines and 95 in 100 <= 50, <= 5 parameters, nesting <= 3, file <= 500 lines without its tables."""

import re

import tree

LINES, USUAL, USUAL_SHARE, PARAMETERS, NESTING, FILE = 60, 50, 0.95, 5, 3, 500
# (file, function) -> why it may; each entry is a debt with a reason
EXCEPTIONS = {}
_CONTROL = re.compile(r"^(\t+)(?:} )?(?:if|for|while|do|switch|else|[A-Z]+_FOREACH(?:_SAFE)?)\b")


def parameters(signature):
    """How many parameters the signature has."""
    inner = signature[signature.index("(") + 1 :]
    depth, count, word = 0, 1, ""
    for ch in inner:
        if ch == ")" and depth == 0:
            break
        depth += (ch == "(") - (ch == ")")
        count += ch == "," and depth == 0
        word += ch
    return 0 if word.strip() in ("", "void") else count


def nesting(body):
    """(depth, line offset) of the deepest control statement; indentation is guaranteed by format.py."""
    deepest = (0, 0)
    for offset, line in enumerate(body):
        m = _CONTROL.match(line)
        if m and len(m.group(1)) > deepest[0]:
            deepest = (len(m.group(1)), offset)
    return deepest


def function_findings(path, f):
    size = f.last - f.first + 1
    depth, offset = nesting(f.body)
    if size > LINES:
        yield path, f.first, f"{f.name}() has {size} lines, {LINES} are the limit"
    if parameters(f.signature) > PARAMETERS:
        yield path, f.first, f"{f.name}() has {parameters(f.signature)} parameters, {PARAMETERS} are the limit"
    if depth > NESTING:
        yield path, f.last - len(f.body) + offset, f"{f.name}() nests {depth} deep, {NESTING} are the limit"


def check(source, _build):
    bad, sizes = [], []
    for path in tree.files(source):
        text = tree.read(source, path)
        lines = text.count("\n") - sum(last - first + 1 for first, last in tree.tables(text))
        if lines > FILE:
            bad.append((path, lines, f"{lines} lines without tables, {FILE} are the limit"))
        for f in tree.functions(text):
            sizes.append(f.last - f.first + 1)
            if (path, f.name) not in EXCEPTIONS:
                bad += function_findings(path, f)
    usual = sum(s <= USUAL for s in sizes)
    if sizes and usual < USUAL_SHARE * len(sizes):
        bad.append((".", 0, f"only {usual} of {len(sizes)} functions have {USUAL} lines or fewer"))
    return bad


if __name__ == "__main__":
    tree.run(check)
