#!/usr/bin/env python3
"""Trains what rows.toml lists, measures it, and writes docs/scoreboard.md, .json and .svg.

    scoreboard.py [NAME…]               all rows, or these
    scoreboard.py --baselines [NAME…]   only what stands beside them, where it has commands of its own

What is done is not done again: a model is complete where its train.json is, an interrupted one goes
on from its checkpoint, and every measurement is kept in runs/scoreboard/NAME/. Each is kept with the
text of its command: where that has changed it is done anew. Figures in docs/scoreboard.json whose
commands are still the same stay on a machine that has no runs.
"""

import argparse
import hashlib
import json
import re
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import page

HERE = Path(__file__).resolve().parent
KEYS = {"name", "metric", "better", "target", "within", "published", "baseline", "seed", "train",
        "uses", "prepare", "steps", "repeat", "seeds", "ours", "also", "note"}


class Mistake(Exception):
    """What is wrong with what was asked for: one line."""


class Failed(Exception):
    """A command of a row that failed; the other rows go on."""


class Interrupted(Exception):
    """Ctrl-C: everything stops, and goes on from here next time."""


class Row:
    """A row of the table: how its model is trained, how its figure is found."""

    def __init__(self, entry, runs, value=None, seed=None):
        """Of a row that is repeated, `value` and `seed` say whose part this is; None: the whole."""
        unknown = set(entry) - KEYS
        if unknown:
            raise Mistake(f"row '{entry.get('name')}': unknown key '{sorted(unknown)[0]}'")
        missing = {"name", "metric", "better", "seed", "ours"} - set(entry)
        if missing:
            raise Mistake(f"row '{entry.get('name')}': has no {sorted(missing)[0]}")
        self.entry, self.name = entry, entry["name"]
        self.uses = entry.get("uses", [])
        self.baseline = entry.get("baseline", {})
        repeat, seeds = entry.get("repeat", {}), entry.get("seeds", [])
        if len(repeat) > 1:
            raise Mistake(f"row '{self.name}': repeats over more than one thing")
        whole = value is None and seed is None
        self.parts = [Row(entry, runs, one, of) for of in seeds or [None]
                      for one in next(iter(repeat.values()), [None])
                      if whole and (repeat or seeds)]
        self.seed = seed or ("{seed}" if seeds else entry["seed"])
        self.folder, places = runs / self.name, {"runs": str(runs), "seed": self.seed}
        if seeds:
            self.folder /= f"seed-{self.seed}"
        for key in repeat:
            places[key] = "{" + key + "}" if value is None else value
            self.folder /= f"{key}-{places[key]}"
        places["run"] = str(self.folder)
        self.prepare = shlex.split(entry.get("prepare", "").format(**places))
        self.train = None
        if "train" in entry:
            self.train = shlex.split(entry["train"].format(**places)) + [
                "--seed", str(self.seed), "--out", str(self.folder)]

        def read_steps(texts):
            return {name: shlex.split(text.format(**places)) for name, text in texts.items()}
        self.steps = read_steps(entry.get("steps", {}))
        self.baseline_steps = read_steps(self.baseline.get("steps", {}))

    def own_commands(self, rows):
        """All commands of the row's figure, one after the other, as one would type them."""
        lines = [rows[used].train for used in self.uses] + ([self.train] if self.train else [])
        prepare = [self.prepare] if self.prepare else []
        return as_typed([*prepare, *lines, *self.steps.values()])

    def commands(self, rows):
        """The same, and those of its baseline."""
        return self.own_commands(rows) + as_typed(self.baseline_steps.values())

    def fingerprint(self, rows):
        """Changes where a figure measured before is no longer that of this row."""
        parts = [self.entry[key] for key in ("repeat", "seeds") if key in self.entry]
        return digest(self.own_commands(rows), self.entry["ours"], self.entry.get("also"), *parts)

    def baseline_fingerprint(self, rows):
        """The same of what stands beside it, which may have commands of its own."""
        if not self.baseline_steps:
            return digest(self.fingerprint(rows), self.baseline)
        used = [rows[used].train for used in self.uses]
        return digest(as_typed([*used, *self.baseline_steps.values()]), self.baseline["field"],
                      self.baseline.get("also"))


