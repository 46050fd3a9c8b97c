#!/usr/bin/env python3
"""check_registry.py FILE.json: what registry_export wrote, beside PyTorch in float64.

Each case's value, and the gradient of each of its inputs from the same seed. The difference is the
largest |ours - PyTorch's| / max(1, |PyTorch's|) over all elements; 1e-5 is allowed. A NaN agrees
with a NaN, and an infinity with itself.
"""

import json
import sys

import torch

ALLOWED = 1e-5


def tensor(of):
    numbers = [float(number) for number in of["numbers"]]  # "nan" and "inf" too
    return torch.tensor(numbers, dtype=torch.float64).reshape(of["shape"])


def difference(ours, theirs):
    if ours.shape != theirs.shape:
        raise ValueError(f"the shape is {tuple(ours.shape)}, not {tuple(theirs.shape)}")
    if ours.numel() == 0:
        return 0.0
    same = (ours == theirs) | (ours.isnan() & theirs.isnan())
    differences = (ours - theirs).abs() / theirs.abs().clamp(min=1)
    worst = differences.masked_fill(same, 0).max().item()
    return worst if worst == worst else float("inf")  # NaN


def compare(case):
    """The worst difference of a case."""
    inputs = [tensor(of).requires_grad_() for of in case["inputs"]]
    names = dict(zip("abcdefgh", inputs), torch=torch, F=torch.nn.functional)
    value = eval(case["torch"], names)
    if value.requires_grad:  # not where it is a constant, as sign's
        value.backward(tensor(case["seed"]))
    gradients = [torch.zeros_like(x) if x.grad is None else x.grad for x in inputs]
    ours = [case["value"], *case["gradients"]]
    return max(difference(tensor(of), its) for of, its in zip(ours, [value.detach(), *gradients]))


def main(path):
    with open(path) as file:
        cases = json.load(file)
    operations = {}
    for case in cases:
        operations.setdefault(case["operation"], []).append(case)
    print(f"Beside PyTorch {torch.__version__} in float64: the largest |ours - PyTorch's| / "
          f"max(1, |PyTorch's|)\nof values and gradients; {ALLOWED:g} is allowed.\n")
    print(f"{'operation':<40} {'cases':>5} {'difference':>12}")
    worst, disagreeing = 0.0, []
    for operation, of in sorted(operations.items()):
        worst_of_operation = 0.0
        for case in of:
            try:
                found, why = compare(case), ""
            except Exception as error:
                found, why = float("inf"), f": {error}"
            worst_of_operation = max(worst_of_operation, found)
            if found > ALLOWED:
                disagreeing.append(f"DISAGREES {operation} {case['name']} by {found:.1e}: "
                                   f"{case['torch']}{why}")
        print(f"{operation:<40} {len(of):>5} {worst_of_operation:>12.1e}")
        worst = max(worst, worst_of_operation)
    print(*disagreeing, sep="\n", end="\n" if disagreeing else "")
    print(f"operations {len(operations)}, cases {len(cases)}, worst relative difference {worst:.1e}, "
          f"disagreeing {len(disagreeing)}")
    return 1 if disagreeing else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
