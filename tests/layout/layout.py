"""Which folder may include which: the order of docs/design.md's map, and how long a file may be.

  layout.py    checks the sources of this project and prints what breaks a rule
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400

# What each room may include besides itself, and its folders in their order: a folder includes those of
# the groups before its own, and no other one of its group. "." is the room's own folder; a file may
# stand in the place of a folder.
ROOMS = {
    "autograd": ([], [["base"], ["kernels"], ["."], ["operations"], ["tools"]]),
    "nn": (["autograd"], [["."], ["layers", "files"], ["training"]]),
    "datasets": (["autograd"], [["."], ["readers", "synthetic"], ["catalog"]]),
    "drawing": (["autograd"], [["."]]),
    "models": (["autograd", "nn", "datasets"],
               [["statistics"], ["core"], ["."], ["trained"], ["applications"], ["applications/compression"]]),
    "apps": (["autograd", "nn", "datasets", "drawing", "models"],
             [["evaluation"], ["reports"], ["."], ["commands"], ["hourglass.cpp"]]),
}
# These may include all of the above: they stand on top.
TOP = ("tests", "tutorials", "examples", "hourglass.hpp")

# How the libraries' headers are included: "hourglass/nn/module.hpp" is nn/module.hpp.
INCLUDE = re.compile(r'^\s*#\s*include\s*["<](?:hourglass/)?([^">]+)[">]', re.M)


def place(path: str) -> tuple[str, str]:
    """The room of a file, and its folder in that room, or the file itself where it has a place."""
    room, _, rest = path.partition("/")
    folders = [name for group in ROOMS[room][1] for name in group]
    return room, rest if rest in folders else rest.rpartition("/")[0] or "."


def fault(path: str, included: str) -> str:
    """Why the file must not include the other; nothing where it may."""
    if path.startswith(TOP):
        return ""
    if included.startswith(TOP):
        return "is on top of everything and includes all, so nothing below includes it"
    (room, folder), (other_room, other) = place(path), place(included)
    uses, groups = ROOMS[room]
    if room != other_room:
        return "" if other_room in uses else f"is in {other_room}/, which {room}/ does not build on"
    level = {name: i for i, group in enumerate(groups) for name in group}
    if folder == other or level[other] < level[folder]:
        return ""
    words = [f"{room}/{name}".removesuffix("/.") for name in (folder, other)]
    return f"is in {words[1]}, which stands {'above' if level[other] > level[folder] else 'beside'} {words[0]}"


def faults(sources: dict[str, str]) -> list[str]:
    """What breaks a rule in these sources, by path: a line each."""
    found = []
    for path, text in sorted(sources.items()):
        room = path.partition("/")[0]
        if not path.startswith(TOP):
            levels = [name for group in ROOMS.get(room, ([], []))[1] for name in group]
            if not levels or place(path)[1] not in levels:
                found.append(f"{path}: no place is known for its folder: give it one in tests/layout/layout.py")
                continue
        for number, line in enumerate(text.splitlines(), 1):
            for included in INCLUDE.findall(line):
                if included.partition("/")[0] not in (*ROOMS, *TOP):
                    continue  # generated, or beside the file
                if place_unknown(included):
                    found.append(f'{path}:{number}: "{included}" is in a folder that has no place')
                elif why := fault(path, included):
                    found.append(f'{path}:{number}: "{included}" {why}')
        if (lines := text.count("\n")) > MOST_LINES:
            found.append(f"{path}: {lines} lines, more than {MOST_LINES}: it holds more than one thing")
    return found


def place_unknown(included: str) -> bool:
    if included.startswith(TOP):
        return False
    room, folder = place(included)
    return all(folder not in group for group in ROOMS[room][1])


def sources() -> dict[str, str]:
    """All of C++ that is in the project."""
    folders = [*ROOMS, "tests", "tutorials", "examples"]
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.[ch]pp")]
    return {str(path.relative_to(ROOT)): path.read_text() for path in [ROOT / "hourglass.hpp", *files]}


if __name__ == "__main__":
    found = faults(sources())
    print("\n".join(found))
    sys.exit(bool(found))
