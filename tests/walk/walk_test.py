"""One trained model walks through every command: what each says it does on real files, the figures that
its --json promises, and one mistake of each kind, told in one line.

    python3 walk_test.py build/release/hourglass
"""

import gzip
import json
import math
import re
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HOURGLASS = Path(sys.argv.pop(1)).resolve()
DATASETS = Path(__file__).resolve().parent.parent.parent / "datasets"
FOLDER = Path(tempfile.mkdtemp(prefix="walk-"))
RUN = FOLDER / "run"
DIGITS = "mnist@test?limit=300"


def run(*words, seconds=120):
    return subprocess.run([str(HOURGLASS), *map(str, words)], capture_output=True, text=True, timeout=seconds,
                          cwd=FOLDER, env={"HOURGLASS_DATA": str(DATASETS), "PATH": "/usr/bin:/bin"})


def npy_shape(path):
    with path.open("rb") as file:
        assert file.read(8) == b"\x93NUMPY\x01\x00", path
        header = file.read(struct.unpack("<H", file.read(2))[0]).decode()
    return [int(number) for number in re.search(r"'shape': \(([^)]*)\)", header)[1].split(",") if number.strip()]


def test_images(count):
    """The first test digits: an IDX file's bytes."""
    with gzip.open(DATASETS / "mnist/t10k-images-idx3-ubyte.gz") as file:
        return struct.pack(">IIII", 0x803, count, 28, 28) + file.read(16 + count * 784)[16:]


