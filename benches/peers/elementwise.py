"""Nanoseconds per element of elementwise ops and reductions here and in PyTorch, on one thread.

    python elementwise.py                   every op, three turns of each
    python elementwise.py --turns 9 gelu    those whose name contains "gelu"

The bench `elementwise` measures all ops, then PyTorch does, and so on in turns; the fastest of all turns counts. Our
functions are within 2 units of the last place of the exact value. PyTorch's gelu is not: at x = -6 it has no correct digit.
"""

import argparse
import os
import subprocess
import time

import torch
import torch.nn.functional as F

from compare import HERE, build

OPS = {
    "exp": lambda i: torch.exp(i.x),
    "exp_m1": lambda i: torch.expm1(i.x),
    "ln": lambda i: torch.log(i.positive),
    "ln_1p": lambda i: torch.log1p(i.positive),
    "tanh": lambda i: torch.tanh(i.x),
    "sigmoid": lambda i: torch.sigmoid(i.x),
    "softplus": lambda i: F.softplus(i.x),
    "erf": lambda i: torch.erf(i.x),
    "gelu": lambda i: F.gelu(i.x),
    "relu": lambda i: torch.relu(i.x),
    "square": lambda i: torch.square(i.x),
    "x + y": lambda i: i.x + i.positive,
    "x + row": lambda i: i.x + i.row,
    "x + column": lambda i: i.x + i.column,
    "x + 1": lambda i: i.x + 1,
    "exp of xᵀ": lambda i: torch.exp(i.x.t().contiguous()),
    "sum": lambda i: i.x.sum(),
    "sum over rows": lambda i: i.x.sum(0),
    "sum over columns": lambda i: i.x.sum(1),
    "max over columns": lambda i: i.x.amax(1),
    "log-sum-exp": lambda i: torch.logsumexp(i.x, 1),
}


class Inputs:
    """Those of the bench: a matrix with entries in [-4, 4], a positive one, a row and a column."""

    def __init__(self, rows, columns):
        number = torch.frac(torch.arange(rows * columns).reshape(rows, columns) * 0.618034)
        self.x = 8 * number - 4
        self.positive = self.x.abs() + 0.01
        self.row, self.column = number[:1].clone(), number[:, :1].clone()


def ours(bench, part):
    """The bench's table: {(size, op): nanoseconds per element}."""
    environment = os.environ | {"RAYON_NUM_THREADS": "1"}
    output = subprocess.run([bench, "--bench", part], env=environment, cwd=HERE, check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    table, size = {}, None
    for line in output.splitlines()[2:]:
        name, numbers = line[:18].strip(), line[18:].split()
        if "elbo" in numbers:
            size = tuple(map(int, name.split("×")))
        elif numbers:
            table[size, name] = float(numbers[0])
    return table


def theirs(size, op, seconds=0.3):
    """The fastest of PyTorch's turns, each the second of two calls, as in the bench."""
    inputs, best, end = Inputs(*size), float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        OPS[op](inputs)
        start = time.perf_counter()
        OPS[op](inputs)
        best = min(best, time.perf_counter() - start)
    return 1e9 * best / (size[0] * size[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="?", default="", help="a part of the ops' names")
    parser.add_argument("--turns", type=int, default=3, help="(3)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    bench, best = build("elementwise"), {}
    for _ in range(arguments.turns):
        for key, nanoseconds in ours(bench, arguments.name).items():
            before = best.get(key, (float("inf"), float("inf")))
            best[key] = tuple(map(min, before, (nanoseconds, theirs(*key))))
    print("| op | size | elbo | PyTorch | ratio |\n|---|---|---:|---:|---:|")
    for (size, op), (own, other) in best.items():
        print(f"| {op} | {size[0]} × {size[1]} | {own:.3f} | {other:.3f} | {other / own:.2f} |")


if __name__ == "__main__":
    main()
