"""How the real ModelOpt quantizes the networks of parity_nets.py: `quantize(name, net, case)`, in place.

Cases are presets of ModelOpt, its algorithms, and sections of TAO Quant as TAO translates them for ModelOpt.
"""
import contextlib
import copy
import fnmatch
import io

import torch
from parity_nets import arguments, batches, network

with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    import modelopt.torch.quantization as mtq
    from modelopt.torch.quantization.calib import HistogramCalibrator
    from modelopt.torch.quantization.nn import TensorQuantizer

INT8, FP8 = {"num_bits": 8}, {"num_bits": (4, 3)}
OFF = {"enable": False}

# What TAO's own specifications skip.
TAO_SKIPS = [
    *("*lm_head*", "*block_sparse_moe.gate*", "*router*", "*output_layer*", "output.*"),
    *("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "LeakyReLU", "*head*"),
]

# Quantizer names of INT8_DEFAULT_CFG that the case `skip` disables.
SKIPS = {
    "convbn": ["layer1.0.conv2.*", "*fc*input_quantizer"],
    "mobile": ["*se.fc?.*", "head*"],
    "mlp": ["*fc1*"],
    "vit": ["*attn.[qk].*", "head*"],
    "unet": ["*up2*", "*down?*", "out*"],
    "rnn": ["lstm.layer_1_input_quantizer", "*weight_hh*"],
    "embed": ["decoder*"],
    "audio": ["*conv[!1]*"],
    "twice": ["shared.input_quantizer"],
}


def preset(config, algorithm="max"):
    return lambda name, net: {**copy.deepcopy(config), "algorithm": algorithm}


def skipping(name, net):
    config = copy.deepcopy(mtq.INT8_DEFAULT_CFG)
    rows = [{"quantizer_name": pattern, "enable": False} for pattern in SKIPS[name]]
    return {"quant_cfg": [*config["quant_cfg"], *rows], "algorithm": "max"}


def tao(*rules, skips=TAO_SKIPS):
    """A rule is (pattern, attributes of the weight quantizer, those of the input quantizer); None says nothing."""

    def names(pattern, module_name, module):
        return fnmatch.fnmatchcase(module_name, pattern) or fnmatch.fnmatchcase(type(module).__name__, pattern)

    def translated(name, net):
        quantizers = {}
        for module_name, module in net.named_modules():
            if module_name == "":
                continue
            for pattern, *attributes in rules:
                for kind, what in zip(("weight_quantizer", "input_quantizer"), attributes):
                    if what is not None and names(pattern, module_name, module):
                        quantizers[f"{module_name}.{kind}"] = what
            if any(names(pattern, module_name, module) for pattern in skips):
                quantizers.update({f"{module_name}.{kind}": OFF for kind in ("weight_quantizer", "input_quantizer")})
        # A pattern that names no module is passed on as a class of torch.nn.
        for pattern, *attributes in rules:
            if not quantizers and hasattr(torch.nn, pattern):
                quantizers[f"nn.{pattern}"] = dict(zip(("*weight_quantizer", "*input_quantizer"), attributes))
        return {"quant_cfg": quantizers, "algorithm": "max"}

    return translated


CASES = {
    "int8": preset(mtq.INT8_DEFAULT_CFG),
    "fp8": preset(mtq.FP8_DEFAULT_CFG),
    "int8wo": preset(mtq.INT8_WEIGHT_ONLY_CFG),
    "skip": skipping,
    "mse": preset(mtq.INT8_DEFAULT_CFG, "mse"),
    "smoothquant": preset(mtq.INT8_DEFAULT_CFG, "smoothquant"),
    "hist-percentile": preset(mtq.INT8_DEFAULT_CFG, None),
    "hist-entropy": preset(mtq.INT8_DEFAULT_CFG, None),
    "tao-int8": tao(("*", INT8, INT8)),
    "tao-fp8": tao(("*", FP8, FP8)),
    "tao-linear": tao(("Linear", INT8, INT8), skips=[]),
    "tao-axis": tao(
        ("*", {**INT8, "axis": 0}, INT8),
        ("head", FP8, OFF),
        skips=[pattern for pattern in TAO_SKIPS if pattern != "*head*"],
    ),
    "tao-weights": tao(("*", INT8, None)),
}
HISTOGRAMS = {"hist-percentile": {"method": "percentile", "percentile": 99.9}, "hist-entropy": {"method": "entropy"}}
SMOOTHED = ("mlp", "vit", "embed", "twice")


def cases(name):
    return [case for case in CASES if case != "smoothquant" or name in SMOOTHED]


def quantizers(net):
    return {key: module for key, module in net.named_modules() if isinstance(module, TensorQuantizer)}


@torch.no_grad()
def run(name, net):
    for batch in batches(name):
        net(*arguments(batch))


def quantize(name, case, net=None):
    net = network(name) if net is None else net
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        mtq.quantize(net, CASES[case](name, net), lambda it: run(name, it))
        if case in HISTOGRAMS:
            calibrate_by_histogram(name, net, **HISTOGRAMS[case])
    return net


def calibrate_by_histogram(name, net, method, **options):
    """By hand: a configuration with `calibrator: histogram` raises TypeError in 0.47.0. Weights keep max."""
    enabled = {key: quantizer for key, quantizer in quantizers(net).items() if quantizer.is_enabled}
    for key, quantizer in enabled.items():
        if not key.endswith("weight_quantizer"):
            quantizer._calibrator = HistogramCalibrator(quantizer.num_bits, None, quantizer.unsigned, num_bins=2048)
        quantizer.disable_quant()
        quantizer.enable_calib()
    mtq.model_calib.weight_only_quantize(net)
    run(name, net)
    for key, quantizer in enabled.items():
        calibrator = quantizer._calibrator
        is_histogram = isinstance(calibrator, HistogramCalibrator)
        if (calibrator._calib_hist if is_histogram else calibrator.compute_amax()) is not None:
            quantizer.load_calib_amax(*([method] if is_histogram else []), **(options if is_histogram else {}))
        quantizer.enable_quant()
        quantizer.disable_calib()
