"""Networks that compute with parameters of their own, which no module of theirs is called with, and their exports:

    python test/golden/make_own_parameters.py test/fixtures/own-parameters

The folder's README says what the files hold. Needs torch, onnx and onnxscript.
"""
import contextlib
import io
import pathlib
import sys
import warnings

import onnx
import torch
import torch.nn.functional as F
from torch import nn

warnings.filterwarnings("ignore")


class Attention(nn.Module):
    """Projections of attentions in one tensor, positions, a class token, a head, a factor and a mask."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(6, 16)
        self.pos = nn.Parameter(torch.randn(1, 9, 16) * 0.1)
        self.cls = nn.Parameter(torch.randn(1, 1, 16))
        self.mha = nn.MultiheadAttention(16, 4, batch_first=True)
        self.norm = nn.LayerNorm(16)
        self.enc = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True, dropout=0.0)
        self.proj = nn.Parameter(torch.randn(16, 5) * 0.2)
        self.gamma = nn.Parameter(torch.randn(16))
        self.register_buffer("mask", torch.triu(torch.full((9, 9), -3.0), 1))

    def forward(self, x):
        h = torch.cat([self.cls.expand(x.shape[0], -1, -1), self.embed(x)], 1) + self.pos
        h = h + self.gamma * self.mha(self.norm(h), h, self.norm(h), attn_mask=self.mask, need_weights=False)[0]
        return self.enc(h)[:, 0] @ self.proj


class Computed(nn.Module):
    """A table that is looked up while exporting, a matrix, a kernel of three dimensions and a weight_norm."""

    def __init__(self):
        super().__init__()
        self.table = nn.Parameter(torch.randn(9, 4))
        self.register_buffer("index", torch.randint(0, 9, (25,)))
        self.matrix = nn.Parameter(torch.randn(12, 8) * 0.3)
        self.offset = nn.Parameter(torch.randn(12) * 0.1)
        self.experts = nn.Parameter(torch.randn(3, 12, 7) * 0.3)
        self.lin = nn.utils.parametrizations.weight_norm(nn.Linear(7, 6))
        self.fc = nn.Linear(6, 4)

    def forward(self, x):
        mixed = self.table[self.index].view(5, 5, 4).mean(-1) @ F.relu(F.linear(x, self.matrix, self.offset))
        chosen = torch.einsum("bti,eio->beto", mixed, self.experts).mean(1)
        return self.fc(self.lin(chosen)).mean(1)


class Projected(nn.Module):
    """An LSTM with projections, which ONNX has no operator for."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(6, 8, batch_first=True, proj_size=3)
        self.fc = nn.Linear(3, 5)

    def forward(self, x):
        return self.fc(self.lstm(x)[0][:, -1])


NETS = {
    "attention": (Attention, (2, 8, 6), ["plain", "folded", "dynamo"]),
    "computed": (Computed, (2, 5, 8), ["plain", "folded", "dynamo"]),
    "projected": (Projected, (2, 7, 6), ["dynamo"]),
}


def export(path, net, sample, kind):
    common = {"input_names": ["input"], "output_names": ["output"]}
    if kind == "dynamo":
        batch = torch.export.Dim("batch")
        common |= {"dynamo": True, "external_data": False, "dynamic_shapes": ({0: batch},)}
    else:
        common |= {"dynamo": False, "opset_version": 17, "dynamic_axes": {"input": {0: "batch"}, "output": {0: "batch"}}}
    if kind == "plain":
        common |= {"do_constant_folding": False, "training": torch.onnx.TrainingMode.PRESERVE}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        torch.onnx.export(net, (sample,), str(path), **common)
    graph = onnx.load(path)
    # Stack traces hold paths of the machine that exported.
    for node in graph.graph.node:
        kept = [prop for prop in node.metadata_props if "stack_trace" not in prop.key]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    onnx.save(graph, path)


def main(folder):
    for name, (make, shape, kinds) in NETS.items():
        torch.manual_seed(0)
        net = make().eval()
        # Exporters share constants that are equal, as the zeros of fresh biases are.
        for parameter in net.parameters():
            parameter.data += torch.randn_like(parameter) * 0.1
        sample = torch.randn(shape)
        torch.save(net.state_dict(), folder / f"{name}.pth")
        for kind in kinds:
            export(folder / f"{name}{'' if kind == 'plain' else f'.{kind}'}.onnx", net, sample, kind)


main(pathlib.Path(sys.argv[1]))
