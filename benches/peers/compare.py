"""Seconds per epoch of the same training here and elsewhere, turn by turn.

    python compare.py                               all peers, on 1 and 2 threads
    python compare.py --epochs 9 --threads 2 --peers jax_scan torch_eager
    python compare.py --conv --threads 2            the convolutional model

Each competitor is a process of its own that trains one epoch when it is told to; one epoch of each
in turn, so that all see the same disturbances. The first turn compiles and warms up, is not timed,
and is the proof that all do the same work: its mean loss depends on the random numbers alone.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = ["jax_scan", "torch_compiled", "torch_eager", "numpy_by_hand"]
CONV_PEERS = ["torch_conv", "torch_conv_last"]
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def build(bench):
    """Builds a bench and returns its path."""
    command = ["cargo", "bench", "--bench", bench, "--no-run", "--message-format", "json"]
    output = subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.PIPE, text=True).stdout
    messages = map(json.loads, output.splitlines())
    return next(path for message in messages if (path := message.get("executable")))


class Competitor:
    """A process that answers each line with the seconds and the loss of an epoch."""

    def __init__(self, name, command, threads):
        self.name, self.seconds = name, []
        libraries = {f"{name}_NUM_THREADS": str(threads) for name in ("OMP", "OPENBLAS", "MKL")}
        self.process = subprocess.Popen(command, cwd=HERE, env=os.environ | libraries, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        _, self.first_loss = self.epoch()

    def epoch(self):
        print("next", file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.name} ended early, with exit status {self.process.wait()}")
        return map(float, answer.split())

    def turn(self):
        seconds, self.last_loss = self.epoch()
        self.seconds.append(seconds)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compare(bench, peers, threads, epochs, options):
    if hasattr(os, "sched_setaffinity"):  # inherited by all, and the only limit that XLA respects
        os.sched_setaffinity(0, CORES[:threads])
    commands = {"elbo": [bench, "--bench", "--on-request", "--threads", str(threads), *options]}
    for peer in peers:
        commands[peer] = [sys.executable, "worker.py", peer]
    competitors = [Competitor(name, command, threads) for name, command in commands.items()]
    for _ in range(epochs):
        for competitor in competitors:
            competitor.turn()

    print(f"\n{threads} threads, {epochs} epochs after the first: seconds per epoch\n")
    print("|                | fastest | median | elbo / it | −ELBO, epoch 1 | −ELBO, last |")
    print("|----------------|--------:|-------:|----------:|---------------:|------------:|")
    ours = statistics.median(competitors[0].seconds)
    for c in competitors:
        c.close()
        median = statistics.median(c.seconds)
        print(f"| {c.name:14} | {min(c.seconds):7.2f} | {median:6.2f} | {ours / median:9.2f} "
              f"| {c.first_loss:14.2f} | {c.last_loss:11.2f} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=5, help="timed epochs of each (5)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="(1 2)")
    parser.add_argument("--peers", nargs="*", metavar="PEER",
                        help=f"({' '.join(PEERS)}; with --conv {' '.join(CONV_PEERS)})")
    parser.add_argument("--conv", action="store_true", help="the convolutional model")
    arguments = parser.parse_args()
    options = ["--conv"] if arguments.conv else []
    peers = arguments.peers
    if peers is None:
        peers = CONV_PEERS if arguments.conv else PEERS
    bench = build("step")
    for threads in arguments.threads:
        compare(bench, peers, threads, arguments.epochs, options)
