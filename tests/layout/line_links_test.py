"""Where the docs link to a line of a source, that line holds what the link says."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# [`text`](path#L12), the text perhaps broken over two lines
LINK = re.compile(r"\[`([^`]+)`\]\(([^)#\s]+)#L(\d+)\)")


def links(page):
    for text, path, line in LINK.findall(page.read_text()):
        yield " ".join(text.split()), (page.parent / path).resolve(), int(line)


class LineLinks(unittest.TestCase):
    def test_point_at_the_line_that_they_quote(self):
        for page in sorted(ROOT.glob("docs/**/*.md")):
            for text, path, line in links(page):
                with self.subTest(page=page.name, text=text):
                    self.assertIn(text, path.read_text().splitlines()[line - 1])

    def test_are_found_where_there_are_some(self):
        self.assertGreater(len(list(links(ROOT / "docs/from-loss-to-weight.md"))), 8)


if __name__ == "__main__":
    unittest.main()
