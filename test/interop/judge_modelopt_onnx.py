"""Judge a quantized_model.onnx: its Q/DQ pairs and scales are those of the real ModelOpt, and ONNX Runtime answers the same.

    python judge_modelopt_onnx.py OURS.onnx FLOAT.onnx CALIBRATION.npz EVALUATION.npz OPTIONS

OPTIONS is JSON, options of modelopt.onnx.quantization.quantize under their own names. ModelOpt calibrates on the samples
that the manifest.json beside OURS.onnx names.
"""
import json
import pathlib
import shutil
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime as ort
from judge import evaluation_batch, fail_unless
from modelopt.onnx.quantization import quantize
from qdq_pairs import qdq_pairs

ours_path, float_path, calibration, evaluation = sys.argv[1:5]
options = json.loads(sys.argv[5])
samples = json.loads(pathlib.Path(ours_path).with_name("manifest.json").read_text())["calibration"]["ids"]

# Sums in another order differ by a few units in the last place: of float32, and of what is stored as float16.
TOLERANCE = {np.dtype(np.float32): 1e-5, np.dtype(np.float16): 2e-3}

with tempfile.TemporaryDirectory() as folder:
    real_path = str(pathlib.Path(folder) / "real.onnx")
    quantize(
        onnx_path=shutil.copy(float_path, folder),  # the tool writes inferred shapes into its input
        calibration_data={"input": np.load(calibration)["input"][[int(sample) for sample in samples]]},
        calibration_eps=["cpu"],
        output_path=real_path,
        log_level="ERROR",
        **options,
    )
    real = onnx.load(real_path)

original, ours = onnx.load(float_path), onnx.load(ours_path)
onnx.checker.check_model(ours)
expected, mine = qdq_pairs(real, original), qdq_pairs(ours, original)
fail_unless(len(expected) > 0, "ModelOpt quantized nothing")
fail_unless(set(expected) == set(mine), f"placements differ: {sorted(set(expected) ^ set(mine))}")
worst, weights, folded = 0.0, 0, 0
for edge, theirs in expected.items():
    have = mine[edge]
    for what in ("scale", "zero_point"):
        a, b = getattr(have, what), getattr(theirs, what)
        fail_unless((a.dtype, a.shape) == (b.dtype, b.shape), f"{edge}: {what} {a.dtype}{a.shape}, ModelOpt {b.dtype}{b.shape}")
    fail_unless(have.axis == theirs.axis, f"{edge}: axis {have.axis}, ModelOpt {theirs.axis}")
    fail_unless(have.zero_point.tobytes() == theirs.zero_point.tobytes(), f"{edge}: zero points differ")
    fail_unless(have.is_weight == theirs.is_weight, f"{edge}: weight {have.is_weight}, ModelOpt {theirs.is_weight}")
    fail_unless((have.folded is None) == (theirs.folded is None), f"{edge}: folded in one of the two only")
    if theirs.folded is not None:
        folded += 1
        fail_unless(have.folded.tobytes() == theirs.folded.tobytes(), f"{edge}: folded weights differ")
    if theirs.is_weight:
        weights += 1
        fail_unless(have.scale.tobytes() == theirs.scale.tobytes(), f"{edge}: weight scales differ")
    else:
        relative = float(np.max(np.abs(have.scale.astype(np.float64) - theirs.scale) / theirs.scale.astype(np.float64)))
        worst = max(worst, relative)
        fail_unless(relative <= TOLERANCE[theirs.scale.dtype], f"{edge}: scale {have.scale} {theirs.scale}, relative {relative:.2e}")


def interface(model: onnx.ModelProto):
    ports = [(v.name, v.type.tensor_type.elem_type) for v in [*model.graph.input, *model.graph.output]]
    return ports, {o.domain: o.version for o in model.opset_import if o.domain == ""}


fail_unless(interface(ours) == interface(real), f"interface {interface(ours)}, ModelOpt {interface(real)}")

images, labels = (tensor[:512] for tensor in evaluation_batch(evaluation))


def predictions(model: onnx.ModelProto) -> np.ndarray:
    how = ort.SessionOptions()
    # What fuses Q/DQ into integer kernels takes FP8 for int8, and then refuses the graph that it made.
    how.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(model.SerializeToString(), how, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: images.numpy()})[0]


a, b = predictions(ours), predictions(real)
same = float((a.argmax(1) == b.argmax(1)).mean())
accuracy = float((a.argmax(1) == labels.numpy()).mean())
fail_unless(same > 0.995, f"only {same:.4f} of the answers are ModelOpt's")
dtype = next(iter(expected.values())).scale.dtype
print(
    f"placements {len(mine)} of {len(expected)}, {weights} weights bit-equal ({folded} folded), "
    f"{len(expected) - weights} {dtype} activation scales on {len(samples)} samples, worst {worst:.1e} relative, same answers {same:.4f}, accuracy {accuracy:.4f}"
)
