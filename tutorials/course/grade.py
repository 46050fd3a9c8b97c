"""Grades a submission and writes results in Gradescope's format.

What a submission says of itself counts for nothing. A test writes down every value that its checks
saw; the grader runs the same test on the reference solution, in a process of its own and with the same
random inputs, and compares the two. Points are for values that agree, to the last check.
"""

import json
import math
import secrets
import shutil
import signal
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import build
import messages
import rules
from exercise import POINTS, Exercise, Mistake, find, read_all
from sandbox import Result, Sandbox
from workspace import write_whole

LARGEST = 200_000  # bytes of a submitted file
SECONDS, MEMORY = 10, 512
COMPILER_SECONDS, COMPILER_MEMORY = 40, 2048


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
            all(x == y or abs(x - y) <= 2 * tolerance * (1 + abs(y)) < math.inf for x, y in zip(a, b)))


def agreement(got: str, expected: str) -> tuple[int, int, str]:
    """Cases that agree, cases there are, and where the first one differs."""

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
        first = first or ("" if agrees else f"'{name}'{difference(mine, lines)}")
    return right, len(wanted), first


def difference(got: list[str], expected: list[str]) -> str:
    """The first check of a case that differs."""
    for mine, theirs in zip(got + [""] * len(expected), expected):
        if not same_line(mine, theirs):
            what, _, wanted = theirs.split("\t")
            saw = mine.split("\t")[2][:200] if mine.count("\t") == 2 else "nothing, the case ended before"
            return "" if what == "END" else f"\n  {what}\n    expected  {wanted[:200]}\n    got       {saw}"
    return ""


def same_line(got: str, expected: str) -> bool:
    a, b = got.split("\t"), expected.split("\t")
    if len(a) != 3 or len(b) != 3:
        return a == b
    return a[0] == b[0] and same_value(a[2], b[2], float(b[1]))


def enclosed(test: str, name: str) -> str:
    """The test in a namespace of this name, so that nobody who does not know it calls what is in there."""
    lines = test.splitlines()
    includes = [line for line in lines if line.startswith("#include")]
    return "\n".join([*includes, f"namespace {name} {{", *(line for line in lines if line not in includes), "}", ""])


def ended(ran: Result) -> str:
    """What is to be said of a test that did not come to its end; nothing where it did."""
    if ran.late:
        return f"it still ran after {SECONDS} seconds"
    if ran.code in (0, 1):
        return ""
    number = -ran.code if ran.code < 0 else ran.code - 128
    name = signal.Signals(number).name if number in list(signal.Signals) else f"code {ran.code}"
    return f"it crashed: {messages.crash(ran.output)[0] or name}"


class Grader:
    def __init__(self, root: Path):
        self.root, self.exercises = root, read_all(root)
        self.known = {each.name: each for each in self.exercises}
        if not self.exercises or not self.exercises[0].has_solution:
            raise Mistake("there are no solutions here to grade by")
        self.sandbox = Sandbox(root)
        self.framework = build.framework(root)
        self.seed = str(secrets.randbelow(1 << 60) + 1)
        self.namespace = f"test_{secrets.token_hex(8)}"

    def transcript(self, exercise: Exercise, files: dict[str, str]) -> tuple[str, str, str]:
        """What the test wrote of these files, what it printed, and what went wrong."""
        with tempfile.TemporaryDirectory(prefix="grade-") as name:
            folder = Path(name)
            (folder / "course").mkdir()
            for header in ("array.hpp", "checks.hpp"):
                shutil.copy(self.root / "course" / header, folder / "course" / header)
            shutil.copy(self.framework, folder / "checks.o")
            (folder / "test.cpp").write_text(enclosed((exercise.folder / "test.cpp").read_text(), self.namespace))
            for file, text in files.items():
                (folder / file).write_text(text)
            compiled = self.sandbox.run(["g++", *build.FLAGS, "-I.", "test.cpp", "checks.o", "-o", "test"], folder,
                                        COMPILER_SECONDS, COMPILER_MEMORY, {})
            if compiled.code or not (folder / "test").exists():
                return "", messages.first_error(compiled.output, exercise.file), "it does not compile"
            ran = self.sandbox.run(["./test"], folder, SECONDS, MEMORY, {"COURSE_SEED": self.seed})
            return ran.transcript, messages.short(ran.output)[:4000], ended(ran)

    def grade(self, exercise: Exercise, submission: Path) -> dict:
        score, output = 0.0, ""
        mine = {name: submitted(submission, self.known[name]) for name in (exercise.name, *exercise.needs)}
        if missing := [name for name, text in mine.items() if text is None]:
            output = f"{missing[0]}/{self.known[missing[0]].file} is not in the submission"
        elif why := next((f"{name}: {found}" for name, text in mine.items() if (found := rules.broken(text))), ""):
            output = why
        else:
            reference, printed, wrong = self.transcript(exercise, {
                self.known[name].file: self.known[name].solution() for name in mine})
            if wrong or not reference:
                raise Mistake(f"{exercise.name}: the reference itself fails here: {wrong}\n{printed}")
            got, output, wrong = self.transcript(exercise, {self.known[name].file: text for name, text in mine.items()})
            right, of, first = agreement(got, reference)
            score = POINTS if right == of and not wrong else 0.0
            agrees = f"{right} of {of} cases agree with the reference" + (f"; the first that does not: {first}" if first else "")
            output = "\n".join(filter(None, [wrong, agrees if got else "", f"\nIt says:\n{output}" if output else ""]))
        return {"name": f"{exercise.name}: {exercise.title}", "score": score, "max_score": POINTS,
                "status": "passed" if score == POINTS else "failed", "output": output, "visibility": "visible"}


def submitted(submission: Path, exercise: Exercise) -> str | None:
    """The submitted file: in its exercise's folder, or lying flat; no link and nothing huge is followed."""
    for path in (submission / exercise.name / exercise.file, submission / exercise.file):
        if path.is_file() and not path.is_symlink() and not path.parent.is_symlink() and path.stat().st_size <= LARGEST:
            return path.read_text(errors="replace")
    return None


def unpacked(submission: Path, exercises: list[Exercise]) -> Path:
    """Where the exercises lie: an archive of a folder unpacks into a folder."""
    for place in (submission, *sorted(each for each in submission.iterdir() if each.is_dir() and not each.is_symlink())):
        if any(submitted(place, each) is not None for each in exercises):
            return place
    return submission


def grade(root: Path, submission: Path, out: Path, only: list[str]) -> int:
    if not submission.is_dir():
        raise Mistake(f"{submission} is no folder")
    grader = Grader(root)
    place = unpacked(submission, grader.exercises)
    chosen = [find(grader.exercises, name) for name in only] or grader.exercises
    with ThreadPoolExecutor(2) as pool:
        tests = list(pool.map(lambda each: grader.grade(each, place), chosen))
    score, most = sum(test["score"] for test in tests), sum(test["max_score"] for test in tests)
    write_whole(out, json.dumps({"score": round(score, 2), "max_score": most, "stdout_visibility": "hidden",
                                 "tests": tests}, indent=2, ensure_ascii=False) + "\n")
    print(f"{score:g} of {most:g} points; {out}")
    return 0
