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
import rules  # noqa: E402
import sandbox  # noqa: E402
import workspace as workspaces  # noqa: E402

FIRST, WITH_ARRAYS = "01_value_backward", "05_sum_axis"


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
        shutil.copytree(TUTORIALS / "exercises/course", self.tutorials / "exercises/course")
        self.mine = self.place / "mine"
        self.add(FIRST)

    def add(self, name: str):
        shutil.copytree(TUTORIALS / "exercises" / name, self.tutorials / "exercises" / name)

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

    def test_is_shown_the_first_error_only_and_where_a_brace_is_missing(self):
        self.course("start", self.mine)
        self.file().write_text(first().stub().rstrip().removesuffix("}"))
        said = self.course("run", code=1)
        self.assertIn("value.hpp", said)
        self.assertIn("to match this", said)
        self.assertEqual(said.count("error:"), 1, said)

    def test_is_told_where_it_crashes_and_what_was_thrown(self):
        self.course("start", self.mine)
        for line, says in (("y->inputs[7]->grad = 1;", "an index outside of a vector"),
                           ("y = nullptr; y->grad = 1;", "a pointer to nothing"),
                           ("std::exit(0);", "it ended by itself"),
                           ('throw "a text";', "throws what is no exception")):
            self.file().write_text(first().stub().replace("(void)y;", line).replace("#include <set>", "#include <cstdlib>"))
            said = self.course("run", code=1)
            self.assertIn(says, said)
            if "crashed" in said:
                self.assertIn(f"   {line}", said)
                self.assertIn("in the case 'the gradient of a product", said)

    def test_is_told_what_would_not_be_graded(self):
        self.course("start", self.mine)
        self.file().write_text(first().solution() + "\n#define N 3\n")
        self.assertIn("would not be graded. '#define N 3'", self.course("run"))

    def test_gets_the_progress_back_that_was_deleted(self):
        self.course("start", self.mine)
        self.file().write_text(first().solution())
        (self.mine / "progress.json").unlink()
        self.assertIn(f"start {self.mine}", self.course("list", code=2))
        self.course("start", self.mine)
        self.assertIn("1 of 1", self.course("verify"))

    def test_verifies_although_a_file_is_gone(self):
        self.add(WITH_ARRAYS)
        self.course("start", self.mine)
        self.file().unlink()
        said = self.course("verify", code=1)
        self.assertIn("its file is not there", said)
        self.assertIn(WITH_ARRAYS, said)

    def test_gives_paths_as_seen_from_where_the_command_is_given(self):
        shutil.copy(TUTORIALS.parent / "run", self.place / "project/run")
        for folder in ("one", "two"):
            subprocess.run(["project/run", "course", "start", folder], cwd=self.place, check=True, capture_output=True)
        for folder in ("one", "two"):
            said = subprocess.run(["../../project/run", "course", "next"], cwd=self.place / folder / FIRST, text=True,
                                  check=True, capture_output=True).stdout
            self.assertIn(str(self.place / folder / FIRST), said)

    def test_is_watched_whichever_file_is_saved(self):
        self.add(WITH_ARRAYS)
        self.course("start", self.mine)
        log = self.place / "log"
        with log.open("w") as out:
            watching = subprocess.Popen([sys.executable, "-u", "-B", str(self.tutorials / "course"), "watch"],
                                        stdout=out, cwd=self.place)
        self.addCleanup(watching.wait)
        self.addCleanup(watching.kill)
        self.await_text(log, "Waiting for value.hpp")
        other = self.mine / WITH_ARRAYS / "sum_axis.hpp"
        other.write_text(exercises.read(TUTORIALS / "exercises" / WITH_ARRAYS).solution())
        self.await_text(log, f"{WITH_ARRAYS} passes")

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
        for words, says in ((("run",), "you have not begun"), (("start", "/dev/null"), "is a file"), (("start", "/proc/x"), "/proc/x: "),
                            (("grade", "/nowhere", "--out", "x"), "is no folder")):
            said = self.course(*words, code=2)
            self.assertIn(says, said)
            self.assertEqual(len(said.splitlines()), 1, said)
        self.assertIn("watch", self.course())
        self.course("start", self.mine)
        self.assertIn("there is no exercise 'x'", self.course("run", "x", code=2))
        (self.mine / "progress.json").write_text("{")
        self.assertIn("is damaged", self.course("list", code=2))


