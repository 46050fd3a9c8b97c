"""`./run setup` beside another package manager, with an apt-get and a dpkg-query of the test's own."""

import os
import pathlib
import subprocess
import tempfile
import unittest

RUN = pathlib.Path(__file__).resolve().parents[2] / "run"

# Fails as often as the file `locked` has lines, and notes what it was asked for.
APT_GET = """#!/bin/sh
echo "$@" >>"$FAKE/asked"
[ -s "$FAKE/locked" ] || exit 0
head -1 "$FAKE/locked" >&2
sed -i 1d "$FAKE/locked"
exit 100
"""


class Setup(unittest.TestCase):
    def setup_with(self, complaints):
        """What `./run setup` says where apt-get first complains so."""
        with tempfile.TemporaryDirectory() as fake:
            fake = pathlib.Path(fake)
            programs = {"apt-get": APT_GET, "dpkg-query": "#!/bin/sh\nexit 1\n",
                        "sudo": "#!/bin/sh\nexec \"$@\"\n", "sleep": "#!/bin/sh\n"}
            for name, text in programs.items():
                (fake / name).write_text(text)
                (fake / name).chmod(0o755)
            (fake / "locked").write_text("".join(line + "\n" for line in complaints))
            done = subprocess.run([RUN, "setup"], capture_output=True, text=True, check=False,
                                  env=os.environ | {"PATH": f"{fake}:{os.environ['PATH']}",
                                                    "FAKE": str(fake)})
            return done, (fake / "asked").read_text().splitlines()

    def test_waits_while_another_package_manager_holds_a_lock(self):
        for complaint in [
                "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)",
                "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (dpkg)",
                "E: Could not get lock /var/cache/apt/archives/lock - open (11: Resource "
                "temporarily unavailable)",
                "dpkg: error: dpkg frontend lock was locked by another process with pid 7"]:
            with self.subTest(complaint):
                done, asked = self.setup_with([complaint] * 2)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stderr.count("waiting for another package manager"), 1)
                self.assertEqual([words.split()[1] for words in asked],
                                 ["update", "update", "update", "install"])

    def test_says_what_else_went_wrong_and_asks_once(self):
        done, asked = self.setup_with(["E: Unable to locate package libxtensor-dev"])
        self.assertEqual(done.returncode, 2)
        self.assertIn("Unable to locate package libxtensor-dev", done.stderr)
        self.assertEqual(len(asked), 1)


if __name__ == "__main__":
    unittest.main()
