"""What the real mtq.compress makes of weights:

    python test/golden/make_modelopt_packed.py test/golden/modelopt-packed.json

`nets`: of three networks of test/interop/parity_nets.py the dtype of each packed weight with the sha256 of its bytes and of
its _scale. `halves`: weights of a Linear in half precision, with bytes as hex. Needs torch and nvidia-modelopt.
"""
import contextlib
import hashlib
import io
import json
import os
import pathlib
import sys
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.filterwarnings("ignore")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "interop"))

import modelopt
import modelopt.torch.quantization as mtq
import numpy as np
import torch
from modelopt.torch.quantization.qtensor import QTensorWrapper
from parity_cases import quantize
from torch import nn

torch.set_num_threads(1)


def main(path):
    nets = {f"{name}.{case}": packed(compressed(quantize(name, case))) for name in NETS for case in ("int8", "fp8")}
    halves = [half(dtype, config) for dtype in (torch.float16, torch.bfloat16) for config in FORMATS]
    result = {"modelopt": modelopt.__version__, "nets": nets, "halves": halves}
    pathlib.Path(path).write_text(json.dumps(result, separators=(",", ":")) + "\n")


NETS = ("convbn", "unet", "embed")
FORMATS = {"int8": mtq.INT8_WEIGHT_ONLY_CFG, "fp8_e4m3fn": mtq.FP8_DEFAULT_CFG}


def compressed(net):
    with contextlib.redirect_stdout(io.StringIO()):
        mtq.compress(net)
    return net


def packed(net):
    weights = {key: module for key, module in net.named_modules() if isinstance(getattr(module, "weight", None), QTensorWrapper)}
    return {
        key: {
            "dtype": str(module.weight.dtype).removeprefix("torch."),
            "weight": digest(module.weight.data),
            "scale": digest(module.weight_quantizer._scale),
        }
        for key, module in weights.items()
    }


def half(dtype, name):
    net = nn.Sequential(nn.Linear(48, 6, bias=False)).to(dtype)
    values = np.random.Generator(np.random.PCG64(7)).normal(0, 0.3, (6, 48))
    net[0].weight.data = torch.from_numpy(values).to(dtype)
    weight = net[0].weight.detach().clone()
    with contextlib.redirect_stdout(io.StringIO()):
        mtq.quantize(net, FORMATS[name], lambda it: it(torch.ones(1, 48, dtype=dtype)))
    codes, scale = compressed(net)[0].weight.data, net[0].weight_quantizer._scale
    read = (codes.to(dtype) * scale).float()
    return {
        "dtype": str(dtype).removeprefix("torch."),
        "format": name,
        "rows": scale.numel(),
        "weight": hexed(weight),
        "scale": hexed(scale.float()),
        "codes": hexed(codes),
        "read": hexed(read),
    }


def raw(tensor):
    return tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


def hexed(tensor):
    return raw(tensor).hex()


def digest(tensor):
    return hashlib.sha256(raw(tensor)).hexdigest()


main(*sys.argv[1:])
