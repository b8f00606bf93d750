"""Judge a checkpoint whose rest was kept, and one that came in shards: training can go on from the first, and both are
what the real tool makes of the network.

    python judge_kept.py TRAINING.pth KEPT.pth SHARDED.pth
"""
import sys

import torch
from judge import fail_unless
from judge_network import network
from torchao.quantization import quantize_
from torchao_config import config_of

before, kept, sharded = torch.load(sys.argv[1], weights_only=True), *(torch.load(p, weights_only=True) for p in sys.argv[2:])
fail_unless(list(kept) == list(before), f"keys differ: {list(kept)} {list(before)}")
fail_unless(kept["epoch"] == 7 and kept["lr"] == 1e-3, "epoch or learning rate changed")


def same(a, b) -> bool:
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b)
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


fail_unless(same(before["optimizer_states"], kept["optimizer_states"]), "the optimizer's states changed")
optimizer = torch.optim.AdamW(network().parameters())
optimizer.load_state_dict(kept["optimizer_states"][0])
fail_unless(optimizer.param_groups[0]["lr"] == 1e-3, "the optimizer does not take its state back")

real = network()
real.load_state_dict(before["state_dict"])
quantize_(real, config_of("int8", "per_row"))
batch = torch.randn(4, 64, generator=torch.Generator().manual_seed(2))
for title, state in {"kept": kept["state_dict"], "sharded": sharded}.items():
    with torch.device("meta"):
        model = network()
    model.load_state_dict(state, assign=True)
    with torch.no_grad():
        fail_unless(torch.equal(model(batch), real(batch)), f"{title}: the output is not the real tool's")
print("training goes on, and both networks compute what torchao's do")
