#!/usr/bin/env python3
"""How long one waits for the compiler: prints the table of CONTRIBUTING.md.

    build_times.py            from an edit to the verdict of its tests, in build/release after ./run test
    build_times.py --clean    of an empty build folder until the command is built, then until all is

The compiler cache is off. An edit is a new time of the file's last change.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EDITS = [
    ("an operation", "autograd/operations/activations.cpp", "gradient_test", "*silu*"),
    ("a layer", "nn/layers/convolution.hpp", "nn_test", "*Conv*"),
    ("a model", "models/sparse.hpp", "models_test", "*parse*"),
    ("a dataset reader", "datasets/readers/csv.cpp", "datasets_test", "Csv*"),
]
ENVIRONMENT = {**os.environ, "CCACHE_DISABLE": "1"}


def seconds(*commands):
    """Of these commands, one after the other."""
    started = time.monotonic()
    for command in commands:
        result = subprocess.run([str(word) for word in command], cwd=ROOT, env=ENVIRONMENT,
                                capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(result.stdout + result.stderr)
    return time.monotonic() - started


def build(folder, target):
    return ["cmake", "--build", folder, "--target", target]


def print_row(what, until, taken):
    print(f"| {what} | {until} | {taken:.0f} |", flush=True)


def clean_builds():
    with tempfile.TemporaryDirectory(prefix="build-times-") as folder:
        configure = ["cmake", "--preset", "release", "-B", folder]
        command = seconds(configure, build(folder, "hourglass"))
        print_row("nothing is built yet", "the command is built", command)
        print_row("", "everything is built: the libraries in both precisions, tests, chapters",
                  command + seconds(build(folder, "all")))


def edits():
    release = ROOT / "build/release"
    for what, file, target, names in EDITS:
        seconds(build(release, target))  # what else was out of date
        (ROOT / file).touch()
        taken = seconds(build(release, target), [release / "tests" / target, f"--gtest_filter={names}"])
        print_row(f"{what}, `{file}`", f"`{target} --gtest_filter='{names}'`", taken)


if __name__ == "__main__":
    print(f"| what changes | until when | seconds on {os.cpu_count()} cores |\n| --- | --- | --: |")
    if sys.argv[1:] == ["--clean"]:
        clean_builds()
    else:
        edits()
