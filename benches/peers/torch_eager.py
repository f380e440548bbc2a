"""PyTorch as it comes, with the fused Adam."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

PIXELS, HIDDEN, LATENT, BATCH = 784, 400, 20, 128


class Loss(torch.nn.Module):
    """What all VAEs share: an encoder and a decoder make the loss."""

    def forward(self, pixels):
        """−ELBO in nats per image of a batch of bytes."""
        x = pixels.float() / 255
        mean, log_var = self.encoder(x).chunk(2, dim=1)
        z = mean + torch.exp(log_var / 2) * torch.randn_like(mean)
        distortion = binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        rate = 0.5 * torch.sum(mean.square() + torch.expm1(log_var) - log_var)
        return (distortion + rate) / len(x)


class Vae(Loss):
    def __init__(self):
        super().__init__()
        linear, relu = torch.nn.Linear, torch.nn.ReLU
        self.encoder = torch.nn.Sequential(linear(PIXELS, HIDDEN), relu(), linear(HIDDEN, 2 * LATENT))
        self.decoder = torch.nn.Sequential(linear(LATENT, HIDDEN), relu(), linear(HIDDEN, PIXELS))


def trainer(images, compile=lambda loss: loss, model=Vae):
    torch.manual_seed(1)
    images = torch.from_numpy(images)
    vae = model()
    loss_of = compile(vae)
    adam = torch.optim.Adam(vae.parameters(), lr=1e-3, fused=True)

    def epoch():
        total = 0.0
        for batch in torch.randperm(len(images)).split(BATCH):
            loss = loss_of(images[batch])
            adam.zero_grad()
            loss.backward()
            adam.step()
            total += loss.item() * len(batch)
        return total / len(images)

    return epoch
