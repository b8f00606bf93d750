"""Judge a quantized_model_modelopt.pytorch.pth: real ModelOpt restores it and finds its own quantizers in it.

    python judge_modelopt_torch.py OURS.pth FLOAT.pth digits_cnn|digits_vit CALIBRATION.npz EVALUATION.npz
"""
import copy
import sys

import modelopt.torch.opt as mto
import modelopt.torch.quantization as mtq
import torch
from judge import build, calibration_images, evaluation_batch, fail_unless, float_state_dict
from modelopt.torch.quantization.nn import TensorQuantizer

ours_path, float_path, net, calibration, evaluation = sys.argv[1:]
samples = calibration_images(calibration)
images, labels = evaluation_batch(evaluation)

real = build(net)
real.load_state_dict(float_state_dict(float_path))


def forward_loop(model):
    with torch.no_grad():
        for batch in samples.split(64):
            model(batch)


mtq.quantize(real, copy.deepcopy(mtq.INT8_DEFAULT_CFG), forward_loop)
ours = build(net)
mto.restore(ours, ours_path)

quantizers = lambda model: {n: m for n, m in model.named_modules() if isinstance(m, TensorQuantizer)}
expected, mine = quantizers(real), quantizers(ours)
fail_unless(set(expected) == set(mine), f"quantizers differ: {set(expected) ^ set(mine)}")
enabled, worst = 0, 0.0
for name, want in expected.items():
    have = mine[name]
    fail_unless(have.is_enabled == want.is_enabled, f"{name}: enabled {have.is_enabled}, ModelOpt has {want.is_enabled}")
    if not want.is_enabled:
        continue
    enabled += 1
    fail_unless(have.num_bits == want.num_bits, f"{name}: num_bits {have.num_bits} {want.num_bits}")
    fail_unless(have.axis == want.axis, f"{name}: axis {have.axis} {want.axis}")
    fail_unless(have.amax.shape == want.amax.shape, f"{name}: amax shape {have.amax.shape} {want.amax.shape}")
    if "weight_quantizer" in name:
        fail_unless(torch.equal(have.amax, want.amax), f"{name}: amax of a weight differs")
    else:
        relative = ((have.amax - want.amax).abs() / want.amax).max().item()
        worst = max(worst, relative)
        fail_unless(relative <= 1e-5, f"{name}: amax {have.amax.item()} {want.amax.item()}, relative {relative:.2e}")

for name, tensor in real.state_dict().items():
    if not name.endswith("_amax"):
        fail_unless(torch.equal(ours.state_dict()[name], tensor), f"{name} changed")
with torch.no_grad():
    accuracy = (ours(images).argmax(1) == labels).float().mean().item()
    reference = (real(images).argmax(1) == labels).float().mean().item()
fail_unless(abs(accuracy - reference) < 0.003, f"accuracy {accuracy:.4f}, ModelOpt's own {reference:.4f}")
print(f"{enabled} enabled quantizers of {len(expected)} agree, worst activation amax {worst:.1e} relative, accuracy {accuracy:.4f}")
