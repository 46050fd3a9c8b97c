"""PyTorch beside Hourglass: times what the benchmark asks for, or follows its loss curves.

    peer.py serve          answers {"time": what, "threads": n} on stdin with a line of seconds
    peer.py curves FILE    trains each model of FILE from its weights, on its batches and noise, and
                           compares the losses
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Dense(nn.Module):
    def __init__(self, sizes=(784, 256, 64, 256, 784)):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.code = len(sizes) // 2 - 1  # neither the code nor the output has a ReLU

    def loss(self, x, noise=None):
        y = x
        for i, layer in enumerate(self.layers):
            y = layer(y)
            if i != self.code and i + 1 < len(self.layers):
                y = F.relu(y)
        return F.mse_loss(torch.sigmoid(y), x, reduction="sum") / len(x)


class Variational(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 400)
        self.mean = nn.Linear(400, 20)
        self.log_variance = nn.Linear(400, 20)
        self.decoder = nn.Sequential(nn.Linear(20, 400), nn.ReLU(), nn.Linear(400, 784))

    def loss(self, x, noise=None):
        h = F.relu(self.hidden(x))
        mean, log_variance = self.mean(h), self.log_variance(h)
        if noise is None:
            noise = torch.randn_like(mean)
        logits = self.decoder(mean + torch.exp(0.5 * log_variance) * noise)
        rebuilding = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = 0.5 * torch.sum(mean.pow(2) + log_variance.exp() - log_variance - 1)
        return (rebuilding + kl) / len(x)


class Convolutional(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 16, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(32, 64, 7))
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(64, 32, 7), nn.ReLU(),
            nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
            nn.ConvTranspose2d(16, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid())

    def loss(self, x, noise=None):
        image = x.view(-1, 1, 28, 28)
        return F.mse_loss(self.decoder(self.encoder(image)), image, reduction="sum") / len(x)


models = {"dense": Dense, "variational": Variational, "convolutional": Convolutional}


def training(model, batch=128):
    """One step on a random batch."""
    x = torch.rand(batch, 784)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        adam.zero_grad(set_to_none=True)
        model.loss(x).backward()
        adam.step()
    return step


operations = {
    "conv2d": lambda v, o: F.conv2d(*v, **o),
    "conv_transpose2d": lambda v, o: F.conv_transpose2d(*v, **o),
    "sigmoid": lambda v, o: torch.sigmoid(v[0]),
    "softmax": lambda v, o: F.softmax(v[0], dim=-1),
    "batch_norm": lambda v, o: F.batch_norm(
        v[0], torch.zeros(len(v[1])), torch.ones(len(v[1])), v[1], v[2], training=True),
    "layer_norm": lambda v, o: F.layer_norm(v[0], v[1].shape, v[1], v[2]),
}


def single_operation(operation, inputs, **options):
    """The operation forward and backward, or one step of Adam on parameters of these shapes."""
    tensors = [torch.randn(shape, requires_grad=True) for shape in inputs]
    if operation == "adam":
        for tensor in tensors:
            tensor.grad = torch.randn_like(tensor)
        return torch.optim.Adam(tensors).step
    seed = torch.ones_like(operations[operation](tensors, options))

    def run():
        for tensor in tensors:
            tensor.grad = None
        operations[operation](tensors, options).backward(seed)
    return run


def serve():
    prepared = {}
    for line in sys.stdin:
        request = json.loads(line)
        what = request["time"]
        key = json.dumps(what)
        torch.set_num_threads(request["threads"])
        if key not in prepared:
            prepared[key] = training(models[what]()) if isinstance(what, str) else single_operation(**what)
            for _ in range(3):
                prepared[key]()
        start = time.perf_counter()
        prepared[key]()
        print(time.perf_counter() - start, flush=True)


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(data[begin:end], dtype=torch.float32).view(entry["shape"])
    return tensors


def curves(path):
    tensors = read_safetensors(path)
    worst = 0
    for name, make in models.items():
        model = make()
        # Both sides register their parameters in the same order.
        weights = [tensors[f"{name}.weight.{i}"] for i in range(len(list(model.parameters())))]
        with torch.no_grad():
            for parameter, weight in zip(model.parameters(), weights):
                parameter.copy_(weight)
        adam = torch.optim.Adam(model.parameters(), lr=1e-3)
        difference = 0
        expected = tensors[f"{name}.losses"].tolist()
        for step, ours in enumerate(expected):
            noise = tensors["noise"][step] if name == "variational" else None
            adam.zero_grad()
            loss = model.loss(tensors["batches"][step], noise)
            loss.backward()
            adam.step()
            difference = max(difference, abs(loss.item() - ours) / abs(ours))
        worst = max(worst, difference)
        print(f"{name:<14} {len(expected)} steps, loss {expected[0]:.4f} to {expected[-1]:.4f}, "
              f"largest relative difference {difference:.2e}")
    return 0 if worst <= 1e-4 else 1


if __name__ == "__main__":
    sys.exit(serve() if sys.argv[1] == "serve" else curves(sys.argv[2]))
