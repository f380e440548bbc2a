"""Trains one peer, an epoch for each line on standard input, and prints its seconds and its loss.

    python worker.py torch_eager        the name of a file beside this one
"""

import importlib
import sys
import time

from digits import train_images

if __name__ == "__main__":
    epoch = importlib.import_module(sys.argv[1]).trainer(train_images())
    for _ in sys.stdin:
        start = time.perf_counter()
        loss = epoch()
        print(time.perf_counter() - start, loss, flush=True)
