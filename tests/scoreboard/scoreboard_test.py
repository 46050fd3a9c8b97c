"""What the scoreboard runs and what it leaves alone, with a pretended hourglass."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

import page

HERE = Path(__file__).resolve().parent

# Notes its arguments in a log; `train` writes a checkpoint and then, unless it is told to be
# interrupted or to fail, the figures that its arguments name.
PRETENDED = """#!%s
import json, os, sys, time
words = sys.argv[1:]
with open(os.environ["LOG"], "a") as log:
    log.write(" ".join(words) + "\\n")
out = words[words.index("--json") + 1]
if words[0] == "train":
    folder = words[words.index("--out") + 1]
    os.makedirs(folder, exist_ok=True)
    open(folder + "/checkpoint.safetensors", "w").close()
    behaviour = os.environ.get("BEHAVIOUR", "")
    if behaviour == "interrupted": sys.exit(130)
    if behaviour == "slow":
        try: time.sleep(60)
        except KeyboardInterrupt: sys.exit(130)
    if words[1] == "unheard-of": sys.exit(2)
with open(out, "w") as file:
    json.dump({"seconds": 12.4, "threads": 2, "loss": 7.84, "deep": {"error_rate": 0.25}, "beyond": None}, file)
""" % sys.executable

ROWS = """
[[row]]
name = "first"
metric = "loss per pixel"
better = "lower"
target = 0.02
published = { value = 0.03, source = "Someone & Other 2010" }
baseline = { field = "evaluate.loss", source = "nothing" }
seed = 3
train = "train plain --epochs 5"
steps.evaluate = "evaluate {run}"
ours = "evaluate.loss / 784"

[[row]]
name = "second"
metric = "accuracy"
better = "higher"
target = 0.9
seed = 1
train = "train other"
uses = ["first"]
steps.make = "generate {run} --npy {run}/x.npy"
steps.judge = "evaluate {runs}/first --data npy:{run}/x.npy"
ours = "1 - judge.deep.error_rate"
also = { "the loss" = "judge.loss" }
note = "as it is"
"""


class Scoreboard(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        program = self.folder / "hourglass"
        program.write_text(PRETENDED)
        program.chmod(0o755)
        self.log, self.docs, self.runs = (self.folder / name for name in ("log", "docs", "runs"))
        self.rows(ROWS)

    def rows(self, text):
        (self.folder / "rows.toml").write_text(text)

    def start(self, *names, behaviour=""):
        return subprocess.Popen(
            [sys.executable, HERE / "scoreboard.py", *names, "--hourglass",
             self.folder / "hourglass", "--rows", self.folder / "rows.toml", "--runs", self.runs,
             "--docs", self.docs],
            env={**os.environ, "LOG": str(self.log), "BEHAVIOUR": behaviour},
            stderr=subprocess.PIPE, text=True, start_new_session=True)

    def score(self, *names, behaviour="", code=0):
        """Runs it; gives the commands that it ran, each as its first words, and its stderr."""
        self.log.write_text("")
        process = self.start(*names, behaviour=behaviour)
        errors = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, code, errors)
        return [line.split(" ") for line in self.log.read_text().splitlines()], errors

    def kinds(self, *names, **more):
        return [" ".join(words[:2]).replace(str(self.runs) + "/", "")
                for words in self.score(*names, **more)[0]]

    def entries(self):
        return {entry["row"]: entry for entry in json.loads((self.docs / "scoreboard.json").read_text())}

    def test_measures_all_rows_and_writes_what_was_measured(self):
        self.assertEqual(self.kinds(), ["train plain", "evaluate first", "train other",
                                        "generate second", "evaluate first"])
        first, second = self.entries()["first"], self.entries()["second"]
        self.assertAlmostEqual(first["ours"], 0.01)
        self.assertEqual((first["baseline"], first["published"], first["seed"]), (7.84, 0.03, 3))
        self.assertEqual(first["seconds"], 12.4)
        self.assertEqual(first["command"],
                         f"hourglass train plain --epochs 5 --seed 3 --out {self.runs}/first && "
                         f"hourglass evaluate {self.runs}/first")
        self.assertEqual(second["ours"], 0.75)
        self.assertEqual(second["also"], {"the loss": 7.84})
        for key in ("row", "metric", "better", "ours", "target", "published", "baseline", "seed",
                    "seconds", "command"):
            self.assertIn(key, second)

    def test_repeats_a_row_for_each_value_and_gives_the_means(self):
        self.rows("""
