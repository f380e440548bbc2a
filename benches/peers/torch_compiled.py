"""PyTorch with forward and backward compiled; it needs a C++ compiler."""

import torch

import torch_eager


def trainer(images):
    # Static shapes: one program for the full batches, one for the last.
    return torch_eager.trainer(images, lambda vae: torch.compile(vae, dynamic=False))
