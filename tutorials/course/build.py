"""Compiles and runs an exercise's test on some file of a student's."""

import hashlib
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from exercise import Exercise, Mistake

FLAGS = ["-std=c++20", "-O1", "-Wall", "-Wextra"]
SECONDS = 20


@dataclass(frozen=True)
class Verdict:
    compiled: bool
    passed: bool
    text: str


def framework(exercises: Path) -> Path:
    """What every test links, compiled once and kept; it is made anew where its source has changed."""
    sources = [exercises / "course" / name for name in ("array.hpp", "checks.hpp", "checks.cpp")]
    key = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hourglass-course"
    built = cache / f"checks-{key}.o"
    if not built.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            fresh = Path(folder) / "checks.o"
            result = compile_(["-c", str(sources[-1]), "-o", str(fresh)])
            if result.returncode:
                raise Mistake(f"the course's own test library does not compile; does g++ 12 work here?\n{result.stderr}")
            fresh.replace(built)
    return built


def compile_(arguments: list[str]) -> subprocess.CompletedProcess:
    try:
        return subprocess.run(["g++", *FLAGS, *arguments], capture_output=True, text=True)
    except FileNotFoundError:
        raise Mistake("there is no g++; on Debian: apt-get install g++") from None


def compile_test(exercise: Exercise, includes: list[Path], program: Path, flags=()) -> str:
    """The compiler's message, empty where all is well. `includes` is where the student's files lie."""
    exercises = exercise.folder.parent
    search = [f"-I{path}" for path in (*includes, exercises)]
    # The test is copied so that its own folder, which holds the solution, is not searched first.
    test = program.parent / "test.cpp"
    test.write_text((exercise.folder / "test.cpp").read_text())
    result = compile_([*flags, *search, str(test), str(framework(exercises)), "-o", str(program)])
    return result.stderr if result.returncode else ""


def run_test(exercise: Exercise, includes: list[Path], flags=()) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        program = Path(folder) / "test"
        if errors := compile_test(exercise, includes, program, flags):
            return Verdict(False, False, errors.replace(f"{folder}/", ""))
        try:
            result = subprocess.run([str(program)], capture_output=True, text=True, timeout=SECONDS,
                                    cwd=folder, errors="replace")
        except subprocess.TimeoutExpired:
            return Verdict(True, False, f"it still ran after {SECONDS} seconds: a loop that never ends?\n")
        text = result.stdout + result.stderr
        if result.returncode < 0:
            text += f"it crashed (signal {-result.returncode}): an index out of bounds, or endless recursion?\n"
        return Verdict(True, result.returncode == 0, text)


def run_text(exercise: Exercise, text: str, needs: dict[str, Exercise], flags=()) -> Verdict:
    """The test on this text in place of the student's file, with the reference's files for `needs`."""
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        (Path(folder) / exercise.file).write_text(text)
        for name in exercise.needs:
            (Path(folder) / needs[name].file).write_text(needs[name].solution())
        return run_test(exercise, [Path(folder)], flags)
