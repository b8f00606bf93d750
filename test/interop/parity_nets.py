"""Nine small networks with the layers that ModelOpt treats each in its own way, and data for them.

`network(name)` has fixed weights, `stranger(name)` has others, `batches(name)` is what it calibrates on and
`evaluation(name)` what it is judged with. All numbers come from numpy's PCG64: no release of torch changes them.
"""
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def conv_norm(inputs, outputs, kernel, stride=1, groups=1):
    padding = kernel // 2
    return nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False), nn.BatchNorm2d(outputs)


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = conv_norm(inputs, outputs, 3, stride)
        self.conv2, self.bn2 = conv_norm(outputs, outputs, 3)
        self.down = None if stride == 1 and inputs == outputs else nn.Sequential(*conv_norm(inputs, outputs, 1, stride))

    def forward(self, x):
        straight = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(straight + (self.down(x) if self.down else x))


class ConvBN(nn.Module):
    """Residual blocks with batch norm, a bias in front of one, both poolings."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 2, 1)
        self.bn = nn.BatchNorm2d(16)
        self.act = nn.ReLU()
        self.pool = nn.MaxPool2d(2)
        self.layer1 = nn.Sequential(Residual(16, 16, 1))
        self.layer2 = nn.Sequential(Residual(16, 32, 2))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        x = self.layer2(self.layer1(self.pool(self.act(self.bn(self.stem(x))))))
        return self.fc(self.avgpool(x).flatten(1))


class Squeeze(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, hidden, 1)
        self.fc2 = nn.Conv2d(hidden, channels, 1)
        self.gate = nn.Hardsigmoid()

    def forward(self, x):
        return x * self.gate(self.fc2(F.relu(self.fc1(self.pool(x)))))


class Inverted(nn.Module):
    def __init__(self, inputs, hidden, outputs, stride):
        super().__init__()
        self.expand = nn.Sequential(*conv_norm(inputs, hidden, 1), nn.Hardswish())
        self.depthwise = nn.Sequential(*conv_norm(hidden, hidden, 3, stride, groups=hidden), nn.Hardswish())
        self.se = Squeeze(hidden, 8)
        self.project = nn.Sequential(*conv_norm(hidden, outputs, 1))
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.project(self.se(self.depthwise(self.expand(x))))
        return x + y if self.adds else y


class Mobile(nn.Module):
    """Depthwise convolutions, squeeze and excite, a convolution as classifier, a list of blocks."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(*conv_norm(3, 8, 3, 2), nn.ReLU6())
        self.blocks = nn.ModuleList([Inverted(8, 24, 16, 2), Inverted(16, 48, 16, 1)])
        self.pool = nn.AdaptiveAvgPool2d((1, 1))
        self.drop = nn.Dropout(0.2)
        self.head = nn.Conv2d(16, 12, 1)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.head(self.drop(self.pool(x))).flatten(1)


class MLP(nn.Module):
    """Linear layers, one with a row of zeros and one with a name that presets disable; three norms and activations."""

    def __init__(self):
        super().__init__()
        self.norm_in = nn.BatchNorm1d(24)
        self.fc1 = nn.Linear(24, 64)
        self.ln = nn.LayerNorm(64)
        self.act = nn.LeakyReLU(0.1)
        self.fc2 = nn.Linear(64, 48, bias=False)
        self.body = nn.Sequential(nn.GELU(), nn.Linear(48, 48), nn.Tanh())
        self.lm_head = nn.Linear(48, 7)

    def forward(self, x):
        return self.lm_head(self.body(self.fc2(self.act(self.ln(self.fc1(self.norm_in(x)))))))


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width)
        self.k = nn.Linear(width, width, bias=False)
        self.v = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        by_head = [
            project(x).reshape(batch, tokens, self.heads, width // self.heads).transpose(1, 2)
            for project in (self.q, self.k, self.v)
        ]
        return self.out(F.scaled_dot_product_attention(*by_head).transpose(1, 2).reshape(batch, tokens, width))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential()
        for name, layer in (("fc1", nn.Linear(width, 2 * width)), ("act", nn.GELU()), ("fc2", nn.Linear(2 * width, width))):
            self.mlp.add_module(name, layer)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class ViT(nn.Module):
    """Patches, a class token and two blocks of functional attention."""

    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, 32, 4, 4)
        self.cls = nn.Parameter(torch.zeros(1, 1, 32))
        self.pos = nn.Parameter(torch.zeros(1, 17, 32))
        self.blocks = nn.Sequential(Block(32, 4), Block(32, 4))
        self.norm = nn.LayerNorm(32)
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        patches = self.patch(x).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.cls.expand(x.shape[0], -1, -1), patches], 1) + self.pos
        return self.head(self.norm(self.blocks(tokens))[:, 0])