def as_typed(commands):
    """Arguments of hourglass, or a script of this folder and its arguments."""
    return [shlex.join(["python3", f"tests/scoreboard/{command[0]}", *command[1:]]
                       if command[0].endswith(".py") else ["hourglass", *command])
            for command in commands]


def digest(*parts):
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def read_rows(file, runs):
    entries = tomllib.loads(file.read_text())["row"]
    rows = {}
    for entry in entries:
        row = Row(entry, runs)
        if row.name in rows:
            raise Mistake(f"row '{row.name}' is there twice")
        for used in row.uses:
            if used not in rows or not rows[used].train:
                raise Mistake(f"row '{row.name}' uses '{used}', which is no trained row before it")
        rows[row.name] = row
    return rows


class Runner:
    """Runs commands so that Ctrl-C reaches them first: they save what they have, then all stops."""

    def __init__(self, program):
        self.program, self.interrupted, self.child = program, False, None
        signal.signal(signal.SIGINT, self.stop)
        signal.signal(signal.SIGTERM, self.stop)

    def stop(self, number, _frame):
        self.interrupted = True
        if number == signal.SIGTERM and self.child:
            self.child.send_signal(signal.SIGINT)

    def __call__(self, arguments):
        typed, = as_typed([arguments])
        print("scoreboard: " + typed, file=sys.stderr, flush=True)
        program = ([sys.executable, "-B", str(HERE / arguments[0])]
                   if arguments[0].endswith(".py") else [self.program, arguments[0]])
        self.child = subprocess.Popen([*program, *arguments[1:]], stdout=subprocess.DEVNULL)
        code = self.child.wait()
        if self.interrupted or code in (130, -signal.SIGINT):
            raise Interrupted()
        if code != 0:
            raise Failed(f"exit code {code} of: {typed}")


def write(file, text):
    """At every moment the file is as it was or whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(file.name + ".new")
    temporary.write_text(text)
    temporary.replace(file)


def read_json(file):
    """What a file holds, or nothing where there is none or it is damaged."""
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return None


def prepare(row, run):
    """What has to be there before training and before baselines; a script that does nothing twice."""
    if row.prepare:
        row.folder.parent.mkdir(parents=True, exist_ok=True)
        run([*row.prepare, "--json", str(row.folder.with_name(f"{row.name}.prepared.json"))])


def train(row, run):
    """The figures of the row's training, which is run, or goes on, where it is not complete."""
    command, done = row.folder / "train.command", row.folder / "train.json"
    text = shlex.join(row.train)
    same = command.exists() and command.read_text() == text
    if same and (figures := read_json(done)) is not None:
        return figures
    prepare(row, run)
    resume = same and (row.folder / "checkpoint.safetensors").exists()
    if not resume:
        shutil.rmtree(row.folder, ignore_errors=True)
        write(command, text)
    run([*row.train, "--json", str(done), *(["--resume"] if resume else [])])
    return json.loads(done.read_text())


def measure(row, steps, rows, run, prefix=""):
    """The figures of each of these steps of the row, run where they are not there already."""
    before = [shlex.join(rows[used].train) for used in row.uses]
    figures = {}
    for name, step in steps.items():
        file = row.folder / f"{prefix}{name}.measured.json"
        text = "\n".join([*before, shlex.join(step)])
        kept = read_json(file)
        if kept is None or kept["command"] != text:
            started, output = time.monotonic(), row.folder / f"{prefix}{name}.json"
            row.folder.mkdir(parents=True, exist_ok=True)
            # What an interrupted step left in its folder is of no use.
            run([*step, "--json", str(output), *(["--force"] if step[0] == "train" else [])])
            kept = {"command": text, "seconds": time.monotonic() - started,
                    "figures": json.loads(output.read_text())}
            write(file, json.dumps(kept, indent=2) + "\n")
        before.append(shlex.join(step))
        figures[name] = kept["figures"]
    return figures


