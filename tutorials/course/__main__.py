"""The course: ./run course VERB."""

import argparse
import sys
from pathlib import Path

from exercise import Mistake

EXERCISES = Path(__file__).resolve().parent.parent / "exercises"


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run course", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verb = verbs.add_parser("check", help="for teachers: prove the exercises, or these")
    verb.add_argument("exercises", nargs="*", metavar="EXERCISE")
    asked = parser.parse_args()
    import check
    return check.check(EXERCISES, asked.exercises)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Mistake as mistake:
        print(f"course: {mistake}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        sys.exit(130)
