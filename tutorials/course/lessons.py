"""What a student sees: the verbs that run, watch, hint and list, in plain words."""

import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

import build
import rules
from exercise import Exercise, Mistake
from workspace import Workspace

KIND = {"write": "write what is missing", "bug": "find the bug", "performance": "make it do less"}


def bar(workspace: Workspace) -> str:
    """A mark for each exercise."""
    done, of = len(workspace.passed), len(workspace.exercises)
    return f"[{'#' * done}{'.' * (of - done)}] {done} of {of}"


def chapter(exercise: Exercise) -> str:
    """Its text; in a hand-out, which has none, its number."""
    tutorials = exercise.folder.parent.parent
    return str(next(tutorials.glob(f"{exercise.chapter:02}_*/*.md"), f"chapter {exercise.chapter}"))


def introduce(workspace: Workspace, exercise: Exercise) -> None:
    print(f"\nExercise {exercise.name}: {exercise.title} ({KIND[exercise.kind]})")
    print(f"  your file   {workspace.file(exercise)}")
    print(f"  its test    {exercise.folder / 'test.cpp'}")
    print(f"  to read     {chapter(exercise)}")
    for name in exercise.needs:
        print(f"  builds on   {name}" + ("" if name in workspace.passed else ", which has not passed yet"))


def reference(exercise: Exercise) -> str:
    if not exercise.has_solution:
        return ""
    return "The reference's answer:\n\n" + exercise.parts()[1]


def report(workspace: Workspace, exercise: Exercise, verdict: build.Verdict) -> bool:
    """What came out, and what to do about it."""
    print()
    if not verdict.compiled:
        print("It does not compile. The first error, of which others often come:\n")
        print(verdict.text.rstrip())
        return False
    print(verdict.text.rstrip())
    if not verdict.passed:
        print("\nNot yet. `./run course hint` helps.")
        return False
    print(f"\n{exercise.name} passes.  {bar(workspace)}\n")
    if why := rules.broken(workspace.file(exercise).read_text(errors="replace")):
        print(f"Mind that it would not be graded. {why}.\n")
    print(exercise.explanation)
    print(reference(exercise))
    following = workspace.next()
    print(f"Next: {following.name}, {following.title}." if following else "That was the last one. You have built it all.")
    return True


def run(workspace: Workspace, exercise: Exercise | None) -> int:
    exercise = exercise or workspace.next()
    if not exercise:
        print("Every exercise passes. `verify` tests them all again.")
        return 0
    introduce(workspace, exercise)
    return 0 if report(workspace, exercise, workspace.run(exercise)) else 1


def stamps(workspace: Workspace) -> dict[Exercise, tuple[int, int]]:
    files = {each: workspace.file(each) for each in workspace.exercises}
    return {each: (file.stat().st_mtime_ns, file.stat().st_size) for each, file in files.items() if file.exists()}


def watch(workspace: Workspace) -> int:
    """Tests on every save, whichever exercise's file it is. Times of change are asked for again and
    again, which works on every file system, those of networks and containers too."""
    print("Watching. Save your file and it is tested; Ctrl-C ends.")
    shown, seen, saved = None, stamps(workspace), workspace.next()
    while following := workspace.next():
        if following is not shown:
            introduce(workspace, following)
            shown = following
        if saved and workspace.file(saved).exists():
            print(f"\nTesting {saved.name} …", flush=True)
            begun = time.monotonic()
            report(workspace, saved, workspace.run(saved))
            print(f"({time.monotonic() - begun:.1f} s)")
            saved = None
            continue
        print(f"Waiting for {workspace.file(following).name} to be saved; `./run course hint` in another window helps.",
              flush=True)
        while not saved:
            time.sleep(0.2)
            before, seen = seen, stamps(workspace)
            saved = next((each for each in seen if seen[each] != before.get(each)), None)
    print(f"\nEvery exercise passes.  {bar(workspace)}")
    return 0


def list_(workspace: Workspace) -> int:
    current = workspace.next()
    for each in workspace.exercises:
        mark = "done" if each.name in workspace.passed else "next" if each is current else "    "
        print(f"{mark}  {each.name:32}  {each.title}")
    print(bar(workspace))
    return 0


def hint(workspace: Workspace, exercise: Exercise | None) -> int:
    exercise = exercise or workspace.next()
    if not exercise:
        print("Every exercise passes; there is nothing left to hint at.")
        return 0
    number, text = workspace.hint(exercise)
    print(f"Hint {number} of {len(exercise.hints)} for {exercise.name}:\n\n{text}")
    return 0


def verify(workspace: Workspace) -> int:
    """Tests all files anew, whatever the progress says."""
    passed = []
    for each in workspace.exercises:
        there = workspace.file(each).exists()
        passes = there and workspace.test(each).passed
        passed += [each.name] * passes
        note = "its file is not there" if not there else "it has passed before" if each.name in workspace.passed else ""
        print(f"{'pass' if passes else 'not yet'}  {each.name}" + (f"  ({note})" if note and not passes else ""), flush=True)
    workspace.passed = passed
    workspace.save()
    print(bar(workspace))
    return 0 if not workspace.next() else 1


def doctor(root: Path) -> int:
    """Says what works here and what does not."""
    wrong = 0

    def say(right: bool, text: str, advice: str = "") -> None:
        nonlocal wrong
        wrong += not right
        print(f"{'right' if right else 'WRONG'}  {text}" + ("" if right else f": {advice}"))

    say(sys.version_info >= (3, 11), f"Python {platform.python_version()}", "the course needs 3.11 or newer")
    compiler = shutil.which("g++")
    version = subprocess.run(["g++", "-dumpversion"], capture_output=True, text=True).stdout.strip() if compiler else ""
    say(bool(compiler), f"g++ {version}", "on Debian: apt-get install g++")
    if compiler:
        say(int(version.split(".")[0]) >= 12, "C++20", "g++ 12 or newer is needed")
        try:
            begun = time.monotonic()
            build.framework(root)
            say(True, f"the test library compiles ({time.monotonic() - begun:.1f} s)")
        except Mistake as mistake:
            say(False, "the test library", str(mistake))
    print("All is well." if not wrong else "Mend what is wrong above, then ask again.")
    return 1 if wrong else 0