def look_up(expression, figures):
    """`evaluate.loss`, `evaluate.loss / 784` or `1 - judge.error_rate`; None where a command measured
    and found no value, as a curve has none beyond its ends."""
    found = re.fullmatch(r"(1 - )?([\w-]+(?:\.[\w-]+)+)(?: / ([0-9.]+))?", expression)
    if not found:
        raise Mistake(f"'{expression}' is no field such as evaluate.loss / 784")
    value = figures
    for part in found[2].split("."):
        if not isinstance(value, dict) or part not in value:
            raise Failed(f"the commands give no '{found[2]}'")
        value = value[part]
    if value is None:
        return None
    value = value / float(found[3] or 1)
    return 1 - value if found[1] else value


def mean(values):
    values = list(values)
    return None if None in values else sum(values) / len(values)


def deviation(values):
    """The standard deviation of a sample; None where it is not known."""
    values = list(values)
    return None if None in values or len(values) < 2 else statistics.stdev(values)


def spread(row, values):
    """The standard deviation over the row's seeds, each of which has a mean over what is repeated;
    of a row of one seed over what is repeated."""
    values, seeds = list(values), len(row.entry.get("seeds", []))
    if seeds < 2 or None in values:
        return deviation(values)
    each = len(values) // seeds
    return deviation(mean(values[i * each:(i + 1) * each]) for i in range(seeds))


def average(row, rows, run):
    """The means of a repeated row's parts, each of which is complete on its own."""
    results = [complete(part, rows, run) for part in row.parts]

    def all_of(key):
        return [one[key] for one in results]
    result = {
        "fingerprint": row.fingerprint(rows),
        "baseline_fingerprint": row.baseline_fingerprint(rows),
        "ours": mean(all_of("ours")),
        "ours_deviation": spread(row, all_of("ours")),
        "baseline": mean(all_of("baseline")),
        "baseline_deviation": spread(row, all_of("baseline")),
        "also": {name: mean(also[name] for also in all_of("also")) for name in results[0]["also"]},
        "seconds": None if None in all_of("seconds") else sum(all_of("seconds")),
        "threads": results[0]["threads"],
    }
    keep(row, result)
    return result


def keep(row, result):
    """Beside what is kept of the row already."""
    kept = read_json(row.folder / "row.json") or {}
    write(row.folder / "row.json", json.dumps(kept | result, indent=2) + "\n")


def complete(row, rows, run):
    """The row's finished figures, kept in its folder."""
    if row.parts:
        return average(row, rows, run)
    used = [train(rows[name], run) for name in row.uses]
    own = train(row, run) if row.train else None
    figures = measure(row, row.steps, rows, run)
    if own or used:
        figures["train"] = own or used[-1]
    ours = look_up(row.entry["ours"], figures)
    if ours is None:
        raise Failed(f"its figure '{row.entry['ours']}' has no value: the model does not get that far")
    result = {
        "fingerprint": row.fingerprint(rows),
        "ours": ours,
        "also": {name: look_up(field, figures)
                 for name, field in row.entry.get("also", {}).items()},
        "seconds": own.get("seconds") if own else None,
        "threads": figures.get("train", {}).get("threads"),
    }
    result |= complete_baseline(row, rows, run, figures)
    keep(row, result)
    return result


def complete_baseline(row, rows, run, figures=None):
    """What stands beside the row's figure: of its own commands, or among the row's figures."""
    result = {"baseline": row.baseline.get("value"),
              "baseline_fingerprint": row.baseline_fingerprint(rows)}
    if row.baseline_steps:
        for name in row.uses:
            train(rows[name], run)
        prepare(row, run)
        figures = measure(row, row.baseline_steps, rows, run, "baseline-")
    if "field" in row.baseline:
        result["baseline"] = look_up(row.baseline["field"], figures)
    if "also" in row.baseline:
        result["baseline_also"] = {name: look_up(field, figures)
                                   for name, field in row.baseline["also"].items()}
    if row.baseline_steps:
        keep(row, result)
    return result


