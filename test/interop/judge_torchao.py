"""Judge a result of torchao's backend: real torch and torchao load it and find in it what they would have made.

    python judge_torchao.py OURS FLOAT.pth digits_cnn|digits_vit EVALUATION.npz [SCHEME]

OURS is a .pth, also one that keeps the rest of its checkpoint (a state_dict inside), or torchao's .safetensors.
SCHEME is for example "int8 per_row" (the default), "fp8_e4m3fn per_tensor", "fp8_e5m2 group_32".
"""
import sys

import torch
from judge import build, evaluation_batch, fail_unless, float_state_dict
from torchao.quantization import Float8WeightOnlyConfig, Int8WeightOnlyConfig, PerGroup, PerRow, PerTensor, quantize_

ours_path, float_path, net, evaluation = sys.argv[1:5]
dtype, axis = (sys.argv[5] if len(sys.argv) > 5 else "int8 per_row").split()
images, labels = evaluation_batch(evaluation)


def load(path, mmap):
    if path.endswith(".safetensors"):
        from safetensors import safe_open
        from torchao.prototype.safetensors.safetensors_support import unflatten_tensor_state_dict
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}
            whole, left_over = unflatten_tensor_state_dict(tensors, file.metadata())
        # Names without a dot are not torchao's to put together; it hands them back.
        return {**whole, **left_over}
    loaded = torch.load(path, weights_only=True, mmap=mmap)
    state = loaded.get("state_dict", loaded)
    return {name.removeprefix("model."): tensor for name, tensor in state.items()}


group = int(axis[6:]) if axis.startswith("group_") else None
granularity = PerGroup(group) if group else {"per_row": PerRow(), "per_tensor": PerTensor()}[axis]
if dtype == "int8":
    config = Int8WeightOnlyConfig(granularity=granularity)
else:
    config = Float8WeightOnlyConfig(weight_dtype=getattr(torch, dtype.replace("fp8", "float8")), granularity=granularity)
real = build(net)
real.load_state_dict(float_state_dict(float_path))
quantize_(real, config, lambda m, _: isinstance(m, torch.nn.Linear) and (not group or m.in_features % group == 0))
expected = real.state_dict()

raw = lambda tensor: tensor.contiguous().reshape(-1).view(torch.uint8)
ours, mapped = load(ours_path, False), load(ours_path, True)
ordered = sorted if ours_path.endswith(".safetensors") else list
fail_unless(ordered(ours) == ordered(expected), f"names differ: {set(ours) ^ set(expected)}")
quantized = 0
for name, tensor in expected.items():
    mine = ours[name]
    fail_unless(type(mine) is type(tensor), f"{name} is a {type(mine).__name__}, torchao makes a {type(tensor).__name__}")
    if type(tensor) is torch.Tensor:
        fail_unless(mine.dtype == tensor.dtype and torch.equal(mine, tensor), f"{name} changed")
        continue
    quantized += 1
    fail_unless(list(mine.block_size) == list(tensor.block_size), f"{name}.block_size {mine.block_size} {tensor.block_size}")
    for part in ("qdata", "scale", "zero_point"):
        a, b, c = getattr(mine, part, None), getattr(tensor, part, None), getattr(mapped[name], part, None)
        if b is None:
            fail_unless(a is None, f"{name} has a {part}")
            continue
        fail_unless(a.dtype == b.dtype and torch.equal(raw(a), raw(b)), f"{name}.{part} differs")
        fail_unless(torch.equal(raw(a), raw(c)), f"{name}.{part} differs when memory-mapped")

model = build(net)
model.load_state_dict(ours, assign=True)
with torch.no_grad():
    fail_unless(torch.equal(model(images), real(images)), "outputs differ from the real tool's model")
    accuracy = (model(images).argmax(1) == labels).float().mean().item()
print(f"{quantized} weights bit-equal to torchao's, accuracy {accuracy:.4f}")
