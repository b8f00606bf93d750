"""Times the real torchao for main.ts: each line on stdin is one round, answered with its seconds on stdout.

    python torchao_rounds.py IN.pth OUT.pth

A round loads the state dict of Linears, quantizes it and saves it, as a user's script does; the imports and the
empty modules are made before.
"""
import sys
import time

import torch
from torchao.quantization import Int8WeightOnlyConfig, quantize_

source, target = sys.argv[1:]


def build():
    with torch.device("meta"):
        shapes = {name[: -len(".weight")]: tensor.shape for name, tensor in torch.load(source, mmap=True).items() if name.endswith(".weight")}
        return torch.nn.ModuleDict({name: torch.nn.Linear(shape[1], shape[0], bias=False) for name, shape in shapes.items()})


print("ready", flush=True)
for _ in sys.stdin:
    model = build()
    started = time.perf_counter()
    model.load_state_dict(torch.load(source, weights_only=True, mmap=True), assign=True)
    quantize_(model, Int8WeightOnlyConfig())
    torch.save(model.state_dict(), target)
    print(time.perf_counter() - started, flush=True)
