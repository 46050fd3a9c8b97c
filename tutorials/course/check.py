"""Proves the exercises: the stub compiles and fails, right answers pass, and every typical wrong answer
fails with the message that is meant for it."""

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import build
from exercise import Exercise, Mistake, read_all, find

STRICT = ("-Werror",)
KINDS = ("write", "bug", "performance")


def form(exercise: Exercise, known: dict[str, Exercise]) -> list[str]:
    """What an exercise's folder lacks."""
    wrong = []
    if exercise.kind not in KINDS:
        wrong.append(f"its kind is '{exercise.kind}', not one of {', '.join(KINDS)}")
    if len(exercise.hints) != 3 or not all(exercise.hints):
        wrong.append("it has to have three hints")
    if not (exercise.folder / "explanation.md").exists() or len(exercise.explanation) < 100:
        wrong.append("explanation.md explains nothing")
    if len(exercise.answers("mutants")) < 3:
        wrong.append("it has to have three mutants or more")
    if not exercise.answers("alternatives"):
        wrong.append("it has no alternative")
    for need in exercise.needs:
        if need not in known or need >= exercise.name:
            wrong.append(f"it needs '{need}', which is no earlier exercise")
    given = {"course/array.hpp", *(known[need].file for need in exercise.needs if need in known)}
    for header in re.findall(r'^#include "([^"]+)"', exercise.source, re.M):
        if header not in given:
            wrong.append(f'{exercise.file} includes "{header}", which the student has not')
    return wrong


def prove(exercise: Exercise, known: dict[str, Exercise]) -> tuple[list[str], int]:
    """What is wrong, and how many mutants were caught with their message."""
    wrong = form(exercise, known)
    if wrong:
        return wrong, 0

    def run(text):
        return build.run_text(exercise, text, known, STRICT)

    stub = run(exercise.stub())
    if not stub.compiled:
        wrong.append(f"the stub does not compile:\n{stub.text}")
    elif stub.passed:
        wrong.append("the stub passes")
    right = {"the solution": exercise.solution(),
             **{f"alternatives/{name}": exercise.with_answer(answer)
                for name, answer in exercise.answers("alternatives").items()}}
    for name, text in right.items():
        if not (verdict := run(text)).passed:
            wrong.append(f"{name} fails:\n{verdict.text}")
    once, again = build.seen(exercise, exercise.solution(), known, ("1", "2"))
    if once == again:
        wrong.append("its values do not depend on random numbers: they can be learnt by heart")
    caught = 0
    for name, answer in exercise.answers("mutants").items():
        expected = re.match(r"// expect: (.+)\n", answer)
        if not expected:
            wrong.append(f"mutants/{name} does not begin with '// expect: …'")
            continue
        verdict = run(exercise.with_answer(answer))
        if not verdict.compiled:
            wrong.append(f"mutants/{name} does not compile:\n{verdict.text}")
        elif verdict.passed:
            wrong.append(f"mutants/{name} passes")
        elif expected[1].strip() not in verdict.text:
            wrong.append(f"mutants/{name} fails, but not with '{expected[1].strip()}':\n{verdict.text}")
        else:
            caught += 1
    return wrong, caught


def check(root: Path, names: list[str]) -> int:
    build.LAUNCHER[:] = ["ccache"] if shutil.which("ccache") else []
    every = read_all(root)
    known = {each.name: each for each in every}
    chosen = [find(every, name) for name in names] if names else every
    if not chosen:
        raise Mistake(f"there are no exercises in {root}")
    build.framework(root)
    failed = caught = mutants = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for exercise, (wrong, count) in zip(chosen, pool.map(lambda each: prove(each, known), chosen)):
            of = len(exercise.answers("mutants"))
            print(f"{'FAIL' if wrong else 'pass'}  {exercise.name}  mutants caught {count} of {of}", flush=True)
            for text in wrong:
                print("      " + text.rstrip().replace("\n", "\n      "))
            failed, caught, mutants = failed + bool(wrong), caught + count, mutants + of
    print(f"exercises {len(chosen)}, failed {failed}, mutants caught {caught} of {mutants}")
    return 1 if failed else 0