def stored(row, rows, published):
    """What was measured before by the same commands, here or where the table was written: of the
    row and of its baseline."""
    found = {}
    for result in (published.get(row.name), read_json(row.folder / "row.json")):
        if result and result.get("fingerprint") == row.fingerprint(rows):
            found |= {key: value for key, value in result.items() if "baseline" not in key}
        if result and result.get("baseline_fingerprint") == row.baseline_fingerprint(rows):
            found |= {key: value for key, value in result.items() if "baseline" in key}
    return found


def target_of(row, baseline):
    """The row's target, which may be so much better than its baseline."""
    target = row.entry.get("target")
    if not isinstance(target, dict):
        return target
    gain = target["better_than_baseline_by"] * (1 if row.entry["better"] == "higher" else -1)
    return None if baseline is None else baseline + gain


def table(rows, docs):
    """One entry a row for docs/scoreboard.json; `ours` is null where nothing is measured yet."""
    published = {entry["row"]: entry for entry in read_json(docs / "scoreboard.json") or []}
    entries = []
    for row in rows.values():
        result, entry, baseline = stored(row, rows, published), row.entry, row.baseline
        entries.append({
            "row": row.name,
            "metric": entry["metric"],
            "better": entry["better"],
            "ours": result.get("ours"),
            "target": target_of(row, result.get("baseline")),
            "published": entry.get("published", {}).get("value"),
            "baseline": result.get("baseline", baseline.get("value")),
            "seed": entry["seed"],
            # those of a model that another row trains stand in that row
            "seconds": result.get("seconds") if "train" in entry else None,
            "command": " && ".join(row.commands(rows)),
            "within": entry.get("within", 0),
            "published_source": entry.get("published", {}).get("source", ""),
            "baseline_source": baseline.get("source", ""),
            "also": result.get("also", {}),
            "baseline_also": result.get("baseline_also", {}),
            "threads": result.get("threads"),
            "note": entry.get("note", ""),
            "repeats": len(row.parts),
            "seeds": entry.get("seeds", [entry["seed"]]),
            "ours_deviation": result.get("ours_deviation"),
            "baseline_deviation": result.get("baseline_deviation"),
            "fingerprint": result.get("fingerprint"),
            "baseline_fingerprint": result.get("baseline_fingerprint"),
        })
    return entries


def write_docs(rows, docs):
    entries = table(rows, docs)
    write(docs / "scoreboard.json", json.dumps(entries, indent=2, ensure_ascii=False) + "\n")
    write(docs / "scoreboard.svg", page.picture(entries))
    write(docs / "scoreboard.md", page.markdown(entries))


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="./run scoreboard",
                                     description="measures docs/scoreboard.md")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these rows")
    parser.add_argument("--baselines", action="store_true",
                        help="only baselines that have commands of their own")
    parser.add_argument("--hourglass", default="build/release/hourglass", help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=Path, default=HERE / "rows.toml", help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=Path, default=Path("runs/scoreboard"), help=argparse.SUPPRESS)
    parser.add_argument("--docs", type=Path, default=Path("docs"), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    try:
        rows = read_rows(given.rows, given.runs)
        for name in given.names:
            if name not in rows:
                raise Mistake(f"there is no row '{name}'; there are {', '.join(rows)}")
        run, failures = Runner(given.hourglass), 0
        measure_row = complete_baseline if given.baselines else complete
        for row in [rows[name] for name in given.names or rows]:
            if given.baselines and not row.baseline_steps:
                continue
            try:
                measure_row(row, rows, run)
            except Failed as failure:
                failures += 1
                print(f"scoreboard: row '{row.name}' is not measured: {failure}", file=sys.stderr)
            write_docs(rows, given.docs)
        return 1 if failures else 0
    except Interrupted:
        print("scoreboard: interrupted; ./run scoreboard goes on from here", file=sys.stderr)
        return 130
    except Mistake as mistake:
        print(f"scoreboard: {mistake}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
