"""floors.py - every include points down, vrrp/ and checkers/ never see each other, no two modules need each other."""

import os

import tree

BASE = {"lib/base"}
LIB = BASE | {"lib/conf", "lib/io", "lib/net", "lib/ctl"}
# folder -> folders it may include from; itself always
FLOORS = {
    "lib/base": set(),
    "lib/conf": BASE,
    "lib/io": BASE,
    "lib/net": BASE,
    "lib/ctl": BASE,
    "vrrp": LIB,
    "checkers": LIB,
    "daemon": LIB | {"vrrp", "checkers"},
    "ctl": BASE | {"lib/ctl", "lib/net"},
}


def folder(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "lib" else parts[0]


def edges(source):
    """(file, line, the included name, the file it means or None) of every quoted include."""
    for path in tree.files(source):
        for line, quoted, name in tree.includes(source, path):
            if quoted:
                yield path, line, name, tree.resolve(source, path, name)


def circles(graph):
    """Each circle once: a list of modules that need each other."""
    done, found = set(), []

    def visit(module, trail):
        if module in trail:
            ring = trail[trail.index(module) :]
            first = ring.index(min(ring))
            found.append(ring[first:] + ring[: first + 1])
            return
        if module in done:
            return
        for other in sorted(graph.get(module, {})):
            visit(other, trail + [module])
        done.add(module)

    for module in sorted(graph):
        visit(module, [])
    return found


def check(source, _build):
    bad, graph = [], {}
    for path, line, name, target in edges(source):
        if not target:
            bad.append((path, line, f'"{name}" is no file of the project; foreign headers go into <>'))
            continue
        home, floor = folder(path), folder(target)
        if floor != home and floor not in FLOORS.get(home, set()):
            bad.append((path, line, f'{home}/ must not see {floor}/ ("{name}")'))
        a, b = os.path.splitext(path)[0], os.path.splitext(target)[0]
        if a != b:
            graph.setdefault(a, {}).setdefault(b, (path, line))
    for c in circles(graph):
        path, line = graph[c[0]][c[1]]
        bad.append((path, line, "circle: " + " -> ".join(c)))
    return bad


if __name__ == "__main__":
    tree.run(check)
