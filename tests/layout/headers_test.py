"""headers_test.py BUILD: every header compiles by itself, with the flags of its room.

A header that includes tensor.hpp, at once or through others, has all of xtensor by that; so tensor.hpp
is compiled once, ahead of all of these. What passed is noted in BUILD/headers, and is not compiled again
while neither it nor what it includes has changed; ccache, where it is installed, knows it in a new BUILD.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import layout

BUILD = Path(sys.argv.pop()).resolve()
TENSOR = "autograd/base/tensor.hpp"


def flags() -> dict[str, list[str]]:
    """How the sources of each room are compiled: the compiler and what concerns what they mean."""
    found = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        room = os.path.relpath(entry["file"], layout.ROOT).partition("/")[0]
        words = entry["command"].split()
        if room not in layout.ROOMS or "HOURGLASS_F64" in entry["command"]:
            continue
        compiler = next(word for word in words if re.search(r"(\+\+|g\+\+-\d+)$", word))
        pairs = list(zip(words, words[1:]))
        systems = [part for a, b in pairs if a == "-isystem" for part in (a, b)]
        kept = [word for word in words if re.match(r"-(I|D|std|m|f)", word)]
        found[room] = [compiler, *kept, *systems]
    return found


def closure(header: str, texts: dict[str, str]) -> set[str]:
    """The header and all of the project's that it includes, at once or through others."""
    seen, ahead = set(), [header]
    while ahead:
        path = ahead.pop()
        if path in texts and path not in seen:
            seen.add(path)
            ahead += layout.INCLUDE.findall(texts[path])
    return seen


def compile_in(folder: Path, words: list[str]) -> str:
    """What the compiler says, "" if nothing is wrong; asked through ccache where there is one."""
    launcher = ["ccache"] if shutil.which("ccache") else []
    environment = {**os.environ, "CCACHE_SLOPPINESS": "pch_defines,time_macros,include_file_mtime,include_file_ctime"}
    result = subprocess.run([*launcher, *words], env=environment, capture_output=True, text=True, cwd=folder)
    return result.stderr if result.returncode else ""


def compile_alone(header: str, command: list[str], folder: Path, ahead: bool = False) -> str:
    """What it says of a program in `folder` that is this header alone; `ahead`: after the compiled
    tensor.hpp that the folder holds."""
    name = header.replace("/", "-")
    (folder / f"{name}.cpp").write_text(f'#include "{header}"\n')
    first = ["-include", f"hourglass/{TENSOR}"] if ahead else []
    return compile_in(folder, [*command, *first, "-c", f"{name}.cpp", "-o", f"{name}.o"])


class Headers(unittest.TestCase):
    def test_compile_by_themselves(self):
        texts = layout.sources()
        headers = [path for path in texts if path.endswith(".hpp") and path.partition("/")[0] in layout.ROOMS]
        commands = flags()
        notes = BUILD / "headers"
        notes.mkdir(exist_ok=True)
        folder = notes / "programs"  # a place that is the same each time, as ccache wants it
        compiled = folder / "hourglass" / TENSOR
        compiled.parent.mkdir(parents=True, exist_ok=True)
        source = layout.ROOT / TENSOR
        self.assertEqual(compile_in(folder, [*commands["autograd"], "-w", "-x", "c++-header", "-c", str(source),
                                             "-o", f"{compiled}.gch"]), "")

        def fault(header: str) -> str:
            used = closure(header, texts)
            command = commands[header.partition("/")[0]]
            state = hashlib.sha256("\0".join([*command, *(texts[path] for path in sorted(used))]).encode())
            note = notes / header.replace("/", "-")
            if note.exists() and note.read_text() == state.hexdigest():
                return ""
            name = header if header.startswith("apps/") else f"hourglass/{header}"
            if said := compile_alone(name, command, folder, TENSOR in used):
                return f"{header} does not compile by itself:\n{said}"
            note.write_text(state.hexdigest())
            return ""

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            self.assertEqual([found for found in pool.map(fault, headers) if found], [])

    def test_that_lack_an_include_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            header = place / "lacks.hpp"
            command = flags()["nn"]
            header.write_text("inline std::string name() { return {}; }\n")
            self.assertIn("lacks.hpp", compile_alone("lacks.hpp", command, place))
            header.write_text("#include <string>\ninline std::string name() { return {}; }\n")
            self.assertEqual(compile_alone("lacks.hpp", command, place), "")


if __name__ == "__main__":
    unittest.main()
