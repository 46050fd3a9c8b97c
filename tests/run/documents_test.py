"""What README.md and the other documents say is true: links lead to files, and commands, flags, settings,
models and verbs that they show exist.

    python3 documents_test.py build/release/hourglass
"""

import json
import re
import shlex
import subprocess
import sys
import unittest
from functools import cache
from pathlib import Path

HOURGLASS = Path(sys.argv.pop(1)).resolve()
ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "docs/generated"  # by ./run docs
PLACES = ["*.md", "docs/*.md", "docs/decisions/*.md", "examples/*.md", "datasets/*.md", "tutorials/**/*.md"]
DOCUMENTS = [file for place in PLACES for file in sorted(ROOT.glob(place))]
# Settings of every model, in the config's other tables.
OTHER_TABLES = ("training.", "run.")


def shell_lines(text):
    """The lines of a document's shell blocks, and of its lists of commands."""
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S):
        yield from block.replace("\\\n", " ").splitlines()


def commands():
    """(document, words) of every hourglass command that a document shows."""
    for file in DOCUMENTS:
        for line in shell_lines(file.read_text()):
            words = shlex.split(line, comments=True)
            if words and words[0].rpartition("/")[2] == "hourglass":
                yield file.relative_to(ROOT), words


@cache
def output(*words):
    done = subprocess.run([str(HOURGLASS), *words], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


@cache
def models():
    return {model["name"]: model for model in json.loads(output("list", "models", "--quiet", "--json", "-"))["models"]}


class Documents(unittest.TestCase):
    def test_there_are_commands_to_look_at(self):
        seen = {str(file) for file, _ in commands()}
        self.assertLessEqual({"README.md", "docs/command.md", "docs/your-data.md", "docs/scoreboard.md"}, seen)

    def test_every_link_to_a_file_leads_to_one(self):
        for file in DOCUMENTS:
            text = re.sub(r"^```.*?^```", "", file.read_text(), flags=re.M | re.S)
            for target in re.findall(r"\]\(([^)\s]+)\)", text):
                path = (file.parent / target.partition("#")[0]).resolve()
                if re.match(r"[a-z]+:", target) or GENERATED in path.parents:
                    continue
                self.assertTrue(path.exists(), f"{file.relative_to(ROOT)} links to {target}")

    def test_every_flag_of_a_command_is_one(self):
        for file, words in commands():
            usage = output(words[1], "--help")
            self.assertTrue(usage, f"{file}: there is no command '{words[1]}'")
            for flag in (word for word in words if word.startswith("--")):
                self.assertRegex(usage, rf"{flag}\b", f"{file}: {' '.join(words)}")

    def test_every_model_and_setting_is_one(self):
        for file, words in commands():
            if words[1] != "train" or file.name.startswith("adding-"):  # recipes train what they add
                continue
            self.assertIn(words[2], sorted(models()), str(file))
            known = {setting["name"] for setting in models()[words[2]]["settings"]}
            for flag, value in zip(words, words[1:]):
                key = value.partition("=")[0]
                if flag == "--set" and not key.startswith(OTHER_TABLES):
                    self.assertIn(key, known, f"{file}: {' '.join(words)}")

    def test_every_verb_of_run_is_one(self):
        usage = subprocess.run([ROOT / "run"], capture_output=True, text=True, check=True).stdout
        verbs = set(re.findall(r"^  (\w+)", usage, re.M))
        for file in DOCUMENTS:
            for verb in re.findall(r"^\./run (\w+)|`\./run (\w+)", file.read_text(), re.M):
                self.assertIn("".join(verb), verbs, str(file.relative_to(ROOT)))

    def test_the_number_of_models_is_told_rightly(self):
        for name in ("README.md", "docs/command.md"):
            told = re.findall(r"(\d+) (?:autoencoders|of them)", (ROOT / name).read_text())
            self.assertTrue(told, name)
            self.assertEqual({int(number) for number in told}, {len(models())}, name)


if __name__ == "__main__":
    unittest.main()
