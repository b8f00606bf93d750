"""Judge results of every scheme at once: real torch and torchao load them, run them, and find their own numbers in them.

    python judge_schemes.py CASES.json

CASES is a list of {title, input, ours, dtype, granularity, group_size?, exact}. `ours` is a .pth or a .safetensors made
from the state dict `input`; `exact` says that it reproduces torchao to the bit, also where torchao's result is NaN.
"""
import json
import sys

import torch
from judge import fail_unless
from safetensors import safe_open
from torchao.prototype.safetensors.safetensors_support import unflatten_tensor_state_dict
from torchao.quantization import quantize_
from torchao_config import config_of

raw = lambda tensor: tensor.contiguous().reshape(-1).view(torch.uint8)


def load(path: str, mmap: bool) -> dict:
    if not path.endswith(".safetensors"):
        return torch.load(path, weights_only=True, mmap=mmap)
    with safe_open(path, framework="pt") as file:
        whole, left_over = unflatten_tensor_state_dict({name: file.get_tensor(name) for name in file.keys()}, file.metadata())
    return {**whole, **left_over}


def is_linear(name: str, state: dict) -> bool:
    """In the zoo every Linear has a bias, and attention's own is no plain Linear."""
    return name.endswith(".weight") and state[name].dim() == 2 and f"{name[:-6]}bias" in state and "attention" not in name


def skeleton(name: str, state: dict) -> torch.nn.Module:
    rows, cols = state[name].shape
    return torch.nn.ModuleDict({"fc": torch.nn.Linear(cols, rows, device="meta")})


def real_module(name: str, state: dict, config) -> torch.nn.Module | None:
    """None where torchao refuses the weight."""
    module = skeleton(name, state)
    # Of a transposed weight torchao keeps the strides, by which a product rounds; the numbers are the same.
    module.load_state_dict({"fc.weight": state[name].contiguous(), "fc.bias": state[f"{name[:-6]}bias"]}, assign=True)
    try:
        quantize_(module, config)
        return module
    except Exception:
        return None


def judge_weight(title: str, mine, mapped, real, exact: bool) -> None:
    fail_unless(type(mine) is type(real), f"{title} is a {type(mine).__name__}, torchao makes a {type(real).__name__}")
    fail_unless(mine.dtype == real.dtype and mine.shape == real.shape, f"{title}: {mine.dtype} {tuple(mine.shape)}")
    fail_unless(list(mine.block_size) == list(real.block_size), f"{title}.block_size {mine.block_size} {real.block_size}")
    for part in ("qdata", "scale", "zero_point"):
        a, b, c = getattr(mine, part, None), getattr(real, part, None), getattr(mapped, part, None)
        if b is None:
            fail_unless(a is None, f"{title} has a {part}")
            continue
        fail_unless(torch.equal(raw(a), raw(c)), f"{title}.{part} differs when memory-mapped")
        fail_unless(a.dtype == b.dtype and a.shape == b.shape, f"{title}.{part}: {a.dtype} {tuple(a.shape)}")
        if exact or real.qdata.dtype == torch.int8:
            fail_unless(torch.equal(raw(a), raw(b)), f"{title}.{part} differs")
            continue
        # Blocks whose scale torchao rounds to 0 are given the smallest normal one, and zeros.
        zero = real.scale == 0
        if part == "scale":
            fail_unless(bool((a[zero] == 2.0**-126).all()), f"{title}: scales of zero blocks")
            fail_unless(torch.equal(raw(a[~zero]), raw(b[~zero])), f"{title}.scale differs")
        else:
            spread = zero.repeat_interleave(real.block_size[0], 0).repeat_interleave(real.block_size[1], 1)
            fail_unless(not raw(a)[raw(spread).bool()].any(), f"{title}: codes of zero blocks")
            fail_unless(torch.equal(raw(a)[~raw(spread).bool()], raw(b)[~raw(spread).bool()]), f"{title}.qdata differs")


def judge_forward(title: str, mine: torch.nn.Module, real: torch.nn.Module, exact: bool) -> None:
    """Float64 is more than torchao's own forward takes."""
    weight = real.fc.weight
    if weight.dtype == torch.float64:
        return
    batch = torch.randn(5, weight.shape[1], generator=torch.Generator().manual_seed(1)).to(weight.dtype)
    with torch.no_grad():
        a, b = mine.fc(batch), real.fc(batch)
    if not exact:
        largest = mine.fc.weight.dequantize().double().abs() @ batch.double().abs().t()
        bounded = largest.t() < torch.finfo(weight.dtype).max / 8
        fail_unless(bool(a.isfinite()[bounded].all()), f"{title}: the output is not finite")
        a, b = torch.where(b.isfinite(), a, 0), torch.where(b.isfinite(), b, 0)
    fail_unless(torch.equal(a.nan_to_num(), b.nan_to_num()), f"{title}: the output is not the real tool's")


weights = 0
cases = json.load(open(sys.argv[1]))
for case in cases:
    state = torch.load(case["input"], weights_only=True)
    config = config_of(case["dtype"], case["granularity"], case.get("group_size"))
    ours, mapped = load(case["ours"], False), load(case["ours"], True)
    fail_unless(sorted(ours) == sorted(state), f"{case['title']}: names differ: {sorted(set(ours) ^ set(state))}")
    for name, tensor in state.items():
        title = f"{case['title']}: {name}"
        real = real_module(name, state, config) if is_linear(name, state) else None
        if real is None:
            same = type(ours[name]) is torch.Tensor and torch.equal(raw(ours[name]), raw(tensor))
            fail_unless(same and ours[name].dtype == tensor.dtype, f"{title} changed, which torchao leaves alone")
            continue
        weights += 1
        judge_weight(title, ours[name], mapped[name], real.fc.weight, case["exact"])
        mine = skeleton(name, state)
        mine.load_state_dict({"fc.weight": ours[name], "fc.bias": ours[f"{name[:-6]}bias"]}, assign=True)
        judge_forward(title, mine, real, case["exact"])
print(f"{len(cases)} files, {weights} weights as torchao has them")
