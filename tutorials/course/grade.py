"""Grades a submission and writes results in Gradescope's format.

What a submission says of itself counts for nothing. A test writes down every value that its checks
saw; the grader runs the same test on the reference solution, in a process of its own and with the same
random inputs, and compares the two. Points are for values that agree, to the last check.
"""

import json
import re
import secrets
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import build
from exercise import Exercise, Mistake, read_all
from sandbox import Sandbox
from workspace import write_whole

POINTS = 10.0
LARGEST = 200_000  # bytes of a submitted file
SECONDS, MEMORY = 10, 512
COMPILER_SECONDS, COMPILER_MEMORY = 40, 2048

# A submission has nothing to do with how it is tested: neither by macros nor by names.
ALLOWED_DIRECTIVE = re.compile(r'\s*#\s*(pragma\s+once|include\s*(<[a-z_]+>|"[a-z_]+\.hpp"|"course/array\.hpp"))\s*(//.*)?$')
OF_THE_TEST = re.compile(r"\b(check_\w+|course|COURSE_\w+|CASE|transcribe|random_array|count_allocations|main|"
                         r"__attribute__|asm|__asm__|_Pragma|__has_include|__has_embed)\b|%:|\?\?=|\\\n")


def forbidden(text: str) -> str:
    """Why this text is not compiled at all, or nothing."""
    for number, line in enumerate(text.splitlines(), 1):
        if "#" in line and line.lstrip().startswith("#") and not ALLOWED_DIRECTIVE.match(line):
            return f"line {number}: only '#pragma once' and includes of the standard library and of the course are allowed"
    without_comments = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)
    if found := OF_THE_TEST.search(without_comments):
        return f"'{found[0].strip() or 'a line that ends in a backslash'}' belongs to the test; name yours differently"
    return ""


def numbers(text: str) -> list[float] | None:
    try:
        return [float(word) for word in text.replace("(", " ").replace(")", " ").replace(",", " ").split()]
    except ValueError:
        return None


def same_value(got: str, expected: str, tolerance: float) -> bool:
    if got == expected:
        return True
    a, b = numbers(got), numbers(expected)
    return (a is not None and b is not None and len(a) == len(b) and
            all(x == y or abs(x - y) <= 2 * tolerance * (1 + abs(y)) for x, y in zip(a, b)))


def agreement(got: str, expected: str) -> tuple[int, int, str]:
    """Cases that agree, cases there are, and the first that does not."""

    def cases(transcript):
        found, name = {}, None
        for line in transcript.splitlines():
            what, _, rest = line.partition("\t")
            if what == "CASE":
                name = rest.partition("\t")[2]
                found[name] = []
            elif name is not None:
                found[name].append(line)
        return found

    wanted, given = cases(expected), cases(got)
    right, first = 0, ""
    for name, lines in wanted.items():
        mine = given.get(name, [])
        agrees = len(mine) == len(lines) and all(same_line(a, b) for a, b in zip(mine, lines))
        right += agrees
        first = first or ("" if agrees else name)
    return right, len(wanted), first


def same_line(got: str, expected: str) -> bool:
    a, b = got.split("\t"), expected.split("\t")
    if len(a) != 3 or len(b) != 3:
        return a == b
    return a[0] == b[0] and same_value(a[2], b[2], float(b[1]))


class Grader:
    def __init__(self, root: Path):
        self.root, self.exercises = root, read_all(root)
        self.known = {each.name: each for each in self.exercises}
        if not self.exercises or not self.exercises[0].has_solution:
            raise Mistake("there are no solutions here to grade by")
        self.sandbox = Sandbox(root)
        self.framework = build.framework(root)
        self.seed = str(secrets.randbelow(1 << 60) + 1)

    def transcript(self, exercise: Exercise, files: dict[str, str]) -> tuple[str, str, str]:
        """What the test wrote of these files, what it printed, and what went wrong."""
        with tempfile.TemporaryDirectory(prefix="grade-") as name:
            folder = Path(name)
            (folder / "course").mkdir()
            for header in ("array.hpp", "checks.hpp"):
                shutil.copy(self.root / "course" / header, folder / "course" / header)
            shutil.copy(self.framework, folder / "checks.o")
            shutil.copy(exercise.folder / "test.cpp", folder / "test.cpp")
            for file, text in files.items():
                (folder / file).write_text(text)
            compiled = self.sandbox.run(["g++", *build.FLAGS, "-I.", "test.cpp", "checks.o", "-o", "test"], folder,
                                        COMPILER_SECONDS, COMPILER_MEMORY, {})
            if compiled.code or not (folder / "test").exists():
                return "", compiled.output[:4000], "it does not compile"
            ran = self.sandbox.run(["./test"], folder, SECONDS, MEMORY, {"COURSE_SEED": self.seed})
            why = f"it still ran after {SECONDS} seconds" if ran.late else "" if ran.code in (0, 1) else f"it ended with code {ran.code}"
            return ran.transcript, ran.output[:4000], why

    def grade(self, exercise: Exercise, submission: Path) -> dict:
        score, output = 0.0, ""
        mine = {name: submitted(submission, self.known[name]) for name in (exercise.name, *exercise.needs)}
        if missing := [name for name, text in mine.items() if text is None]:
            output = f"{missing[0]}/{self.known[missing[0]].file} is not in the submission"
        elif why := next((f"{name}: {found}" for name, text in mine.items() if (found := forbidden(text))), ""):
            output = why
        else:
            reference, printed, wrong = self.transcript(exercise, {
                self.known[name].file: self.known[name].solution() for name in mine})
            if wrong or not reference:
                raise Mistake(f"{exercise.name}: the reference itself fails here: {wrong}\n{printed}")
            got, output, wrong = self.transcript(exercise, {self.known[name].file: text for name, text in mine.items()})
            right, of, first = agreement(got, reference)
            score = POINTS if right == of and not wrong else 0.0
            output = "\n".join(filter(None, [wrong, output, f"{right} of {of} cases agree with the reference"
                                             + (f"; the first that does not: {first}" if first else "")]))
        return {"name": f"{exercise.name}: {exercise.title}", "score": score, "max_score": POINTS,
                "status": "passed" if score == POINTS else "failed", "output": output, "visibility": "visible"}


def submitted(submission: Path, exercise: Exercise) -> str | None:
    """The submitted file: in its exercise's folder, or lying flat; no link and nothing huge is followed."""
    for path in (submission / exercise.name / exercise.file, submission / exercise.file):
        if path.is_file() and not path.is_symlink() and not path.parent.is_symlink() and path.stat().st_size <= LARGEST:
            return path.read_text(errors="replace")
    return None


def grade(root: Path, submission: Path, out: Path) -> int:
    if not submission.is_dir():
        raise Mistake(f"{submission} is no folder")
    grader = Grader(root)
    with ThreadPoolExecutor(2) as pool:
        tests = list(pool.map(lambda each: grader.grade(each, submission), grader.exercises))
    score, most = sum(test["score"] for test in tests), sum(test["max_score"] for test in tests)
    write_whole(out, json.dumps({"score": round(score, 2), "max_score": most, "stdout_visibility": "hidden",
                                 "tests": tests}, indent=2, ensure_ascii=False) + "\n")
    print(f"{score:g} of {most:g} points; {out}")
    return 0
