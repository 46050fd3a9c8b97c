"""The course. A student begins with `start DIR`, then keeps `watch` running beside the editor."""

import argparse
import os
import sys
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit(f"course: this is Python {sys.version.split()[0]}; 3.11 or newer is needed")

import build  # noqa: E402
import lessons  # noqa: E402
import workspace  # noqa: E402
from exercise import Mistake, find, read_all  # noqa: E402

TUTORIALS = Path(__file__).resolve().parent.parent
EXERCISES = TUTORIALS / "exercises"
# Where the last `start` was, so that the other verbs need no folder.
REMEMBERED = TUTORIALS.parent / ".course"


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run course", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")

    def verb(name: str, text: str, exercise: str = "") -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=text, description=text)
        if exercise:
            added.add_argument("exercise", nargs=exercise, metavar="EXERCISE", help="its number, its name or both")
        return added

    verb("start", "make a folder to work in, or take up one that is there").add_argument("folder", type=Path, metavar="DIR")
    verb("next", "say which exercise is next")
    verb("watch", "test your file whenever you save it")
    verb("run", "test an exercise, or the next one", "?")
    verb("hint", "a hint; asked again, one that says more", "?")
    verb("list", "all exercises, and how far you are")
    verb("reset", "put an exercise's file back; yours is kept beside it", "?")
    verb("verify", "test everything again")
    verb("doctor", "say what works here and what does not")
    verb("check", "for teachers: prove the exercises, or these", "*")
    grading = verb("grade", "for teachers: grade a submission")
    grading.add_argument("submission", type=Path, metavar="SUBMISSION")
    grading.add_argument("--out", type=Path, required=True, metavar="results.json")
    packing = verb("package", "for teachers: the students' hand-out and the autograder's archive")
    packing.add_argument("--out", type=Path, default=TUTORIALS.parent / "build/course", metavar="DIR")
    for teaching in (grading, packing):
        teaching.add_argument("--only", nargs="+", default=[], metavar="EXERCISE", help="grade these and no others")
    asked = parser.parse_args()
    if not asked.verb:
        parser.print_help()
        sys.exit(0)
    return asked


def student_folder() -> Path:
    for here in (Path.cwd(), *Path.cwd().parents):
        if (here / workspace.PROGRESS).exists():
            return here
    if not REMEMBERED.exists():
        raise Mistake("you have not begun yet: ./run course start DIR")
    return Path(REMEMBERED.read_text().strip())


def main() -> int:
    asked = parse()
    if asked.verb == "doctor":
        return lessons.doctor(EXERCISES)
    if asked.verb in ("check", "grade", "package") and not read_all(EXERCISES)[0].has_solution:
        raise Mistake("this is a hand-out, which has no solutions")
    if asked.verb == "check":
        import check
        return check.check(EXERCISES, asked.exercise)
    if asked.verb == "grade":
        import grade
        return grade.grade(EXERCISES, asked.submission.resolve(), asked.out.resolve(), asked.only)
    if asked.verb == "package":
        import package
        return package.package(TUTORIALS, asked.out.resolve(), asked.only)
    if asked.verb == "start":
        begun = workspace.start(asked.folder.resolve(), EXERCISES)
        workspace.write_whole(REMEMBERED, f"{begun.folder}\n")
        print(f"Your folder is {begun.folder}.  {lessons.bar(begun)}")
        lessons.introduce(begun, begun.next() or begun.exercises[-1])
        build.framework(EXERCISES)  # once, so that the first verdict need not wait for it
        print("\nOpen your file in an editor, and keep `./run course watch` running beside it.")
        return 0

    mine = workspace.open_(student_folder(), EXERCISES)
    exercise = find(mine.exercises, asked.exercise) if getattr(asked, "exercise", None) else None
    if asked.verb == "next":
        if following := mine.next():
            lessons.introduce(mine, following)
        print(lessons.bar(mine))
        return 0
    if asked.verb == "reset":
        if not exercise:
            raise Mistake("which one? `./run course reset EXERCISE`")
        kept = mine.reset(exercise)
        print(f"{mine.file(exercise)} is as it was at the beginning." + (f" Yours is kept as {kept}." if kept else ""))
        return 0
    if asked.verb in ("run", "hint"):
        return getattr(lessons, asked.verb)(mine, exercise)
    return {"watch": lessons.watch, "list": lessons.list_, "verify": lessons.verify}[asked.verb](mine)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Mistake as mistake:
        print(f"course: {mistake}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:  # who reads has seen enough: `list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"course: {error.filename or ''}: {error.strerror}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("\nYour progress is kept.", file=sys.stderr)
        sys.exit(130)
