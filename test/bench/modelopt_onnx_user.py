"""What a user of ModelOpt writes to quantize an ONNX model of one input.

    python modelopt_onnx_user.py IN.onnx CALIBRATION.npz OUT.onnx max|entropy SAMPLES

Prints the peak of its memory in bytes.
"""
import resource
import sys

import numpy
import onnx
from modelopt.onnx.quantization import quantize

source, data, target, method, samples = sys.argv[1:]
name = onnx.load(source).graph.input[0].name
quantize(
    source,
    calibration_data={name: numpy.load(data)[name][: int(samples)]},
    calibration_method=method,
    calibration_eps=["cpu"],
    output_path=target,
    log_level="ERROR",
)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak if sys.platform == "darwin" else peak * 1024)
