"""Makes the students' hand-out, which has no solution in it, and the autograder's archive for Gradescope."""

import shutil
import tempfile
from pathlib import Path

from exercise import POINTS, find, read_all

STUDENTS_TOOLS = ("__main__.py", "exercise.py", "build.py", "messages.py", "rules.py", "workspace.py", "lessons.py")

RUN = """#!/bin/sh
# ./run course VERB
[ "$1" = course ] && shift
exec python3 -X utf8 -B "$(dirname "$0")/tutorials/course" "$@"
"""

READ_ME = """# The exercises

    ./run course doctor            # what works here and what does not
    ./run course start my-course   # your folder
    ./run course watch             # tests your file whenever you save it
    ./run course run 9             # tests this exercise, whichever is next
    ./run course hint 9            # a hint; asked again, one that says more

g++ 12 and Python 3.11 or newer are all it needs. Hand in your folder as it is, or
an archive of it.
"""

SETUP = """#!/bin/sh
set -e
apt-get update
apt-get install -y --no-install-recommends g++ python3 bubblewrap
# Ubuntu 22.04 has older ones unless it is asked for these.
python3 -c "import tomllib" || apt-get install -y --no-install-recommends python3.11
if [ "$(g++ -dumpversion | cut -d . -f 1)" -lt 12 ]; then
  apt-get install -y --no-install-recommends g++-12
  ln -sf g++-12 /usr/bin/g++
fi
"""

RUN_AUTOGRADER = """#!/bin/sh
# Nobody but root may look into what the solutions lie in.
chmod 700 /autograder/source
python=$(command -v python3.11 || command -v python3)
"$python" -X utf8 -B /autograder/source/tutorials/course grade /autograder/submission --out /autograder/results/results.json{}
"""


def write(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def handout(tutorials: Path, out: Path, _: list[str]) -> None:
    shutil.copytree(tutorials / "exercises/course", out / "tutorials/exercises/course")
    for tool in STUDENTS_TOOLS:
        write(out / "tutorials/course" / tool, (tutorials / "course" / tool).read_text())
    for exercise in read_all(tutorials / "exercises"):
        folder = out / "tutorials/exercises" / exercise.name
        for name in ("exercise.toml", "test.cpp", "explanation.md"):
            write(folder / name, (exercise.folder / name).read_text())
        write(folder / exercise.file, exercise.stub())
    write(out / "run", RUN, 0o755)
    write(out / "README.md", READ_ME)


def autograder(tutorials: Path, out: Path, only: list[str]) -> None:
    skip = shutil.ignore_patterns("__pycache__", "mutants", "alternatives")
    shutil.copytree(tutorials / "course", out / "tutorials/course", ignore=skip)
    shutil.copytree(tutorials / "exercises", out / "tutorials/exercises", ignore=skip)
    write(out / "setup.sh", SETUP, 0o755)
    write(out / "run_autograder", RUN_AUTOGRADER.format("".join(f" {name}" for name in only and ["--only", *only])), 0o755)


def package(tutorials: Path, out: Path, only: list[str]) -> int:
    out.mkdir(parents=True, exist_ok=True)
    every = read_all(tutorials / "exercises")
    graded = [find(every, name).name for name in only]
    for name, make in (("handout", handout), ("autograder", autograder)):
        with tempfile.TemporaryDirectory() as folder:
            make(tutorials, Path(folder) / name, graded)
            # Gradescope wants setup.sh at the archive's top; a student's unpacks into a folder.
            root = Path(folder) / name if name == "autograder" else Path(folder)
            archive = shutil.make_archive(str(Path(folder) / name), "zip", root, None if name == "autograder" else name)
            shutil.move(archive, out / f"{name}.zip")
        print(out / f"{name}.zip")
    print(f"The autograder gives {POINTS * len(graded or every):g} points.")
    return 0