class UNet(nn.Module):
    """Transposed convolutions, one in groups; skip connections, instance and group norm, average pooling."""

    def __init__(self):
        super().__init__()
        self.enc1 = nn.Conv2d(2, 12, 3, 1, 1)
        self.in1 = nn.InstanceNorm2d(12, affine=True)
        self.down1 = nn.AvgPool2d(2)
        self.enc2, self.bn2 = conv_norm(12, 20, 3)
        self.down2 = nn.MaxPool2d(2)
        self.mid = nn.Conv2d(20, 24, 3, 1, 2, dilation=2)
        self.gn = nn.GroupNorm(4, 24)
        self.up2 = nn.ConvTranspose2d(24, 20, 2, 2)
        self.dec2 = nn.Conv2d(40, 16, 3, 1, 1)
        self.up1 = nn.ConvTranspose2d(16, 12, 4, 2, 1, groups=2, bias=False)
        self.bn1 = nn.BatchNorm2d(12)
        self.dec1 = nn.Conv2d(24, 8, 3, 1, 1)
        self.out = nn.Conv2d(8, 3, 1)

    def forward(self, x):
        fine = F.silu(self.in1(self.enc1(x)))
        coarse = F.relu(self.bn2(self.enc2(self.down1(fine))))
        y = F.relu(self.gn(self.mid(self.down2(coarse))))
        y = F.relu(self.dec2(torch.cat([self.up2(y), coarse], 1)))
        y = F.relu(self.bn1(self.up1(y)))
        return self.out(F.relu(self.dec1(torch.cat([y, fine], 1))))


class RNN(nn.Module):
    """An LSTM of two layers and a GRU of two directions."""

    def __init__(self):
        super().__init__()
        self.proj = nn.Linear(10, 16)
        self.lstm = nn.LSTM(16, 20, num_layers=2, batch_first=True)
        self.gru = nn.GRU(20, 12, bidirectional=True, batch_first=True)
        self.head = nn.Linear(24, 5)

    def forward(self, x):
        steps, _ = self.lstm(self.proj(x))
        steps, _ = self.gru(steps)
        return self.head(steps[:, -1])


class Embed(nn.Module):
    """Integers as input; a table of positions that does not depend on it; the output is tied to the embedding."""

    def __init__(self):
        super().__init__()
        self.tok = nn.Embedding(50, 24)
        self.pos = nn.Embedding(12, 24)
        self.fc1 = nn.Linear(24, 48)
        self.fc2 = nn.Linear(48, 24)
        self.norm = nn.LayerNorm(24)
        self.decoder = nn.Linear(24, 50, bias=False)
        self.decoder.weight = self.tok.weight

    def forward(self, ids):
        x = self.tok(ids) + self.pos(torch.arange(ids.shape[1], device=ids.device))
        return self.decoder(self.norm(x + self.fc2(F.relu(self.fc1(x)))))


class Audio(nn.Module):
    """One-dimensional convolutions: dilated, in groups, transposed."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(1, 16, 9, 2, 4, bias=False)
        self.bn1 = nn.BatchNorm1d(16)
        self.act = nn.LeakyReLU(0.2)
        self.conv2 = nn.Conv1d(16, 32, 5, 1, 4, dilation=2, groups=4)
        self.pool = nn.AvgPool1d(2)
        self.conv3 = nn.Conv1d(32, 24, 3, 1, 1)
        self.up = nn.ConvTranspose1d(24, 8, 4, 2, 1)
        self.mix = nn.Conv1d(8, 8, 1)
        self.gap = nn.AdaptiveAvgPool1d(1)
        self.fc = nn.Linear(8, 4)

    def forward(self, x):
        x = self.pool(torch.tanh(self.conv2(self.act(self.bn1(self.conv1(x))))))
        x = self.mix(F.relu(self.up(F.relu(self.conv3(x)))))
        return self.fc(self.gap(x).flatten(1))


class Twice(nn.Module):
    """Two inputs; a Linear and a convolution that are called twice, and a Linear that never is."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 8, 3, 1, 1)
        self.inp = nn.Linear(8, 32)
        self.shared = nn.Linear(32, 32)
        self.unused = nn.Linear(32, 4)
        self.head = nn.Linear(32, 6)

    def forward(self, a, b):
        x = F.relu(self.conv(a)).mean((2, 3)) + F.relu(self.conv(b)).amax((2, 3))
        x = torch.tanh(self.shared(F.relu(self.inp(x)))) * 3.0
        return self.head(F.relu(self.shared(x) + x))


