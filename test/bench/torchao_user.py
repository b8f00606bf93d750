"""What a user of torchao writes to quantize a state dict of Linears.

    python torchao_user.py IN.pth OUT.pth int8|fp8_e4m3fn

Prints the peak of its memory in bytes.
"""
import resource
import sys

import torch
from torchao.quantization import Float8WeightOnlyConfig, Int8WeightOnlyConfig, quantize_

source, target, scheme = sys.argv[1:]
state = torch.load(source, weights_only=True)
with torch.device("meta"):
    model = torch.nn.ModuleDict(
        {name.removesuffix(".weight"): torch.nn.Linear(*weight.shape[::-1], bias=False) for name, weight in state.items()}
    )
model.load_state_dict(state, assign=True)
quantize_(model, Int8WeightOnlyConfig() if scheme == "int8" else Float8WeightOnlyConfig())
torch.save(model.state_dict(), target)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak if sys.platform == "darwin" else peak * 1024)
