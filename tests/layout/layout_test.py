"""The project keeps the order of its folders, and the check of that finds what breaks it."""

import unittest

import layout

# What may not be, as a file and its text, and what is said of it.
VIOLATIONS = [
    ("a kernel that knows the tape", "autograd/kernels/gemm.cpp", '#include "hourglass/autograd/tape.hpp"',
     "is in autograd, which stands above autograd/kernels"),
    ("a kernel that knows an operation's helpers", "autograd/kernels/im2col.hpp",
     '#include "hourglass/autograd/operations/rows.hpp"', "is in autograd/operations, which stands above autograd/kernels"),
    ("a tape that knows an operation", "autograd/tape.cpp", '#include "hourglass/autograd/operations/rows.hpp"',
     "is in autograd/operations, which stands above autograd"),
    ("an engine that knows layers", "autograd/operations/losses.cpp", '#include "hourglass/nn/module.hpp"',
     "is in nn/, which autograd/ does not build on"),
    ("layers that know data", "nn/training/trainer.cpp", '#include "hourglass/datasets/batches.hpp"',
     "is in datasets/, which nn/ does not build on"),
    ("a layer that knows a file", "nn/layers/linear.cpp", '#include "hourglass/nn/files/weights.hpp"',
     "is in nn/files, which stands beside nn/layers"),
    ("a reader that knows the catalogue", "datasets/readers/csv.cpp", '#include "hourglass/datasets/catalog/catalog.hpp"',
     "is in datasets/catalog, which stands above datasets/readers"),
    ("what models share that knows a model", "models/core/evaluation.cpp", '#include "hourglass/models/vanilla.hpp"',
     "is in models, which stands above models/core"),
    ("statistics that know a model", "models/statistics/pca.cpp", '#include "hourglass/models/core/autoencoder.hpp"',
     "is in models/core, which stands above models/statistics"),
    ("an autoencoder that knows an application", "models/vae.hpp", '#include "hourglass/models/applications/anomaly.hpp"',
     "is in models/applications, which stands above models"),
    ("a library that knows the command", "models/applications/anomaly.cpp", '#  include "apps/command.hpp"',
     "is in apps/, which models/ does not build on"),
    ("what commands share that knows a command", "apps/command.cpp", '#include "apps/commands/commands.hpp"',
     "is in apps/commands, which stands above apps"),
    ("a library that knows its tests", "nn/module.hpp", '#include "tests/nn/toy.hpp"',
     "is on top of everything and includes all, so nothing below includes it"),
    ("a library that includes everything", "nn/module.hpp", '#include "hourglass.hpp"',
     "is on top of everything and includes all, so nothing below includes it"),
    ("a folder without a place", "nn/odds/ends.hpp", "", "no place is known for its folder"),
    ("an include from a folder without a place", "nn/training/trainer.cpp", '#include "hourglass/nn/odds/ends.hpp"',
     "is in a folder that has no place"),
    ("a long file", "models/vae.hpp", "\n" * 401, "401 lines, more than 400"),
    ("a long test", "tests/nn/module_test.cpp", "\n" * 401, "401 lines, more than 400"),
]

ALLOWED = [
    ("autograd/operations/losses.cpp", '#include "hourglass/autograd/kernels/lanes.hpp"\n#include "hourglass/autograd/tape.hpp"'),
    ("models/core/codes.cpp", '#include "hourglass/models/core/codes.hpp"\n#include "hourglass/models/statistics/pca.hpp"'),
    ("models/registry.cpp", '#include "hourglass/models/vae.hpp"\n#include "hourglass/nn/training/trainer.hpp"'),
    ("apps/hourglass.cpp", '#include "apps/command.hpp"\n#include "apps/commands/commands.hpp"'),
    ("apps/reports/report.cpp", '#include "report_css.hpp"\n#include <nn/odds.hpp>'),
    ("tests/nn/module_test.cpp", '#include "hourglass/models/vae.hpp"\n#include "tests/nn/toy.hpp"'),
    ("nn/module.hpp", "\n" * 400),
]


class Layout(unittest.TestCase):
    def test_of_the_project_is_kept(self):
        self.assertEqual(layout.faults(layout.sources()), [])

    def test_sees_every_room(self):
        rooms = {path.partition("/")[0] for path in layout.sources()}
        self.assertEqual(rooms, {*layout.ROOMS, *layout.TOP})

    def test_finds_each_violation_once_and_names_file_and_line(self):
        for what, path, text, said in VIOLATIONS:
            with self.subTest(what):
                found = layout.faults({path: "\n" + text if "#" in text else text})
                self.assertEqual(len(found), 1)
                self.assertIn(said, found[0])
                self.assertTrue(found[0].startswith(f"{path}:2:" if "#" in text else f"{path}:"), found[0])

    def test_lets_pass_what_is_in_order(self):
        for path, text in ALLOWED:
            with self.subTest(path):
                self.assertEqual(layout.faults({path: text}), [])


if __name__ == "__main__":
    unittest.main()
