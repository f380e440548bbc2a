"""The 60,000 training digits that come with the repository."""

import gzip
from pathlib import Path

import numpy as np

FILE = Path(__file__).resolve().parents[2] / "vae/data/mnist/train-images-idx3-ubyte.gz"


def train_images():
    """The images as bytes, [60000, 784]."""
    with gzip.open(FILE) as file:
        header = np.frombuffer(file.read(16), dtype=">u4")
        assert header.tolist() == [0x803, 60000, 28, 28], f"{FILE}: header {header}"
        return np.frombuffer(file.read(), dtype=np.uint8).reshape(60000, 784).copy()
