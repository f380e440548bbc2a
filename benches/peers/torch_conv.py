"""PyTorch's convolutional VAE as it comes, channels first, with the fused Adam."""

import torch

import torch_eager

LATENT = 16


class ConvVae(torch_eager.Loss):
    def __init__(self):
        super().__init__()
        linear, relu = torch.nn.Linear, torch.nn.ReLU
        halving, doubling = torch.nn.Conv2d, torch.nn.ConvTranspose2d
        window = {"kernel_size": 4, "stride": 2, "padding": 1}
        self.encoder = torch.nn.Sequential(
            torch.nn.Unflatten(1, (1, 28, 28)),
            halving(1, 32, **window), relu(), halving(32, 64, **window), relu(),
            torch.nn.Flatten(), linear(3136, 256), relu(), linear(256, 2 * LATENT))
        self.decoder = torch.nn.Sequential(
            linear(LATENT, 256), relu(), linear(256, 3136), relu(), torch.nn.Unflatten(1, (64, 7, 7)),
            doubling(64, 32, **window), relu(), doubling(32, 1, **window), torch.nn.Flatten())


def trainer(images):
    return torch_eager.trainer(images, model=ConvVae)
