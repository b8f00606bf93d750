"""What a user of ModelOpt writes to quantize a PyTorch network.

    python modelopt_pytorch_user.py DEFINITIONS.py NETWORK IN.pth CALIBRATION.npz OUT.pth

DEFINITIONS.py has a function NETWORK, or one called network that takes its name. Prints the peak of its memory in bytes.
"""
import importlib.util
import resource
import sys

import modelopt.torch.opt as mto
import modelopt.torch.quantization as mtq
import numpy
import torch

definitions, network, source, data, target = sys.argv[1:]
spec = importlib.util.spec_from_file_location("definitions", definitions)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
model = getattr(module, network)() if hasattr(module, network) else module.network(network)
model.load_state_dict(torch.load(source, weights_only=True))
model.eval()
samples = torch.from_numpy(numpy.load(data)["input"])


@torch.no_grad()
def calibrate(model):
    for batch in samples.split(64):
        model(batch)


mtq.quantize(model, mtq.INT8_DEFAULT_CFG, calibrate)
mto.save(model, target)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak if sys.platform == "darwin" else peak * 1024)
