"""Writes the pages that are made of other sources: one for each exercise, one of all operations, one
for each folder of public headers, and lists of them."""

import re
import shutil
import tomllib
from pathlib import Path

import operations

FOLDERS = {
    "autograd": "The engine",
    "autograd/base": "Tensors, random numbers, errors",
    "autograd/kernels": "Kernels",
    "autograd/operations": "What operations share",
    "autograd/tools": "Looking at a tape",
    "nn": "Modules and losses",
    "nn/layers": "Layers",
    "nn/files": "Settings and weights as files",
    "nn/training": "Training",
    "datasets": "Data",
    "datasets/readers": "Readers",
    "datasets/synthetic": "Data that are drawn",
    "datasets/catalog": "Datasets by description",
    "drawing": "Pictures and plots",
    "models": "Autoencoders",
    "models/core": "What autoencoders share",
    "models/statistics": "Statistics",
    "models/trained": "A trained model",
    "models/applications": "What a trained model is used for",
    "models/applications/compression": "Compression",
}


def stub(source: str) -> str:
    """What the student gets: the text with the solution replaced by the lines behind //| ."""
    lines, within = [], ""
    for line in source.splitlines():
        mark = line.strip()
        if mark == "// BEGIN SOLUTION":
            within = "solution"
        elif mark == "// STUB":
            within = "stub"
        elif mark == "// END SOLUTION":
            within = ""
        elif within == "stub":
            lines.append(re.sub(r"//\| ?", "", line, count=1))
        elif not within:
            lines.append(line)
    return "\n".join(lines)


def exercise_page(folder: Path) -> str:
    about = tomllib.loads((folder / "exercise.toml").read_text())
    number = folder.name[:2]
    kind = {"write": "Write it", "bug": "Find the bug", "performance": "Make it do less"}[about["kind"]]
    hints = "\n".join(f":::{{dropdown-hint}} {i}\n{hint}\n:::\n" for i, hint in enumerate(about["hints"], 1))
    cases = re.findall(r'^CASE\(\s*"((?:[^"\\]|\\.)*)"\)', (folder / "test.cpp").read_text(), re.M)
    return "\n".join([
        f"# {number}. {about['title']}", "",
        f"*{kind}; it goes with chapter {about['chapter']}.*", "",
        f"The file is `{about['file']}`. When you are done, these hold:", "",
        *(f"- {case}" for case in cases), "",
        "```cpp", stub((folder / about["file"]).read_text()), "```", "",
        "## Hints", "", hints,
        "## Afterwards", "",
        "When it passes, `./run course` shows why it is so and the reference beside yours.", ""])


def details(text: str) -> str:
    """Hints are closed until one opens them."""
    return re.sub(r":::\{dropdown-hint\} (\d)\n(.*?)\n:::", lambda m:
                  f'<details><summary>Hint {m[1]}</summary>\n\n{m[2]}\n\n</details>', text, flags=re.S)


def write_exercises(root: Path, out: Path) -> None:
    out.mkdir(parents=True)
    folders = sorted(root.glob("tutorials/exercises/[0-9][0-9]_*"))
    for folder in folders:
        (out / f"{folder.name}.md").write_text(details(exercise_page(folder)))
    names = "\n".join(folder.name for folder in folders)
    (out / "index.md").write_text(
        "# Exercises\n\n"
        "Each is one small file in which something is missing, wrong or wasteful, and a test that says "
        "what. They build on one another and stand along the chapters. To begin:\n\n"
        "```sh\n./run course start my-course\n./run course watch\n```\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n\n{names}\n```\n")


def write_reference(root: Path, out: Path) -> None:
    out.mkdir(parents=True)
    for folder, title in FOLDERS.items():
        headers = sorted(path.name for path in (root / folder).glob("*.hpp"))
        parts = [f"# {title}\n"]
        for header in headers:
            parts.append(f"## {header}\n\n```{{eval-rst}}\n.. doxygenfile:: {folder}/{header}\n```\n")
        (out / f"{folder.replace('/', '-')}.md").write_text("\n".join(parts))
    names = "\n".join(folder.replace("/", "-") for folder in FOLDERS)
    (out / "index.md").write_text(
        "# Reference\n\nEvery public declaration, header by header.\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n\n{names}\n```\n")


def write(root: Path, out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    write_exercises(root, out / "exercises")
    (out / "operations.md").write_text(operations.page(root / "autograd/operations.hpp"))
    write_reference(root, out / "reference")
