"""A student's folder: one folder an exercise with the file to work on, and progress.json."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import build
from exercise import Exercise, Mistake, read_all

PROGRESS = "progress.json"


def write_whole(path: Path, text: str) -> None:
    """Written beside its place and renamed: a file is the old one or the new one, never half of either."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text)
    beside.replace(path)


@dataclass
class Workspace:
    folder: Path
    exercises: list[Exercise]
    passed: list[str] = field(default_factory=list)
    hints: dict[str, int] = field(default_factory=dict)  # how many of each exercise were shown

    def file(self, exercise: Exercise) -> Path:
        return self.folder / exercise.name / exercise.file

    def save(self) -> None:
        write_whole(self.folder / PROGRESS,
                    json.dumps({"passed": self.passed, "hints": self.hints}, indent=2) + "\n")

    def next(self) -> Exercise | None:
        """The first that has not passed yet."""
        return next((each for each in self.exercises if each.name not in self.passed), None)

    def test(self, exercise: Exercise) -> build.Verdict:
        if not self.file(exercise).exists():
            raise Mistake(f"{self.file(exercise)} is not there; `./run course reset {exercise.name}` puts it back")
        return build.run_test(exercise, [self.folder / name for name in (exercise.name, *exercise.needs)])

    def run(self, exercise: Exercise) -> build.Verdict:
        """The student's file, tested; what passes once stays passed."""
        verdict = self.test(exercise)
        if verdict.passed and exercise.name not in self.passed:
            self.passed.append(exercise.name)
            self.save()
        return verdict

    def hint(self, exercise: Exercise) -> tuple[int, str]:
        """The next of the three; the last one again after that."""
        shown = min(self.hints.get(exercise.name, 0) + 1, len(exercise.hints))
        self.hints[exercise.name] = shown
        self.save()
        return shown, exercise.hints[shown - 1]

    def reset(self, exercise: Exercise) -> Path | None:
        """The stub again. What was there is kept beside it; where that lies is returned."""
        file, kept = self.file(exercise), None
        if file.exists() and file.read_bytes() != exercise.stub().encode():
            number = 1
            while (kept := file.with_name(f"{file.name}.{number}")).exists():
                number += 1
            file.replace(kept)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, exercise.stub())
        if exercise.name in self.passed:
            self.passed.remove(exercise.name)
        self.hints.pop(exercise.name, None)
        self.save()
        return kept


def start(folder: Path, root: Path) -> Workspace:
    """Makes the folder, or adds what is new to one that is there; a student's file is never written over."""
    if folder.exists() and not folder.is_dir():
        raise Mistake(f"{folder} is a file; give the name of a new folder")
    known = (folder / PROGRESS).exists()
    workspace = open_(folder, root) if known else Workspace(folder, read_all(root))
    if not known and folder.exists() and any(folder.iterdir()) and not any(
            workspace.file(each).exists() for each in workspace.exercises):
        raise Mistake(f"{folder} has other things in it; give the name of a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    for exercise in workspace.exercises:
        file = workspace.file(exercise)
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            write_whole(file, exercise.stub())
    workspace.save()
    return workspace


def open_(folder: Path, root: Path) -> Workspace:
    file = folder / PROGRESS
    if not file.exists():
        raise Mistake(f"{file} is not there; `./run course start {folder}` makes it, and leaves your files as they are")
    exercises = read_all(root)
    try:
        progress = json.loads(file.read_text())
        passed = [each.name for each in exercises if each.name in progress["passed"]]
        hints = {each.name: int(progress["hints"].get(each.name, 0)) for each in exercises}
    except (ValueError, LookupError, TypeError, AttributeError):
        raise Mistake(f"{file} is damaged; delete it and run `./run course start {folder}`: your files stay, "
                      "`verify` finds what passes") from None
    return Workspace(folder, exercises, passed, hints)
