"""An exercise as it stands in its folder: what it is about, and the texts that come of its one source."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

BEGIN, STUB, END = "// BEGIN SOLUTION", "// STUB", "// END SOLUTION"
STUB_LINE = re.compile(r"//\| ?")
POINTS = 10.0  # of each, when it is graded


class Mistake(Exception):
    """What is wrong with what was asked for, or with an exercise: one line."""


@dataclass(frozen=True)
class Exercise:
    folder: Path
    title: str
    chapter: int
    kind: str
    file: str
    needs: tuple[str, ...]
    hints: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def source(self) -> str:
        return (self.folder / self.file).read_text()

    @property
    def explanation(self) -> str:
        return (self.folder / "explanation.md").read_text()

    @property
    def has_solution(self) -> bool:
        """Students' hand-outs have stubs only."""
        return BEGIN in self.source

    def parts(self) -> tuple[str, str, str, str]:
        """What stands before the marks, the solution, the stub, and what stands behind."""
        lines = self.source.splitlines(keepends=True)
        places = [[i for i, line in enumerate(lines) if line.strip() == mark] for mark in (BEGIN, STUB, END)]
        if [len(place) for place in places] != [1, 1, 1] or not places[0] < places[1] < places[2]:
            raise Mistake(f"{self.name}/{self.file}: it has to have '{BEGIN}', '{STUB}' and '{END}' once each, in this order")
        begin, stub, end = (place[0] for place in places)
        given = [STUB_LINE.sub("", line, count=1) for line in lines[stub + 1:end]]
        if any(not line.strip().startswith("//|") for line in lines[stub + 1:end]):
            raise Mistake(f"{self.name}/{self.file}: between '{STUB}' and '{END}' a line does not begin with '//|'")
        return "".join(lines[:begin]), "".join(lines[begin + 1:stub]), "".join(given), "".join(lines[end + 1:])

    def with_answer(self, answer: str) -> str:
        before, _, _, behind = self.parts()
        return before + answer + behind

    def stub(self) -> str:
        """The student's file to begin with."""
        return self.with_answer(self.parts()[2]) if self.has_solution else self.source

    def solution(self) -> str:
        return self.with_answer(self.parts()[1])

    def answers(self, kind: str) -> dict[str, str]:
        """What stands in mutants/ or alternatives/, by name."""
        return {path.stem: path.read_text() for path in sorted((self.folder / kind).glob("*.hpp"))}


def read(folder: Path) -> Exercise:
    about = tomllib.loads((folder / "exercise.toml").read_text())
    try:
        return Exercise(folder, about["title"], about["chapter"], about["kind"], about["file"],
                        tuple(about["needs"]), tuple(about["hints"]))
    except KeyError as missing:
        raise Mistake(f"{folder.name}/exercise.toml: it lacks {missing}") from None


def read_all(root: Path) -> list[Exercise]:
    """Every exercise, in order."""
    return [read(folder) for folder in sorted(root.glob("[0-9][0-9]_*"))]


def find(exercises: list[Exercise], name: str) -> Exercise:
    """By its number, its name, or both: 4, unbroadcast, 04_unbroadcast."""
    for each in exercises:
        if name in (each.name, each.name[3:], each.name[:2], each.name[:2].lstrip("0")):
            return each
    raise Mistake(f"there is no exercise '{name}'; `list` shows them")
