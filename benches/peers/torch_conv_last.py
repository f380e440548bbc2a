"""PyTorch's convolutional VAE with the channels last in memory, which its convolutions prefer."""

import torch

import torch_conv
import torch_eager


def model():
    return torch_conv.ConvVae().to(memory_format=torch.channels_last)


def trainer(images):
    return torch_eager.trainer(images, model=model)