[[row]]
name = "each"
metric = "loss"
better = "lower"
target = 1
seed = 1
repeat = { digit = [3, 8] }
train = "train plain --data some?labels={digit}"
steps.detect = "detect {run}"
ours = "detect.loss"
""")
        self.assertEqual(self.kinds(), ["train plain", "detect each/digit-3", "train plain",
                                        "detect each/digit-8"])
        entry = self.entries()["each"]
        self.assertEqual((entry["ours"], entry["seconds"]), (7.84, 24.8))
        self.assertEqual((entry["ours_deviation"], entry["repeats"]), (0, 2))
        self.assertIn("labels={digit}", entry["command"])
        self.assertEqual(self.kinds(), [])

    def test_the_deviation_over_seeds_is_that_of_their_means_over_what_is_repeated(self):
        sys.path.insert(0, str(HERE))
        import scoreboard
        row = scoreboard.Row({"name": "each", "metric": "m", "better": "lower", "seed": 1,
                              "seeds": [1, 2], "repeat": {"digit": [3, 8]}, "ours": "a.b",
                              "train": "train plain --data some?labels={digit}"}, self.runs)
        self.assertEqual([str(part.folder.relative_to(self.runs)) for part in row.parts],
                         ["each/seed-1/digit-3", "each/seed-1/digit-8",
                          "each/seed-2/digit-3", "each/seed-2/digit-8"])
        self.assertEqual(row.parts[3].train[-4:], ["--seed", "2", "--out",
                                                   str(self.runs / "each/seed-2/digit-8")])
        self.assertIn("--seed {seed}", " ".join(row.train))
        self.assertAlmostEqual(scoreboard.spread(row, [1, 3, 5, 7]), 8 ** 0.5)
        self.assertIsNone(scoreboard.spread(row, [1, 3, 5, None]))

    def test_a_baseline_with_commands_of_its_own_is_measured_and_kept_by_itself(self):
        plain = ROWS.replace('{ field = "evaluate.loss", source = "nothing" }',
                             '{ field = "evaluate.loss", source = "plain", also = { other = '
                             '"evaluate.seconds" }, steps = { train = "train plain --epochs 1 '
                             '--out {run}/plain", evaluate = "evaluate {run}/plain" } }')
        self.rows(plain)
        self.assertEqual(self.kinds("first"), ["train plain", "evaluate first", "train plain",
                                               "evaluate first/plain"])
        self.assertEqual(self.entries()["first"]["baseline"], 7.84)
        self.assertEqual(self.entries()["first"]["baseline_also"], {"other": 12.4})
        self.assertIn("7.84 (plain; other 12.4)", (self.docs / "scoreboard.md").read_text())
        self.runs.rename(self.folder / "gone")
        self.rows(plain.replace("--epochs 1", "--epochs 2"))
        self.assertEqual(self.kinds("--baselines"), ["train plain", "evaluate first/plain"])
        self.assertAlmostEqual(self.entries()["first"]["ours"], 0.01)
        self.rows(plain.replace("--epochs 1", "--epochs 3"))
        self.score("second")
        self.assertAlmostEqual(self.entries()["first"]["ours"], 0.01)
        self.assertIsNone(self.entries()["first"]["baseline"])

    def test_does_nothing_twice(self):
        self.score()
        self.assertEqual(self.kinds(), [])

    def test_measures_one_row_and_what_it_needs_and_keeps_the_others(self):
        self.score("first")
        self.assertIsNone(self.entries()["second"]["ours"])
        self.assertEqual(self.kinds("second"), ["train other", "generate second", "evaluate first"])
        self.assertAlmostEqual(self.entries()["first"]["ours"], 0.01)

    def test_trains_what_a_row_needs_where_it_is_not_there(self):
        self.assertEqual(self.kinds("second")[:2], ["train plain", "train other"])

    def test_goes_on_from_the_checkpoint_where_training_was_interrupted(self):
        commands, errors = self.score("first", behaviour="interrupted", code=130)
        self.assertNotIn("--resume", commands[0])
        self.assertIn("goes on from here", errors)
        commands, _ = self.score("first")
        self.assertEqual([words[0] for words in commands], ["train", "evaluate"])
        self.assertIn("--resume", commands[0])

    def test_waits_for_the_command_that_ctrl_c_interrupts(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.log.write_text("")
            process = self.start("first", behaviour="slow")
            while not self.log.read_text():
                time.sleep(0.02)
            time.sleep(0.2)
            if number == signal.SIGINT:  # as a terminal does it: to both
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
            self.assertEqual(process.wait(timeout=10), 130)
            process.stderr.close()

    def test_trains_anew_where_the_command_has_changed(self):
        self.score()
        self.rows(ROWS.replace("--epochs 5", "--epochs 6"))
        commands, _ = self.score("first")
        self.assertEqual([words[0] for words in commands], ["train", "evaluate"])
        self.assertNotIn("--resume", commands[0])
        self.assertIsNone(self.entries()["second"]["ours"])  # its judge is another one now
        self.assertEqual(self.kinds("second"), ["generate second", "evaluate first"])

    def test_an_interrupted_training_of_another_command_is_not_gone_on_with(self):
        self.score("first", behaviour="interrupted", code=130)
        self.rows(ROWS.replace("--epochs 5", "--epochs 6"))
        self.assertNotIn("--resume", self.score("first")[0][0])

    def test_measures_anew_without_training_where_only_a_step_has_changed(self):
        self.score("first")
        self.rows(ROWS.replace('"evaluate {run}"', '"evaluate {run} --samples 3"'))
        self.assertEqual(self.kinds("first"), ["evaluate first"])

    def test_runs_nothing_where_only_the_target_has_changed(self):
        self.score()
        self.rows(ROWS.replace("0.02", "0.005"))
        self.assertEqual(self.kinds(), [])
        self.assertEqual(self.entries()["first"]["target"], 0.005)
        self.assertIn("| no |", (self.docs / "scoreboard.md").read_text())

    def test_keeps_what_is_written_where_there_are_no_runs_and_the_commands_are_the_same(self):
        self.score()
        self.runs.rename(self.folder / "gone")
        self.assertEqual(len(self.kinds("first")), 2)
        self.assertEqual(self.entries()["second"]["ours"], 0.75)
        self.rows(ROWS.replace("--npy", "--new"))
        self.score("first")
        self.assertIsNone(self.entries()["second"]["ours"])

    def test_measures_again_what_was_cut_off_while_it_was_written(self):
        self.score("first")
        (self.runs / "first/evaluate.measured.json").write_text('{"comm')
        self.assertEqual(self.kinds("first"), ["evaluate first"])

    def test_goes_on_with_other_rows_where_one_fails(self):
        self.rows(ROWS.replace("train plain", "train unheard-of") +
                  ROWS[:ROWS.index("[[row]]", 10)].replace("first", "third"))
        commands, errors = self.score(code=1)
        self.assertIn("row 'first' is not measured: exit code 2 of: hourglass train unheard-of",
                      errors)
        self.assertIsNone(self.entries()["first"]["ours"])
        self.assertIsNotNone(self.entries()["third"]["ours"])
        self.assertIn("- first: loss per pixel, target ≤ 0.02",
                      (self.docs / "scoreboard.md").read_text())

    def test_says_that_a_field_is_missing(self):
        self.rows(ROWS.replace("evaluate.loss / 784", "evaluate.gain"))
        self.assertIn("the commands give no 'evaluate.gain'", self.score("first", code=1)[1])

    def test_says_that_the_figure_has_no_value_where_a_command_found_none(self):
        self.rows(ROWS.replace("evaluate.loss / 784", "evaluate.beyond"))
        errors = self.score("first", code=1)[1]
        self.assertIn("row 'first' is not measured: its figure 'evaluate.beyond' has no value", errors)
        self.assertNotIn("Traceback", errors)

    def test_refuses_in_one_line_what_it_does_not_know(self):
        for rows, names, words in (
                (ROWS, ["fist"], "there is no row 'fist'; there are first, second"),
                (ROWS.replace("better", "beter", 1), [], "row 'first': unknown key 'beter'"),
                (ROWS.replace("seed = 3", ""), [], "row 'first': has no seed"),
                (ROWS.replace('uses = ["first"]', 'uses = ["none"]'), [], "uses 'none'"),
                (ROWS.replace("second", "first"), [], "is there twice"),
                (ROWS.replace("/ 784", "+ 784"), ["first"], "is no field such as")):
            self.rows(rows)
            errors = self.score(*names, code=2)[1]
            last = errors.splitlines()[-1]
            self.assertTrue(last.startswith("scoreboard: ") and words in last, errors)

    def test_prepares_before_it_trains_and_runs_scripts_as_they_are(self):
        script = self.folder / "collect.py"
        script.write_text(PRETENDED)
        self.rows(ROWS.replace("train = \"train plain", f'prepare = "{script} data"\ntrain = "train plain')
                  .replace('"evaluate {run}"', f'"{script} rates {{run}}"'))
        self.assertEqual([words[0] for words in self.score("first")[0]], ["data", "train", "rates"])
        self.assertEqual(self.kinds("first"), [])
        self.assertTrue(self.entries()["first"]["command"].startswith("python3 tests/scoreboard/"))

    def test_a_target_may_be_so_much_better_than_the_baseline(self):
        self.rows(ROWS.replace("target = 0.02", "target = { better_than_baseline_by = 0.5 }"))
        self.score("first")
        self.assertAlmostEqual(self.entries()["first"]["target"], 7.84 - 0.5)
        self.rows(ROWS.replace("target = 0.02", "target = { better_than_baseline_by = 0.5 }")
                  .replace("lower", "higher", 1))
        self.assertEqual(self.kinds("first"), [])
        self.assertAlmostEqual(self.entries()["first"]["target"], 7.84 + 0.5)


class Page(unittest.TestCase):
    ENTRY = {"row": "a", "metric": "m", "better": "lower", "ours": 0.00498, "target": 0.005,
             "published": None, "baseline": 0.0168, "seed": 1, "seconds": 61.5, "within": 0,
             "command": "hourglass train a && hourglass evaluate a", "published_source": "",
             "baseline_source": "PCA-32", "also": {}, "threads": 2, "note": "n"}

    def test_a_check_is_met_on_both_sides_and_a_race_on_one(self):
        for better, ours, within, met in (("lower", 1, 0, True), ("lower", 2, 0, False),
                                          ("higher", 2, 0, True), ("higher", 1, 0, False),
                                          ("lower", 1.4, 0.2, True), ("lower", 1, 0.2, False)):
            entry = {**self.ENTRY, "better": better, "ours": ours, "target": 1.5, "within": within}
            self.assertEqual(page.reached(entry), met, entry)

    def test_the_table_has_every_measured_row_and_the_list_every_other(self):
        text = page.markdown([self.ENTRY, {**self.ENTRY, "row": "b", "ours": None}])
        self.assertIn("| a | m | **0.00498** | ≤ 0.005 | yes | – | 0.0168 (PCA-32) | 1 | 62 |", text)
        without = page.markdown([{**self.ENTRY, "seconds": None}])
        self.assertIn("0.0168 (PCA-32) | 1 | – |", without)
        self.assertIn("- b: m, target ≤ 0.005", text)
        self.assertIn("```sh\nhourglass train a\nhourglass evaluate a\n```", text)
        self.assertIn("Targets reached: 1 of 1.", text)

    def test_a_row_without_a_target_neither_reaches_nor_misses_it(self):
        free = {**self.ENTRY, "target": None}
        self.assertIsNone(page.reached(free))
        text = page.markdown([self.ENTRY, free, {**free, "row": "c", "ours": None}])
        self.assertIn("| **0.00498** | – | – | – |", text)
        self.assertIn("Targets reached: 1 of 1.", text)
        self.assertIn("- c: m\n", text)
        drawing = page.picture([free])
        self.assertNotIn("target", drawing.split("→ better")[1])
        self.assertTrue(xml.fromstring(drawing).tag.endswith("svg"))

    def test_a_mean_stands_with_the_deviation_of_what_it_is_of(self):
        text = page.table_line({**self.ENTRY, "ours_deviation": 0.000123,
                                "baseline_deviation": 0.002})
        self.assertIn("| **0.00498 ± 0.00012** |", text)
        self.assertIn("| 0.0168 ± 0.002 (PCA-32) |", text)

    def test_the_picture_is_svg_also_of_one_value_and_of_none(self):
        alone = {**self.ENTRY, "baseline": None, "target": 0.00498, "row": "<&>"}
        for entries in ([self.ENTRY], [alone], [{**self.ENTRY, "ours": None}], []):
            root = xml.fromstring(page.picture(entries))
            self.assertTrue(root.tag.endswith("svg"))

    def test_the_worst_is_left_and_the_best_right(self):
        def x_of_ours(entry):
            return float(page.line(entry, 0).split('r="6"')[0].split('cx="')[-1].split('"')[0])
        better_lower = {**self.ENTRY, "ours": 0.001}
        self.assertEqual(x_of_ours(better_lower), page.LEFT + page.AXIS)
        self.assertEqual(x_of_ours({**better_lower, "better": "higher"}), page.LEFT)


class Rows(unittest.TestCase):
    def test_the_projects_own_rows_can_be_read(self):
        sys.path.insert(0, str(HERE))
        import scoreboard
        rows = scoreboard.read_rows(HERE / "rows.toml", Path("runs/scoreboard"))
        for row in rows.values():
            self.assertTrue(row.commands(rows))
            self.assertIn(row.entry["better"], ("lower", "higher"))


if __name__ == "__main__":
    unittest.main()
