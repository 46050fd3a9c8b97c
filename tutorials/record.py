"""Runs chapters and keeps what they print, their figures and their pictures for the text to show.

  record.py [--check] [--quick] [--programs DIR] [CHAPTER…]

Without --check: runs each chapter in full and in short and writes CHAPTER/recorded/: output.txt,
figures.json and pictures of the full run, quick.txt of the short one, program.sha256 of its source.
Look at what changed, then commit it. First the short run is repeated with the products that OpenBLAS
has for other processors: where a number moves by half of what the check allows, nothing is recorded.

With --check: runs again, in short where --quick is given, and fails where the output is no longer
what was recorded, or where the program changed since. Words have to be the same; numbers may differ
by 3 % or by two of their last digit, since processors round differently and training makes more of
it; a number behind ~ (a time) is not compared.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
NUMBER = re.compile(r"~?\s*-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
TOLERANCE = 0.03
OTHER_KERNELS = ["Prescott", "Nehalem"]  # which any processor can run that the programs run on


def source_hash(chapter: Path) -> str:
    """Of its program and of the headers beside it, whatever their layout."""
    sources = sorted(chapter.glob("*.[ch]pp"))
    return hashlib.sha256(b"".join(b"".join(source.read_bytes().split()) for source in sources)).hexdigest()


def run(program: Path, out: Path, quick: bool, **environment: str) -> str:
    """What the program prints; it ends this one where it fails."""
    command = [str(program), "--out", str(out)] + (["--quick"] if quick else [])
    environment["HOURGLASS_DATA"] = str(HERE.parent / "datasets")
    # Threads that wait do not spin for long: beside other tests they would slow each other down.
    result = subprocess.run(command, capture_output=True, text=True,
                            env={"GOMP_SPINCOUNT": "1000", **os.environ, **environment})
    if result.returncode != 0:
        sys.exit(f"{program.name}: it failed with code {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


def last_digit(text: str) -> float:
    mantissa, _, exponent = text.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 10.0 ** (int(exponent or 0) - decimals)


def same_number(a: str, b: str, share: float) -> bool:
    if a.startswith("~") or b.startswith("~"):
        return a[:1] == b[:1]
    x, y = float(a), float(b)
    allowed = max(TOLERANCE * max(abs(x), abs(y)), 2.01 * max(last_digit(a), last_digit(b)))
    return abs(x - y) <= share * allowed


def difference(recorded: str, printed: str, share: float = 1) -> str:
    """The first line where a word differs, or a number by more than this share of what is allowed."""
    old, new = recorded.splitlines(), printed.splitlines()
    for i in range(max(len(old), len(new))):
        a = old[i] if i < len(old) else "(nothing)"
        b = new[i] if i < len(new) else "(nothing)"
        words_a, words_b = NUMBER.sub("#", a).split(), NUMBER.sub("#", b).split()
        numbers_a, numbers_b = ([n.replace(" ", "") for n in NUMBER.findall(line)] for line in (a, b))
        if words_a != words_b or not all(
                same_number(x, y, share) for x, y in zip(numbers_a, numbers_b)):
            return f"line {i + 1}\n  recorded  {a}\n  printed   {b}"
    return ""


def check(chapter: Path, program: Path, quick: bool) -> str:
    recorded = chapter / "recorded"
    if not recorded.exists():
        return "nothing is recorded yet"
    if (recorded / "program.sha256").read_text().strip() != source_hash(chapter):
        return "its program changed since its output was recorded"
    with tempfile.TemporaryDirectory() as out:
        printed = run(program, Path(out), quick)
        found = difference((recorded / ("quick.txt" if quick else "output.txt")).read_text(), printed)
        if found or quick:
            return found
        return difference((recorded / "figures.json").read_text(),
                          (Path(out) / "figures.json").read_text())


def record(chapter: Path, program: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        full, quick = Path(folder) / "recorded", Path(folder) / "quick"
        short = run(program, quick, quick=True)
        for kernels in OTHER_KERNELS:
            other = run(program, quick, quick=True, OPENBLAS_CORETYPE=kernels)
            if found := difference(short, other, share=0.5):
                sys.exit(f"{chapter.name}: nothing is recorded, since other processors print something "
                         f"else ({kernels}): {found}\n  Print fewer digits, or measure more.")
        output = run(program, full, quick=False)
        (full / "quick.txt").write_text(short)
        (full / "output.txt").write_text(output)
        (full / "program.sha256").write_text(source_hash(chapter) + "\n")
        shutil.rmtree(chapter / "recorded", ignore_errors=True)
        shutil.copytree(full, chapter / "recorded")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--programs", type=Path, default=HERE.parent / "build/release/tutorials")
    arguments = parser.parse_args()

    every = sorted(path.name for path in HERE.glob("[0-9][0-9]_*"))
    if unknown := [name for name in arguments.chapters if name not in every]:
        sys.exit(f"there is no chapter '{unknown[0]}'; there are {', '.join(every)}")
    wrong = 0
    for name in arguments.chapters or every:
        chapter, program = HERE / name, arguments.programs / name
        if not arguments.check:
            record(chapter, program)
            print(f"{name}: recorded")
        elif found := check(chapter, program, arguments.quick):
            wrong += 1
            print(f"{name}: {found}\n  If that is right, run ./run course record {name} and look at what changed.")
        else:
            print(f"{name}: as recorded")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
