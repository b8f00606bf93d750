"""Judge a quantized_model_torchao.pth: real torch and torchao load it and find in it what they would have made.

    python judge_torchao.py OURS.pth FLOAT.pth digits_cnn|digits_vit EVALUATION.npz
"""
import sys

import torch
from judge import build, evaluation_batch, fail_unless, float_state_dict
from torchao.quantization import Int8WeightOnlyConfig, quantize_

ours_path, float_path, net, evaluation = sys.argv[1:]
images, labels = evaluation_batch(evaluation)

ours = torch.load(ours_path, weights_only=True)
mapped = torch.load(ours_path, weights_only=True, mmap=True)

real = build(net)
real.load_state_dict(float_state_dict(float_path))
quantize_(real, Int8WeightOnlyConfig())
expected = real.state_dict()

fail_unless(list(ours) == list(expected), f"names differ: {set(ours) ^ set(expected)}")
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
        a, b, c = getattr(mine, part), getattr(tensor, part), getattr(mapped[name], part)
        fail_unless(a.dtype == b.dtype and torch.equal(a, b), f"{name}.{part} differs")
        fail_unless(torch.equal(a, c), f"{name}.{part} differs when memory-mapped")

model = build(net)
model.load_state_dict(ours, assign=True)
with torch.no_grad():
    fail_unless(torch.equal(model(images), real(images)), "outputs differ from the real tool's model")
    accuracy = (model(images).argmax(1) == labels).float().mean().item()
print(f"{quantized} weights bit-equal to torchao's, accuracy {accuracy:.4f}")
