"""Judge files of modelopt.pytorch: the real ModelOpt restores each and finds what its own calibration gives.

    python judge_restore.py NETWORK:CASE=OURS.pth [NETWORK:CASE=OURS.pth ...]

ModelOpt calibrates the network of parity_nets.py on its own data, the way parity_cases.py says; no expected files. Ours is
restored into a network with other weights, so that all it has comes from the file. Many in one process: importing takes
longer than judging. CASE+compressed: ModelOpt compresses its weights too, and ours has to hold the same integers or FP8.
Recurrent layers are left out, which ModelOpt packs and then cannot compute with.
"""
import contextlib
import io
import os
import sys
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.filterwarnings("ignore")

import torch
from judge import fail_unless
from parity_cases import HISTOGRAMS, quantize, quantizers
from parity_nets import arguments, evaluation, network, stranger

with contextlib.redirect_stdout(io.StringIO()):
    import modelopt.torch.opt as mto
    import modelopt.torch.quantization as mtq

torch.set_num_threads(1)

# Sums in another order move amax by some last bits, and with them a count over the edge of a bin.
LAST_BITS, ONE_BIN = 2e-6, 2e-3
# Of one channel, whose sums may cancel to less than the last bits of their parts.
LAST_BITS_OF_CHANNEL = 1e-5


def attributes(quantizer):
    names = ("num_bits", "axis", "unsigned", "narrow_range", "block_sizes", "_if_quant", "_if_calib", "_fake_quant", "_dynamic")
    return {name: getattr(quantizer, name) for name in names}


def restored(name, path):
    torch.load(path, map_location="cpu", weights_only=True)
    with contextlib.redirect_stdout(io.StringIO()):
        return mto.restore(stranger(name), path).eval()


def relative(have, want):
    return float(((have - want).abs() / want.abs().clamp(min=1e-30)).max())


def judge(name, case, path):
    case, *form = case.split("+")
    real, ours = quantize(name, case), restored(name, path)
    if form == ["compressed"]:
        with contextlib.redirect_stdout(io.StringIO()):
            recurrent = [key for key, module in real.named_modules() if isinstance(module, torch.nn.RNNBase)]
            mtq.compress(real, {"compress": {"*": True, **{f"{key}.*": False for key in recurrent}}})
    expected, mine = quantizers(real), quantizers(ours)
    fail_unless(set(expected) == set(mine), f"{case}: quantizers differ: {sorted(set(expected) ^ set(mine))}")
    measured, enabled = [], 0
    for key, want in expected.items():
        have = mine[key]
        fail_unless(have.is_enabled == want.is_enabled, f"{case}: {key} enabled {have.is_enabled}")
        if not want.is_enabled:
            continue
        enabled += 1
        fail_unless(attributes(have) == attributes(want), f"{case}: {key} {attributes(have)}, ModelOpt {attributes(want)}")
        for buffer in ("_amax", "_pre_quant_scale"):
            a, b = getattr(have, buffer, None), getattr(want, buffer, None)
            fail_unless((a is None) == (b is None), f"{case}: {key}.{buffer} in one of the two only")
            if b is None:
                continue
            fail_unless((a.shape, a.dtype) == (b.shape, b.dtype), f"{case}: {key}.{buffer} {a.shape}, ModelOpt {b.shape}")
            if key.endswith("weight_quantizer") and case != "smoothquant":
                fail_unless(torch.equal(a, b), f"{case}: {key}.{buffer} differs")
            else:
                measured.append(relative(a, b))
                limit = ONE_BIN if case in HISTOGRAMS else LAST_BITS_OF_CHANNEL if b.numel() > 1 else LAST_BITS
                fail_unless(measured[-1] <= limit, f"{case}: {key}.{buffer} is off by {measured[-1]:.2e}")
    near = sum(value <= LAST_BITS for value in measured)
    fail_unless(near >= 0.75 * len(measured), f"{case}: only {near} of {len(measured)} measured amax agree")
    same_tensors(case, real, ours)
    ratio = answers(name, case, real, ours)
    return f"{enabled} quantizers, worst amax {max(measured, default=0):.1e}, outputs {ratio:.1e}"


def same_tensors(case, real, ours):
    have = ours.state_dict()
    fail_unless(have.keys() == real.state_dict().keys(), f"{case}: state dicts have other keys")
    for key, tensor in real.state_dict().items():
        if not key.endswith(("_amax", "_pre_quant_scale")):
            fail_unless((have[key].dtype, have[key].shape) == (tensor.dtype, tensor.shape), f"{case}: {key} is {have[key].dtype}")
            a, b = (t.view(torch.uint8) if t.element_size() == 1 else t for t in (have[key], tensor))
            near = case == "smoothquant" and b.dtype == torch.float32
            fail_unless(relative(a, b) <= LAST_BITS_OF_CHANNEL if near else torch.equal(a, b), f"{case}: {key} changed")


@torch.no_grad()
def answers(name, case, real, ours):
    """Root of the mean squares of the difference, in quantization errors. Limits are those of rounding ties: an amax one last
    bit away moves values over them, so that the strict one holds with ModelOpt's amax put in."""
    sample = arguments(evaluation(name))
    reference, exact = real(*sample), network(name)(*sample)
    error = (reference - exact).square().mean().sqrt()
    difference = lambda: float((ours(*sample) - reference).square().mean().sqrt() / error.clamp(min=1e-30))
    own = difference()
    fail_unless(own <= 3, f"{case}: outputs are {own:.2f} quantization errors away")
    for key, want in quantizers(real).items():
        for buffer in ("_amax", "_pre_quant_scale"):
            if want.is_enabled and getattr(want, buffer, None) is not None:
                getattr(quantizers(ours)[key], buffer).copy_(getattr(want, buffer))
    strict = difference()
    fail_unless(strict <= 0.8, f"{case}: with ModelOpt's amax, outputs are {strict:.2f} quantization errors away")
    return own


def judge_all(given):
    lines = []
    for candidate in given:
        key, path = candidate.split("=", 1)
        try:
            lines.append(f"{key} {judge(*key.split(':'), path)}")
        except SystemExit:
            print(f"{key} is not as ModelOpt has it", file=sys.stderr)
    print("; ".join(lines))
    sys.exit(0 if len(lines) == len(given) else 1)


judge_all(sys.argv[1:])