def images(rng, shape, size, drift):
    return ((rng.uniform(0, 1, shape) - 0.45) / 0.25 * size * drift).astype(np.float32)


def noise(rng, shape, size, drift):
    return rng.normal(0, size * drift, shape).astype(np.float32)


def tokens(rng, shape, size, _):
    return rng.integers(0, size, shape, dtype=np.int64)


# class, samples in a batch, batches, and of each input: shape of a sample, what it is, its size
NETS = {
    "convbn": (ConvBN, 4, 3, {"input": ((3, 24, 24), images, 1.0)}),
    "mobile": (Mobile, 4, 3, {"input": ((3, 24, 24), images, 1.0)}),
    "mlp": (MLP, 16, 4, {"input": ((24,), noise, 1.5)}),
    "vit": (ViT, 4, 3, {"input": ((3, 16, 16), images, 1.0)}),
    "unet": (UNet, 4, 3, {"input": ((2, 16, 16), images, 1.0)}),
    "rnn": (RNN, 8, 3, {"input": ((9, 10), noise, 1.0)}),
    "embed": (Embed, 8, 3, {"ids": ((12,), tokens, 50)}),
    "audio": (Audio, 6, 3, {"input": ((1, 96), noise, 0.7)}),
    "twice": (Twice, 6, 3, {"a": ((2, 10, 10), images, 1.0), "b": ((2, 10, 10), images, 2.0)}),
}


def batch_size(name):
    return NETS[name][1]


def network(name):
    net = NETS[name][0]()
    rng = np.random.default_rng([20260, list(NETS).index(name)])
    filled = set()
    for module in net.modules():
        for key, parameter in module.named_parameters(recurse=False):
            if parameter not in filled:
                filled.add(parameter)
                fill(parameter, draw(rng, module, key, tuple(parameter.shape)))
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            fill(module.running_mean, rng.normal(0, 0.3, module.num_features))
            fill(module.running_var, rng.uniform(0.5, 2.0, module.num_features))
            module.num_batches_tracked.fill_(100)
    if name == "mlp":
        fill(net.fc2.weight[5], np.zeros(64))
    return net.eval()


@torch.no_grad()
def fill(tensor, values):
    tensor.copy_(torch.from_numpy(np.asarray(values, np.float32)))


NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm, nn.InstanceNorm2d)


def draw(rng, module, key, shape):
    if isinstance(module, NORMS):
        return rng.uniform(0.5, 1.5, shape) if key == "weight" else rng.normal(0, 0.2, shape)
    if key.startswith("bias"):
        return rng.normal(0, 0.1, shape)
    if isinstance(module, nn.Embedding):
        return rng.normal(0, 0.8, shape)
    if isinstance(module, nn.RNNBase):
        return rng.uniform(-0.45, 0.45, shape)
    if key != "weight":
        return rng.normal(0, 0.3, shape)
    # Heavy tails and rows of different sizes, as trained networks have them.
    is_transposed = isinstance(module, (nn.ConvTranspose1d, nn.ConvTranspose2d))
    fan = math.prod(shape[2:]) * shape[0 if is_transposed else 1]
    values = rng.standard_t(5, shape) * (1.2 / np.sqrt(fan))
    return values * rng.uniform(0.6, 1.6, (shape[0],) + (1,) * (len(shape) - 1))


def stranger(name):
    """Other weights, so that what is restored into it comes from the file."""
    torch.manual_seed(1)
    return NETS[name][0]().eval()


def samples(name):
    """Arrays by input: of each batch, whose sizes drift apart, then of the evaluation."""
    _, size, count, inputs = NETS[name]
    rng = np.random.default_rng([20261, list(NETS).index(name)])
    return [
        {key: make(rng, (size, *shape), scale, 1 + 0.2 * drift) for key, (shape, make, scale) in inputs.items()}
        for drift in (*range(count), 0)
    ]


def batches(name):
    return samples(name)[:-1]


def evaluation(name):
    return samples(name)[-1]


def arguments(batch):
    return tuple(torch.from_numpy(array) for array in batch.values())
