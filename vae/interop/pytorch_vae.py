"""The public PyTorch VAE example's model, and its weights to and from `elbo`.

    pip install -r requirements.txt
    python pytorch_vae.py loss weights.safetensors case.json    # the loss of a file in PyTorch
    python pytorch_vae.py train weights.safetensors case.json   # train there, then write file and loss
    python pytorch_vae.py fixture                               # makes the fixture of ../tests/pytorch/

The model is that of https://github.com/pytorch/examples/blob/main/vae/main.py, with its sizes as arguments and the logits
before its sigmoid; names and layout of the state dict are untouched. A case is a JSON file of sizes, x [batch, pixels], noise
[batch, latent], and the loss: nats per image, the sum over pixels and latent dimensions, the mean over the batch.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as F


class VAE(nn.Module):
    def __init__(self, pixels=784, hidden=400, latent=20):
        super().__init__()
        self.fc1 = nn.Linear(pixels, hidden)
        self.fc21 = nn.Linear(hidden, latent)
        self.fc22 = nn.Linear(hidden, latent)
        self.fc3 = nn.Linear(latent, hidden)
        self.fc4 = nn.Linear(hidden, pixels)

    def loss(self, x, noise):
        h = F.relu(self.fc1(x))
        mu, logvar = self.fc21(h), self.fc22(h)
        z = mu + noise * torch.exp(0.5 * logvar)
        logits = self.fc4(F.relu(self.fc3(z)))
        bce = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return (bce + kld) / len(x)


def make_case(pixels, hidden, latent, batch):
    x = torch.rand(batch, pixels)
    noise = torch.randn(batch, latent)
    return {"sizes": [pixels, hidden, latent], "x": x.tolist(), "noise": noise.tolist()}


def inputs(case):
    return torch.tensor(case["x"]), torch.tensor(case["noise"])


def train(case, weights, steps=20):
    model = VAE(*case["sizes"])
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(steps):
        adam.zero_grad()
        model.loss(*inputs(case)).backward()
        adam.step()
    save_file(model.state_dict(), weights)
    return model.loss(*inputs(case)).item()


def main():
    torch.manual_seed(19)
    torch.set_num_threads(1)
    command, *paths = sys.argv[1:]
    if command == "fixture":
        folder = Path(__file__).resolve().parent / "../tests/pytorch"
        paths = [folder / "weights.safetensors", folder / "case.json"]
        case = make_case(pixels=12, hidden=7, latent=3, batch=5)
    elif command == "train":
        case = make_case(pixels=784, hidden=400, latent=20, batch=16)
    elif command == "loss":
        case = json.loads(Path(paths[1]).read_text())
        model = VAE(*case["sizes"])
        model.load_state_dict(load_file(paths[0]))
        print(f"{model.loss(*inputs(case)).item():.6f}, recorded {case['loss']:.6f}")
        return
    else:
        sys.exit(__doc__)
    case["loss"] = train(case, paths[0])
    Path(paths[1]).write_text(json.dumps(case) + "\n")
    print(f"{case['loss']:.6f}")


if __name__ == "__main__":
    main()