class OneModel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.trained = cls.figures_of("train", "vae", "--data", "mnist?limit=2000", "--set", "likelihood=ordinal",
                                     "--lr", 0.003, "--batch", 50, "--epochs", 8, "--out", RUN)

    @staticmethod
    def figures_of(*words):
        outcome = run(*words, "--quiet", "--json", "-")
        assert outcome.returncode == 0, f"{words}: {outcome.stderr}"
        return json.loads(outcome.stdout)

    def figures(self, wanted, *words):
        """What the command's JSON holds; the wanted ones are there and are finite numbers."""
        figures = self.figures_of(*words)
        for name in wanted.split():
            self.assertIn(name, figures)
            self.assertTrue(math.isfinite(figures[name]), f"{name} = {figures[name]}")
        return figures

    def refused(self, says, *words):
        outcome = run(*words)
        self.assertEqual(outcome.returncode, 2, f"{words}: {outcome.stdout}{outcome.stderr}")
        self.assertEqual(len(outcome.stderr.splitlines()), 1, outcome.stderr)
        self.assertIn(says, outcome.stderr)

    def assert_picture(self, path):
        self.assertEqual(path.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")

    def test_is_listed_with_its_paper(self):
        models = {model["name"]: model for model in self.figures_of("list", "models")["models"]}
        self.assertIn("Kingma", models["vae"]["paper"])
        self.assertIn("mnist", [data["name"] for data in self.figures_of("list", "datasets")["datasets"]])

    def test_is_trained_into_a_folder_of_its_own(self):
        for name in ("config.toml", "metrics.csv", "checkpoint.safetensors", "model.safetensors", "report.html"):
            self.assertTrue((RUN / name).stat().st_size, name)
        self.assertEqual(self.trained["epochs"], 8)
        self.assertGreater(self.trained["images_per_second"], 0)
        self.assertLess(self.trained["test"]["loss"], 5000)
        self.refused("did you mean 'vae'?", "train", "vea", "--data", "mnist", "--out", FOLDER / "x")

    def test_is_evaluated_beside_pca(self):
        figures = self.figures("mse_per_pixel squared_error_per_image pca_mse_per_pixel elbo_nats nll_nats",
                               "evaluate", RUN, "--data", DIGITS, "--importance-samples", 10)
        self.assertGreaterEqual(figures["elbo_nats"], -1e6)
        self.assertLess(figures["nll_nats"], -figures["elbo_nats"], "more samples, a tighter bound")
        self.refused("there is no trained model", "evaluate", FOLDER / "nowhere")

    def test_reconstructs_what_noise_has_damaged(self):
        self.figures("mse_per_pixel", "reconstruct", RUN, "--data", DIGITS, "--noise", 0.3, "--out", FOLDER / "r.png")
        self.assert_picture(FOLDER / "r.png")
        self.refused("--noise", "reconstruct", RUN, "--noise", -1, "--out", FOLDER / "r.png")

    def test_encodes_to_numbers_that_numpy_reads(self):
        figures = self.figures_of("encode", RUN, "--data", DIGITS, "--out", FOLDER / "codes.npy",
                                  "--labels", FOLDER / "labels.npy", "--picture", FOLDER / "codes.svg")
        self.assertEqual(npy_shape(FOLDER / "codes.npy"), figures["shape"])
        self.assertEqual(npy_shape(FOLDER / "labels.npy"), [300])
        self.assertIn("<svg", (FOLDER / "codes.svg").read_text())
        self.refused("ends in .svg", "encode", RUN, "--out", FOLDER / "c.npy", "--picture", FOLDER / "c.gif")

    def test_generates_by_every_sampler(self):
        for sampler in ("prior", "gaussian", "gmm", "kernel"):
            figures = self.figures("count", "generate", RUN, "--count", 20, "--sampler", sampler,
                                   "--out", FOLDER / "g.png", "--npy", FOLDER / "g.npy")
            self.assertEqual(figures["count"], 20)
            self.assert_picture(FOLDER / "g.png")
            self.assertEqual(npy_shape(FOLDER / "g.npy")[0], 20)
        self.refused("--sampler", "generate", RUN, "--count", 4, "--sampler", "magic", "--out", FOLDER / "g.png")

    def test_walks_from_one_digit_to_another(self):
        figures = self.figures_of("interpolate", RUN, "--from", 3, "--to", 5, "--out", FOLDER / "i.png")
        self.assertEqual([figures["from"], figures["to"]], [3, 5])
        self.assert_picture(FOLDER / "i.png")
        self.refused("20000", "interpolate", RUN, "--from", 20000, "--to", 5, "--out", FOLDER / "i.png")

    def test_detects_what_is_not_normal(self):
        self.figures("roc_auc average_precision threshold false_alarm_rate detection_rate", "detect", RUN, "--data",
                     DIGITS, "--normal", 1, "--reject", 0.05, "--out", FOLDER / "scores.csv")
        self.assertEqual(len((FOLDER / "scores.csv").read_text().splitlines()), 301)
        self.refused("--reject", "detect", RUN, "--normal", 1, "--reject", 1.5)

    def test_gives_features_beside_raw_pixels_and_pca(self):
        figures = self.figures("knn_accuracy linear_accuracy pca_knn_accuracy pca_linear_accuracy pixel_knn_accuracy "
                               "ridge_slant_r2 ridge_stroke_width_r2", "features", RUN, "--labels-used", 100)
        self.assertEqual(figures["labels_used"], 100)
        self.refused("--labels-used", "features", RUN, "--labels-used", -3)
        self.refused("labels are wanted, but there are 2000", "features", RUN, "--labels-used", 5000)

    def test_fills_in_the_gaps_of_a_table(self):
        whole = (DATASETS / "tabular/breast-cancer.csv").read_text().splitlines()
        cells = [line.split(",") for line in whole]
        for row in range(1, len(cells)):
            for column in range(row % 4, 30, 4):
                cells[row][column] = ""
        (FOLDER / "gaps.csv").write_text("\n".join(map(",".join, cells)) + "\n")
        self.figures_of("train", "miwae", "--data", f"csv:{FOLDER / 'gaps.csv'}?label=benign&missing=keep&split=none",
                        "--set", "likelihood=scaled_gaussian", "--epochs", 30, "--out", FOLDER / "miwae")
        figures = self.figures("rmse means_rmse pca_rmse filled", "impute", FOLDER / "miwae", "--in", FOLDER / "gaps.csv",
                               "--samples", 100, "--out", FOLDER / "complete.csv",
                               "--truth", DATASETS / "tabular/breast-cancer.csv")
        self.assertLess(figures["rmse"], 0.8 * figures["means_rmse"])
        filled = [line.split(",") for line in (FOLDER / "complete.csv").read_text().splitlines()]
        self.assertEqual(len(filled), len(cells))
        for before, after in zip(cells, filled):
            self.assertNotIn("", after)
            self.assertEqual(before, [cell if kept else "" for kept, cell in zip(before, after)])
        self.refused("fills nothing in", "impute", RUN, "--in", FOLDER / "gaps.csv", "--out", FOLDER / "c.csv")

    def test_compresses_files_that_come_back_byte_for_byte(self):
        images = FOLDER / "images.idx"
        for count in (0, 1, 200):
            images.write_bytes(test_images(count))
            packed = self.figures("bytes_in bytes_out", "compress", RUN, images, FOLDER / "images.hgz")
            self.assertEqual(packed["bytes_out"], (FOLDER / "images.hgz").stat().st_size)
            self.figures_of("decompress", RUN, FOLDER / "images.hgz", FOLDER / "back.idx")
            self.assertEqual((FOLDER / "back.idx").read_bytes(), images.read_bytes())
        self.assertLess(packed["bits_per_dim"], 8)
        self.assertTrue(math.isfinite(packed["model_bits_per_dim"]))

    def test_compresses_with_loss_where_a_quality_is_given(self):
        images = FOLDER / "lossy.idx"
        images.write_bytes(test_images(200))
        fine = self.figures("bits_per_dim mse_per_pixel", "compress", RUN, images, FOLDER / "fine.hgz", "--quality", 80)
        rough = self.figures("bits_per_dim mse_per_pixel", "compress", RUN, images, FOLDER / "rough.hgz", "--quality", 10)
        self.assertLess(rough["bits_per_dim"], fine["bits_per_dim"])
        self.assertGreater(rough["mse_per_pixel"], fine["mse_per_pixel"])
        self.figures_of("decompress", RUN, FOLDER / "rough.hgz", FOLDER / "rough.idx")
        self.assertEqual((FOLDER / "rough.idx").stat().st_size, images.stat().st_size)

    def test_refuses_damaged_and_foreign_compressed_files_and_leaves_no_half_picture(self):
        images, packed, damaged = FOLDER / "few.idx", FOLDER / "few.hgz", FOLDER / "damaged.hgz"
        images.write_bytes(test_images(20))
        for quality in ((), ("--quality", 40)):
            self.figures_of("compress", RUN, images, packed, *quality)
            whole = packed.read_bytes()
            places = [*range(0, len(whole), max(1, len(whole) // 40)), len(whole) - 1]
            for text in [whole[:place] for place in places] + [
                    whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1:] for place in places]:
                damaged.write_bytes(text)
                self.refused("damaged.hgz", "decompress", RUN, damaged, FOLDER / "out.idx")
                self.assertFalse((FOLDER / "out.idx").exists())
        self.refused("README.md", "decompress", RUN, DATASETS / "README.md", FOLDER / "out.idx")

    def test_shows_a_steps_tape(self):
        self.figures("nodes bytes milliseconds", "inspect", RUN)
        self.refused("there is no trained model", "inspect", FOLDER / "nowhere")


if __name__ == "__main__":
    unittest.main()
