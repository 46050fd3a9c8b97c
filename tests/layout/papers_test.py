"""A model's docstring, for readers, and its `info()`, for `hourglass list`, name the same paper."""

import re
import unittest
from pathlib import Path

MODELS = sorted((Path(__file__).resolve().parents[2] / "models").glob("*.hpp"))
PAPER = re.compile(r'\.paper = ((?:\s*"[^"]*")+)')


def papers(header):
    """Title and year of each paper that an `info()` names: "AUTHORS, TITLE, JOURNAL YEAR"."""
    for literals in PAPER.findall(header):
        paper = "".join(re.findall(r'"([^"]*)"', literals))
        title = paper.partition(", ")[2].rpartition(", ")[0]
        yield title, re.search(r"\d{4}", paper.rpartition(", ")[2])[0]


def docstrings(header):
    return " ".join(" ".join(re.findall(r"///(.*)", header)).replace('"', "").split())


class Papers(unittest.TestCase):
    def test_are_the_same_in_docstring_and_info(self):
        for path in MODELS:
            header = path.read_text()
            for title, year in papers(header):
                with self.subTest(model=path.stem):
                    self.assertIn(title, docstrings(header))
                    self.assertIn(year, docstrings(header))

    def test_are_named_by_every_model(self):
        registered = [path for path in MODELS if "static ModelInfo info()" in path.read_text()]
        self.assertEqual([path.stem for path in registered if not list(papers(path.read_text()))], [])
        self.assertGreater(len(registered), 20)

    def test_are_compared_with_every_model_in_the_documents(self):
        table = (MODELS[0].parents[1] / "docs/papers.md").read_text()
        for path in MODELS:
            for name in re.findall(r'\.name = "([^"]+)"', path.read_text()):
                with self.subTest(model=name):
                    self.assertIn(f"| `{name}` | ", table)


if __name__ == "__main__":
    unittest.main()
