"""Inputs of the interoperability tests that only the real tools can make.

    python make_inputs.py FOLDER

training.pth: a Lightning-like checkpoint with the states of an optimizer that has stepped. sharded/: the same network
as two safetensors and their index. zoo.pth's relatives lie under test/golden/torchao.
"""
import json
import pathlib
import sys

import torch
from judge_network import network
from safetensors.torch import save_file

folder = pathlib.Path(sys.argv[1])
torch.manual_seed(11)
model = network()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for _ in range(2):
    optimizer.zero_grad()
    model(torch.randn(8, 64)).square().mean().backward()
    optimizer.step()
torch.save(
    {"epoch": 7, "state_dict": model.state_dict(), "optimizer_states": [optimizer.state_dict()], "lr": 1e-3},
    folder / "training.pth",
)

sharded = folder / "sharded"
sharded.mkdir(exist_ok=True)
state = model.state_dict()
names = list(state)
places = {name: f"model-0000{1 + (i >= len(names) // 2)}-of-00002.safetensors" for i, name in enumerate(names)}
for file in sorted(set(places.values())):
    save_file({name: state[name].contiguous() for name in names if places[name] == file}, sharded / file)
total = sum(tensor.nbytes for tensor in state.values())
(sharded / "model.safetensors.index.json").write_text(json.dumps({"metadata": {"total_size": total}, "weight_map": places}))
