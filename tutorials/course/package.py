"""Makes the students' hand-out, which has no solution in it, and the autograder's archive for Gradescope."""

import shutil
import tempfile
from pathlib import Path

from exercise import read_all

STUDENTS_TOOLS = ("__main__.py", "exercise.py", "build.py", "messages.py", "workspace.py", "lessons.py")

RUN = """#!/bin/sh
# ./run course VERB
[ "$1" = course ] && shift
exec python3 -X utf8 -B "$(dirname "$0")/tutorials/course" "$@"
"""

READ_ME = """# The exercises

    ./run course doctor            # what works here and what does not
    ./run course start my-course   # your folder
    ./run course watch             # tests your file whenever you save it

g++ 12 and Python 3.11 or newer are all it needs. Hand in your folder as it is.
"""

SETUP = """#!/bin/sh
set -e
apt-get update
apt-get install -y --no-install-recommends g++ python3 bubblewrap
"""

RUN_AUTOGRADER = """#!/bin/sh
# Nobody but root may look into what the solutions lie in.
chmod 700 /autograder/source
python3 -B /autograder/source/tutorials/course grade /autograder/submission --out /autograder/results/results.json
"""


def write(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def handout(tutorials: Path, out: Path) -> None:
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


def autograder(tutorials: Path, out: Path) -> None:
    skip = shutil.ignore_patterns("__pycache__", "mutants", "alternatives")
    shutil.copytree(tutorials / "course", out / "tutorials/course", ignore=skip)
    shutil.copytree(tutorials / "exercises", out / "tutorials/exercises", ignore=skip)
    write(out / "setup.sh", SETUP, 0o755)
    write(out / "run_autograder", RUN_AUTOGRADER, 0o755)


def package(tutorials: Path, out: Path) -> int:
    out.mkdir(parents=True, exist_ok=True)
    for name, make in (("handout", handout), ("autograder", autograder)):
        with tempfile.TemporaryDirectory() as folder:
            make(tutorials, Path(folder) / name)
            # Gradescope wants setup.sh at the archive's top; a student's unpacks into a folder.
            root = Path(folder) / name if name == "autograder" else Path(folder)
            archive = shutil.make_archive(str(Path(folder) / name), "zip", root, None if name == "autograder" else name)
            shutil.move(archive, out / f"{name}.zip")
        print(out / f"{name}.zip")
    return 0
