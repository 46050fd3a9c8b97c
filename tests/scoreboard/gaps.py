#!/usr/bin/env python3
"""A table some of whose cells are empty, for the scoreboard.

    gaps.py TABLE.CSV OUT.CSV --share 0.3 --seed 1
                        leaves each cell empty with this probability, but those of the last column
                        (completely at random), and never a whole column's
"""

import argparse
import csv
import json
import random
import sys
from pathlib import Path


def with_gaps(rows, share, seed):
    """The rows with their gaps, and how many there are."""
    lots, count = random.Random(seed), 0
    result = [rows[0]]
    for row in rows[1:]:
        missing = [lots.random() < share for _ in row[:-1]]
        count += sum(missing)
        result.append(["" if gone else cell for gone, cell in zip(missing, row)] + row[-1:])
    if any(all(row[k] == "" for row in result[1:]) for k in range(len(rows[0]))):
        raise SystemExit(f"gaps.py: {share} leaves nothing of a column")
    return result, count


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--share", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--json")
    options = parser.parse_args(arguments)
    with options.table.open(newline="") as file:
        rows, count = with_gaps(list(csv.reader(file)), options.share, options.seed)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    if options.json:
        Path(options.json).write_text(json.dumps({"missing": count}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
