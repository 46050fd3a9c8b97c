"""The example programs do what they are there to show, on the 8×8 digits.

    python3 examples_test.py FOLDER-OF-PROGRAMS build/release/hourglass
"""

import csv
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HOURGLASS = Path(sys.argv.pop()).resolve()
PROGRAMS = Path(sys.argv.pop()).resolve()
ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {"HOURGLASS_DATA": str(ROOT / "datasets"), "GOMP_SPINCOUNT": "1000", "OMP_NUM_THREADS": "1",
               "PATH": "/usr/bin:/bin"}
NUMBER = r"(-?\d+\.\d+)"


def run(program, *words, text="", code=0):
    done = subprocess.run([str(program), *map(str, words)], input=text, capture_output=True, text=True,
                          timeout=100, env=ENVIRONMENT, check=False)
    assert done.returncode == code, f"{program}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stderr if code else done.stdout


def digits():
    """(label, 64 numbers in 0..1) of each row."""
    with (ROOT / "datasets/tabular/digits.csv").open() as file:
        for row in list(csv.reader(file))[1:]:
            yield int(row[64]), [int(cell) / 16 for cell in row[:64]]


def as_line(numbers):
    return " ".join(map(str, numbers)) + "\n"


class Examples(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.run_folder = Path(folder.name) / "run"

    def train(self, *words):
        run(HOURGLASS, "train", "vanilla", *words, "--quiet", "--out", self.run_folder)

    def test_each_fits_a_screen_and_is_listed(self):
        listed = (ROOT / "examples/README.md").read_text()
        programs = sorted((ROOT / "examples").glob("*.cpp"))
        self.assertEqual(len(programs), 6)
        for program in programs:
            self.assertLessEqual(len(program.read_text().splitlines()), 40, program.name)
            self.assertIn(f"({program.name})", listed)

    def test_a_model_of_ones_own_beats_pca(self):
        error, pca = map(float, re.findall(NUMBER, run(PROGRAMS / "own_model")))
        self.assertLess(error, pca)

    def test_an_operation_of_ones_own_has_the_right_gradient_and_finds_the_wave(self):
        output = run(PROGRAMS / "own_operation")
        self.assertIn("they agree", output)
        frequency, phase = map(float, re.search(rf"sin\({NUMBER} x \+ {NUMBER}\)", output).groups())
        self.assertAlmostEqual(frequency, 1.7, 2)
        self.assertAlmostEqual(phase, 0.4, 2)

    def test_a_loss_of_ones_own_is_reported_by_its_terms(self):
        terms = dict(re.findall(rf"^(\w+) +{NUMBER}$", run(PROGRAMS / "own_loss"), re.M))
        self.assertAlmostEqual(float(terms["loss"]), float(terms["charbonnier"]) + 0.01 * float(terms["l1"]), 3)

    def test_a_trained_model_rebuilds_images(self):
        self.train("--data", "digits", "--latent", 8, "--epochs", 30, "--batch", 32)
        head, *picture = run(PROGRAMS / "use_model", self.run_folder).splitlines()
        self.assertRegex(head, r"vanilla: \d+ test images as 8 numbers each")
        self.assertEqual([len(line) for line in picture], [8] * 8)
        self.assertGreater(len(set("".join(picture))), 2)

    def test_a_model_that_is_missing_is_told_in_one_line(self):
        for program in ("use_model", "detect_anomalies"):
            told = run(PROGRAMS / program, self.run_folder, code=2)
            self.assertEqual(len(told.splitlines()), 1, told)
            self.assertIn(str(self.run_folder), told)

    def test_a_service_tells_anomalies_and_survives_bad_lines(self):
        self.train("--data", "digits?labels=0,1,2", "--hold-out", 100, "--latent", 8, "--epochs", 100, "--batch", 16)
        examples = list(digits())[:300]
        lines = [as_line(numbers) for _, numbers in examples]
        answers = run(PROGRAMS / "detect_anomalies", self.run_folder,
                      text="".join(["1 2 3\n", "what?\n", *lines])).splitlines()
        self.assertEqual([answer.split()[0] for answer in answers[:2]], ["error", "error"])
        self.assertEqual(len(answers), 302)
        told = [(label, answer.startswith("anomaly ")) for (label, _), answer in zip(examples, answers[2:])]
        normal = [found for label, found in told if label < 3]
        strange = [found for label, found in told if label >= 3]
        self.assertLess(sum(normal) / len(normal), 0.15)
        self.assertGreater(sum(strange) / len(strange), 0.7)

    def test_a_buffer_comes_back_from_fewer_bytes(self):
        output = run(PROGRAMS / "compress_buffer")
        before, after = map(int, re.findall(r"(\d+) bytes became (\d+)", output)[0])
        self.assertIn("the same again", output)
        self.assertLess(after, before / 3)


if __name__ == "__main__":
    unittest.main()