class ATeacher(WithACopy):
    @classmethod
    def setUpClass(cls):
        if os.getuid() != 0 and not sandbox.bubblewrap_works():
            raise unittest.SkipTest("grading wants bubblewrap or root")

    def grade(self, submission: Path, *more: str) -> dict:
        self.course("grade", submission, "--out", self.place / "results.json", *more)
        return json.loads((self.place / "results.json").read_text())

    def submit(self, text: str) -> Path:
        self.file().parent.mkdir(parents=True, exist_ok=True)
        self.file().write_text(text)
        return self.mine

    def test_gives_points_for_right_answers_however_they_are_written(self):
        for text in (first().solution(), *map(first().with_answer, first().answers("alternatives").values())):
            results = self.grade(self.submit(text))
            self.assertEqual(results["score"], results["max_score"], results)

    def test_gives_points_wherever_the_files_lie_and_for_what_is_asked_only(self):
        self.add(WITH_ARRAYS)
        exercise = exercises.read(TUTORIALS / "exercises" / WITH_ARRAYS)
        for place in (f"an archive's own folder/{WITH_ARRAYS}", WITH_ARRAYS, "."):
            folder = self.mine / place
            folder.mkdir(parents=True, exist_ok=True)
            (folder / exercise.file).write_text(exercise.solution())
            results = self.grade(self.mine, "--only", "5")
            self.assertEqual((results["score"], results["max_score"]), (10, 10), results)
            shutil.rmtree(self.mine)

    def test_says_what_differs(self):
        output = self.grade(self.submit(first().stub()))["tests"][0]["output"]
        self.assertIn("0 of 4 cases agree", output)
        self.assertIn("d(ab)/da\n    expected  3\n    got       0", output)

    def test_follows_no_links(self):
        solution = self.tutorials / "exercises" / FIRST
        self.mine.mkdir()
        (self.mine / FIRST).symlink_to(solution)
        (self.mine / "value.hpp").symlink_to(solution / "value.hpp")
        self.assertIn("is not in the submission", self.grade(self.mine)["tests"][0]["output"])

    def test_gives_none_for_stubs_and_typical_wrong_answers(self):
        for text in (first().stub(), *map(first().with_answer, first().answers("mutants").values())):
            self.assertEqual(self.grade(self.submit(text))["score"], 0)

    def test_gives_none_for_nothing(self):
        self.mine.mkdir()
        self.assertIn("is not in the submission", self.grade(self.mine)["tests"][0]["output"])

    def test_gives_none_to_cheats_and_shows_them_no_solution(self):
        self.add(WITH_ARRAYS)
        secret = self.tutorials / "exercises"
        before = {path: path.read_bytes() for path in secret.rglob("*") if path.is_file()}
        for cheat in sorted((HERE / "cheats").iterdir()):
            with self.subTest(cheat.name):
                test = self.grade_cheat(cheat)
                self.assertEqual(test["score"], 0, test)
                self.assertNotIn("FOUND", test["output"])
                self.assertNotIn("std::set<Node> seen", test["output"])
        self.assertEqual({path: path.read_bytes() for path in secret.rglob("*") if path.is_file()}, before)

    def test_cheats_get_no_further_where_their_text_is_not_looked_at(self):
        # The words that a submission may not use are one wall; the others have to hold without it.
        self.add(WITH_ARRAYS)
        module = self.tutorials / "course/rules.py"
        module.write_text(module.read_text() + "\n\ndef broken(text):\n    return ''\n")
        for name in ("includes_the_solution", "writes_a_transcript", "exits_early", "forks_for_ever", "reads_the_solution",
                     "asks_its_children", "asks_the_test", "runs_the_cases", "looks_through_proc", "leaves_a_process", "floods"):
            with self.subTest(name):
                test = self.grade_cheat(HERE / "cheats" / name)
                self.assertEqual(test["score"], 0, test)
                self.assertNotIn("FOUND", test["output"])

    def grade_cheat(self, cheat: Path) -> dict:
        """A cheat's file has the name of the exercise's that it is made for."""
        exercise = next(each for each in exercises.read_all(self.tutorials / "exercises") if (cheat / each.file).exists())
        text = (cheat / exercise.file).read_text()
        text = text.replace("SOLUTIONS", str(self.tutorials / "exercises")).replace("RESULTS", str(self.place / "results.json"))
        (self.mine / exercise.name).mkdir(parents=True, exist_ok=True)
        (self.mine / exercise.name / exercise.file).write_text(text)
        return self.grade(self.mine, "--only", exercise.name)["tests"][0]

    def test_is_told_when_a_stub_passes_or_a_wrong_answer_does(self):
        folder = self.tutorials / "exercises" / FIRST
        (folder / "mutants/is_right.hpp").write_text("// expect: x\n" + first().parts()[1])
        source = folder / "value.hpp"
        self.assertIn("mutants/is_right passes", self.course("check", code=1))
        source.write_text(first().source.replace("  //| (void)y;", "\n".join(
            f"  //| {line}" for line in first().parts()[1].splitlines())))
        self.assertIn("the stub passes", self.course("check", code=1))

    def test_is_told_when_answers_can_be_learnt_by_heart(self):
        test = self.tutorials / "exercises" / FIRST / "test.cpp"
        test.write_text(test.read_text().replace("random_array({1}, 1)[0]", "-0.5"))
        self.assertIn("can be learnt by heart", self.course("check", code=1))

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
        for words, says in ((["start", str(self.mine)], "Your folder"), (["next"], FIRST), (["grade", "x", "--out", "y"], "a hand-out")):
            result = subprocess.run([str(handout / "run"), "course", *words], capture_output=True, text=True)
            self.assertIn(says, result.stdout + result.stderr)
        with zipfile.ZipFile(self.place / "out/autograder.zip") as archive:
            self.assertIn("setup.sh", archive.namelist())
            self.assertIn("run_autograder", archive.namelist())


class Rules(unittest.TestCase):
    def test_take_what_honest_people_write(self):
        for each in exercises.read_all(TUTORIALS / "exercises"):
            for text in (each.stub(), each.solution(), *map(each.with_answer, each.answers("alternatives").values())):
                self.assertEqual(rules.broken(text), "", each.name)
        for text in ("// of course, main\n", "/* # check_close\n#define */", "auto s = \"main // \";", "int a = 1'000'000;",
                     "#include <bits/stdc++.h>\n#include \"course/array.hpp\"  // as given"):
            self.assertEqual(rules.broken(text), "")

    def test_see_through_strings_comments_and_cut_words(self):
        for text in ('auto a = "/*"; check_close; auto b = "*/";', "return'\"'; main(); return'\"';", "int a = 1'0; main(); 'x';",
                     "L'\"'; main(); L'\"';", "che\\ \nck_close", "/* */ #define x", "%: define x", "#include </dev/zero>",
                     "#include \"../01_value_backward/value.hpp\"", "R\"(\")\"; main(); R\"(\")\"", "/* main", "/**/main()"):
            self.assertEqual(bool(rules.broken(text)), text != "/* main", text)


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
