"""Compiles and runs an exercise's test on some file of a student's."""

import hashlib
import os
import re
import resource
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import messages
from exercise import Exercise, Mistake

# The standard library's assertions stop at an index outside of a vector.
FLAGS = ["-std=c++20", "-O1", "-Wall", "-Wextra", "-Wno-sign-compare", "-D_GLIBCXX_ASSERTIONS"]
SECONDS, PATIENCE = 5, 20  # of the processor's time, and on the clock, for what waits
MEMORY, PRINTED = 1 << 30, 1 << 20  # bytes
# What compiles in front of g++ where the same is compiled again and again, as `check` does: ccache.
LAUNCHER: list[str] = []


@dataclass(frozen=True)
class Verdict:
    compiled: bool
    passed: bool
    text: str


def framework(exercises: Path) -> Path:
    """What every test links, compiled once and kept; it is made anew where its source has changed."""
    sources = [exercises / "course" / name for name in ("array.hpp", "checks.hpp", "checks.cpp")]
    key = hashlib.sha256(b"".join([str(FLAGS).encode(), *(path.read_bytes() for path in sources)])).hexdigest()[:16]
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


def compile_(arguments: list[str], folder=None, launcher=()) -> subprocess.CompletedProcess:
    try:
        return subprocess.run([*launcher, "g++", *FLAGS, *arguments], cwd=folder, capture_output=True,
                              encoding="utf-8", errors="replace",
                              env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""})  # its words are searched
    except FileNotFoundError:
        raise Mistake("there is no g++; on Debian: apt-get install g++") from None


def compile_test(exercise: Exercise, includes: list[Path], program: Path, flags=()) -> subprocess.CompletedProcess:
    """`includes` is where the student's files lie, this exercise's first."""
    exercises = exercise.folder.parent
    search = [f"-I{path}" for path in (*includes, exercises)]
    # The test is copied so that its own folder, which holds the solution, is not searched first.
    test = program.parent / "test.cpp"
    test.write_text((exercise.folder / "test.cpp").read_text())
    if not LAUNCHER or "-g" in flags:
        return compile_([*flags, *search, str(test), str(framework(exercises)), "-o", str(program)])
    # All by names that are the same each time, unlike the folder's, so that the cache knows it again.
    for number, path in enumerate(includes):
        (program.parent / f"own{number}").symlink_to(path, target_is_directory=True)
    search = [f"-I{name}" for name in (*(f"own{number}" for number in range(len(includes))), exercises)]
    compiled = compile_([*flags, *search, "-c", "test.cpp", "-o", "test.o"], program.parent, LAUNCHER)
    if compiled.returncode:
        return compiled
    linked = compile_([*flags, "test.o", str(framework(exercises)), "-o", program.name], program.parent)
    return linked if linked.returncode else compiled


def run_test(exercise: Exercise, includes: list[Path], flags=()) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        program = Path(folder) / "test"
        compiled = compile_test(exercise, includes, program, flags)
        said = compiled.stderr.replace(f"{folder}/", "")
        if compiled.returncode:
            return Verdict(False, False, messages.first_error(errors_of_its_own(exercise, includes) or said, exercise.file)
                           .replace(f"{includes[0].parent}/", ""))
        code, printed = execute(program, {resource.RLIMIT_AS: MEMORY})
        text, case = messages.short(printed), unfinished(exercise, printed)
        if code == 0 and not case:
            return Verdict(True, True, text)
        if case or code != 1:
            text += ending(exercise, includes, code, case)
        return Verdict(True, False, messages.first_warning(said, exercise.file).replace(f"{includes[0].parent}/", "") + text)


def execute(program: Path, limits: dict[int, int], **environment: str) -> tuple[int, str]:
    """Its code, and what it printed. A loop that never ends, or prints for ever, is ended soon."""
    limits = {resource.RLIMIT_CPU: SECONDS, resource.RLIMIT_FSIZE: PRINTED, resource.RLIMIT_CORE: 0, **limits}

    def limit():
        for what, most in limits.items():
            hard = resource.getrlimit(what)[1]
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))

    with tempfile.TemporaryFile() as output:
        try:
            code = subprocess.run([str(program)], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                  timeout=PATIENCE, cwd=program.parent, preexec_fn=limit,
                                  env={**os.environ, **environment}).returncode
        except subprocess.TimeoutExpired:
            code = -signal.SIGXCPU
        output.seek(0)
        return code, output.read().decode(errors="replace")


def errors_of_its_own(exercise: Exercise, includes: list[Path]) -> str:
    """The compiler's message on the student's file alone: a brace that is missing there shows as an
    error of whatever is included next."""
    search = [f"-I{path}" for path in (*includes, exercise.folder.parent)]
    result = compile_(["-fsyntax-only", "-w", *search, str(includes[0] / exercise.file)])
    return result.stderr if result.returncode else ""


def unfinished(exercise: Exercise, printed: str) -> str:
    """The first case that the test does not report on."""
    names = re.findall(r'^CASE\(\s*"(.*)"\)', (exercise.folder / "test.cpp").read_text(), re.M)
    return next((name for name in names if f"pass  {name}\n" not in printed and f"FAIL  {name}\n" not in printed), "")


def ending(exercise: Exercise, includes: list[Path], code: int, case: str) -> str:
    """Why a test ended in the midst of a case, and where."""
    where = f"in the case '{case}'" if case else "after all cases"
    if code == -signal.SIGXCPU:
        return f"it still ran after {SECONDS} seconds, {where}: a loop that never ends?\n"
    if code == -signal.SIGXFSZ:
        return f"it printed more than a megabyte, {where}: a loop that never ends?\n"
    if code >= 0:
        return f"it ended by itself (code {code}), {where}: a call of exit?\n"
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        program = Path(folder) / "test"
        compile_test(exercise, includes, program, ("-g", "-O0", "-w", "-fsanitize=address"))
        report = execute(program, {}, ASAN_OPTIONS="handle_abort=1:detect_leaks=0")[1] if program.exists() else ""
    cause, file, line = messages.crash(report)
    text = f"it crashed, {where}: {cause or signal.Signals(-code).name}\n"
    if at := next((path / file for path in includes if file and (path / file).exists()), None):
        text += f"    {file}:{line}   {at.read_text(errors='replace').splitlines()[line - 1].strip()}\n"
    return text


@contextmanager
def laid_out(exercise: Exercise, text: str, needs: dict[str, Exercise]):
    """A folder with this text in place of the student's file, and the reference's files for `needs`."""
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        (Path(folder) / exercise.file).write_text(text)
        for name in exercise.needs:
            (Path(folder) / needs[name].file).write_text(needs[name].solution())
        yield Path(folder)


def run_text(exercise: Exercise, text: str, needs: dict[str, Exercise], flags=()) -> Verdict:
    with laid_out(exercise, text, needs) as folder:
        return run_test(exercise, [folder], flags)


def seen(exercise: Exercise, text: str, needs: dict[str, Exercise], seeds: tuple[str, ...]) -> list[str]:
    """What the test's checks see of this text, for each of these seeds of its random numbers."""
    with laid_out(exercise, text, needs) as folder:
        compile_test(exercise, [folder], folder / "test")
        return [execute(folder / "test", {}, COURSE_SEED=seed, COURSE_TRANSCRIPT="1")[1] for seed in seeds]
