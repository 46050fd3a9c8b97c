"""The course's tool, as students, teachers and cheats use it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TUTORIALS = HERE.parent.parent / "tutorials"
sys.path.insert(0, str(TUTORIALS / "course"))

import exercise as exercises  # noqa: E402
import sandbox  # noqa: E402
import workspace as workspaces  # noqa: E402

FIRST = "01_value_backward"


def first() -> exercises.Exercise:
    return exercises.read(TUTORIALS / "exercises" / FIRST)


class WithACopy(unittest.TestCase):
    """Each test has a course of its own, with the first exercise only, where nobody else may look."""

    def setUp(self):
        self.place = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.place)
        self.place.chmod(0o700)
        self.tutorials = self.place / "project/tutorials"
        shutil.copytree(TUTORIALS / "course", self.tutorials / "course")
        for name in ("course", FIRST):
            shutil.copytree(TUTORIALS / "exercises" / name, self.tutorials / "exercises" / name)
        self.mine = self.place / "mine"

    def course(self, *words, code=0, cwd=None) -> str:
        result = subprocess.run([sys.executable, "-B", str(self.tutorials / "course"), *map(str, words)],
                                capture_output=True, text=True, cwd=cwd or self.place)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result.stdout + result.stderr

    def file(self) -> Path:
        return self.mine / FIRST / "value.hpp"


class AStudent(WithACopy):
    def test_begins_with_stubs_and_is_told_the_next_step(self):
        said = self.course("start", self.mine)
        self.assertIn(str(self.file()), said)
        self.assertIn("watch", said)
        self.assertEqual(self.file().read_text(), first().stub())
        self.assertNotIn("BEGIN SOLUTION", self.file().read_text())

    def test_sees_input_expected_and_got_of_a_failure(self):
        self.course("start", self.mine)
        said = self.course("run", code=1)
        for word in ("input", "expected", "got", "Not yet"):
            self.assertIn(word, said)

    def test_passes_and_sees_the_explanation_and_the_reference(self):
        self.course("start", self.mine)
        self.file().write_text(first().solution())
        said = self.course("run")
        self.assertIn("topological order", said)
        self.assertIn("The reference's answer", said)
        self.assertIn("1 of 1", self.course("list"))

    def test_gets_three_hints_one_after_the_other(self):
        self.course("start", self.mine)
        for hint in first().hints:
            self.assertIn(hint, self.course("hint"))
        self.assertIn(first().hints[-1], self.course("hint"))

    def test_begins_anew_without_losing_what_was_written(self):
        self.course("start", self.mine)
        self.file().write_text("my own words")
        self.course("reset", "1")
        self.assertEqual(self.file().read_text(), first().stub())
        self.assertEqual(self.file().with_name("value.hpp.1").read_text(), "my own words")

    def test_starts_twice_without_losing_what_was_written(self):
        self.course("start", self.mine)
        self.file().write_text("my own words")
        self.course("start", self.mine)
        self.assertEqual(self.file().read_text(), "my own words")

    def test_stays_passed_and_verify_tests_again(self):
        self.course("start", self.mine)
        self.file().write_text(first().solution())
        self.course("run")
        self.file().write_text(first().stub())
        self.assertIn("1 of 1", self.course("list"))
        self.assertIn("it has passed before", self.course("verify", code=1))

    def test_is_told_what_does_not_compile(self):
        self.course("start", self.mine)
        self.file().write_text("this is no C++")
        self.assertIn("It does not compile", self.course("run", code=1))

    def test_is_watched_on_every_save_until_it_passes(self):
        self.course("start", self.mine)
        log = self.place / "log"
        with log.open("w") as out:
            watching = subprocess.Popen([sys.executable, "-u", "-B", str(self.tutorials / "course"), "watch"],
                                        stdout=out, cwd=self.place)
        self.addCleanup(watching.kill)
        self.await_text(log, "Waiting for value.hpp")
        self.file().write_text(first().solution())
        self.assertEqual(watching.wait(60), 0)
        self.assertIn("Every exercise passes", log.read_text())

    def test_ends_the_watch_with_progress_kept(self):
        self.course("start", self.mine)
        log = self.place / "log"
        with log.open("w") as out:
            watching = subprocess.Popen([sys.executable, "-u", "-B", str(self.tutorials / "course"), "watch"],
                                        stdout=out, stderr=subprocess.STDOUT, cwd=self.place)
        self.await_text(log, "Waiting for value.hpp")
        watching.send_signal(signal.SIGINT)
        self.assertEqual(watching.wait(20), 130)
        self.assertIn("Your progress is kept", log.read_text())

    def await_text(self, log: Path, text: str):
        for _ in range(600):
            if text in log.read_text():
                return
            time.sleep(0.1)
        self.fail(f"it never said '{text}': {log.read_text()}")

    def test_is_told_mistakes_in_one_line(self):
        for words, says in ((("run",), "you have not begun"), (("start", "/dev/null"), "is a file"),
                            (("grade", "/nowhere", "--out", "x"), "is no folder")):
            said = self.course(*words, code=2)
            self.assertIn(says, said)
            self.assertEqual(len(said.splitlines()), 1, said)
        self.course("start", self.mine)
        self.assertIn("there is no exercise 'x'", self.course("run", "x", code=2))
        (self.mine / "progress.json").write_text("{")
        self.assertIn("is damaged", self.course("list", code=2))


class ATeacher(WithACopy):
    @classmethod
    def setUpClass(cls):
        if os.getuid() != 0 and not sandbox.bubblewrap_works():
            raise unittest.SkipTest("grading wants bubblewrap or root")

    def grade(self, submission: Path) -> dict:
        self.course("grade", submission, "--out", self.place / "results.json")
        return json.loads((self.place / "results.json").read_text())

    def submit(self, text: str) -> Path:
        self.file().parent.mkdir(parents=True, exist_ok=True)
        self.file().write_text(text)
        return self.mine

    def test_gives_points_for_right_answers_however_they_are_written(self):
        for text in (first().solution(), *map(first().with_answer, first().answers("alternatives").values())):
            results = self.grade(self.submit(text))
            self.assertEqual(results["score"], results["max_score"], results)

    def test_gives_none_for_stubs_and_typical_wrong_answers(self):
        for text in (first().stub(), *map(first().with_answer, first().answers("mutants").values())):
            self.assertEqual(self.grade(self.submit(text))["score"], 0)

    def test_gives_none_for_nothing(self):
        self.mine.mkdir()
        self.assertIn("is not in the submission", self.grade(self.mine)["tests"][0]["output"])

    def test_gives_none_to_cheats_and_shows_them_no_solution(self):
        secret = self.tutorials / "exercises"
        before = {path: path.read_bytes() for path in secret.rglob("*") if path.is_file()}
        for cheat in sorted((HERE / "cheats").iterdir()):
            with self.subTest(cheat.name):
                text = (cheat / "value.hpp").read_text()
                text = text.replace("SOLUTIONS", str(secret)).replace("RESULTS", str(self.place / "results.json"))
                test = self.grade(self.submit(text))["tests"][0]
                self.assertEqual(test["score"], 0, test)
                self.assertNotIn("FOUND", test["output"])
                self.assertNotIn("std::set<Node> seen", test["output"])
        self.assertEqual({path: path.read_bytes() for path in secret.rglob("*") if path.is_file()}, before)

    def test_cheats_get_no_further_where_their_text_is_not_looked_at(self):
        # The words that a submission may not use are one wall; the others have to hold without it.
        module = self.tutorials / "course/grade.py"
        module.write_text(module.read_text() + "\n\ndef forbidden(text):\n    return ''\n")
        for name in ("includes_the_solution", "writes_a_transcript", "exits_early", "forks_for_ever", "reads_the_solution"):
            with self.subTest(name):
                text = (HERE / "cheats" / name / "value.hpp").read_text().replace("SOLUTIONS", str(self.tutorials / "exercises"))
                test = self.grade(self.submit(text))["tests"][0]
                self.assertEqual(test["score"], 0, test)
                self.assertNotIn("FOUND", test["output"])

    def test_is_told_when_a_stub_passes_or_a_wrong_answer_does(self):
        folder = self.tutorials / "exercises" / FIRST
        (folder / "mutants/is_right.hpp").write_text("// expect: x\n" + first().parts()[1])
        source = folder / "value.hpp"
        source.write_text(source.read_text().replace("//| // TODO: call", "//| y->grad = 1; // TODO: call"))
        self.assertIn("mutants/is_right passes", self.course("check", code=1))
        source.write_text(first().source.replace("  //| (void)y;", "\n".join(
            f"  //| {line}" for line in first().parts()[1].splitlines())))
        self.assertIn("the stub passes", self.course("check", code=1))

    def test_hands_out_what_has_no_solution_in_it_and_works_alone(self):
        self.course("package", "--out", self.place / "out")
        with zipfile.ZipFile(self.place / "out/handout.zip") as archive:
            archive.extractall(self.place / "unpacked")
        handout = self.place / "unpacked/handout"
        text = "".join(path.read_text() for path in handout.rglob("*.hpp"))
        self.assertNotIn("std::set<Node> seen", text)
        self.assertNotIn("BEGIN SOLUTION", text)
        self.assertFalse(list(handout.rglob("mutants")))
        (handout / "run").chmod(0o755)
        for words, says in ((["start", str(self.mine)], "Your folder"), (["next"], FIRST)):
            result = subprocess.run([str(handout / "run"), "course", *words], capture_output=True, text=True)
            self.assertIn(says, result.stdout + result.stderr)
        with zipfile.ZipFile(self.place / "out/autograder.zip") as archive:
            self.assertIn("setup.sh", archive.namelist())
            self.assertIn("run_autograder", archive.namelist())


class Progress(unittest.TestCase):
    def test_is_the_old_or_the_new_file_and_leaves_nothing_beside_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "progress.json"
            workspaces.write_whole(path, "old")
            workspaces.write_whole(path, "new")
            self.assertEqual(path.read_text(), "new")
            self.assertEqual(os.listdir(folder), ["progress.json"])


if __name__ == "__main__":
    unittest.main()
