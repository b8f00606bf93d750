"""What ModelOpt's `entropy` calibrator makes of activations: histogram, chosen bins and range.

    python test/golden/make_calibrators.py    writes test/golden/calibrators/entropy.json

Needs nvidia-modelopt 0.47.0 with its ONNX parts (npm run test:interop makes such an environment). The collector is
onnxruntime's, patched and driven batch by batch as ModelOpt does it.
Activations: the sets of calibrators/data.npz (keys SET/BATCH), and SEEDED ones that a test makes again from numbers.
calibrators/scales.json are the scales that a whole quantize() of a one-operator model wrote for each set of data.npz.
"""
import hashlib, json, math, sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent / "calibrators"

# name: dtype, kind, batches of [values, factor]
SEEDED = {
    "facts-a": ("float32", "bell", [[1000, 1.0]]),
    "facts-b": ("float32", "bell", [[500, 1.0], [500, 1.5], [500, 4.0], [500, 1.2]]),
    "facts-c": ("float32", "relu", [[300, m] for m in (0.5, 1, 3, 9, 2)]),
    "facts-d": ("float32", "bell", [[200, 0.25 * 1.3**k] for k in range(12)]),
    "grows-at-once": ("float32", "bell", [[64, 0.01], [4096, 0.25]]),
    "grows-by-a-little": ("float32", "bell", [[777, 1 + k / 1000] for k in range(40)]),
    "cubed": ("float32", "cube", [[3000, 1.0], [3000, 2.0], [3001, 0.3], [3002, 2.5]]),
    "cubed-relu": ("float32", "cube-relu", [[3000, 1.0], [2999, 2.0], [5000, 4.0]]),
    "eighths": ("float32", "eighths", [[1000, 1.0], [1000, 3.0], [1000, 2.0]]),
    "large": ("float32", "bell", [[100_003, 1.0], [100_003, 2.0]]),
    "half": ("float16", "bell", [[1000, 1.0], [1000, 1.5], [1000, 2.0]]),
    "half-relu": ("float16", "relu", [[1000, 1.0], [500, 3.0], [1001, 2.0]]),
    "half-cubed": ("float16", "cube", [[2000, 3.0], [2000, 3.5], [2000, 1.0]]),
    "half-eighths": ("float16", "eighths", [[1000, 1.0], [1000, 1.25], [1000, 0.5]]),
    "half-small": ("float16", "bell", [[1000, 0.002], [1000, 0.003]]),
    "half-great": ("float16", "bell", [[1000, 8000.0], [1000, 9000.0], [1000, 15000.0]]),
}

KINDS = {
    "bell": lambda x: x,
    "relu": lambda x: max(x, 0.0),
    "cube": lambda x: x * x * x,
    "cube-relu": lambda x: max(x * x * x, 0.0),
    "eighths": lambda x: math.floor(x * 8) / 8,
    "steps": lambda x: float(math.floor(abs(x) * 2)),
}


def seeded(dtype, kind, batches):
    state = 1

    def uniform():
        nonlocal state
        state = (1103515245 * state + 12345) & 0x7FFFFFFF
        return state / 2**31

    made = []
    for count, factor in batches:
        values = [KINDS[kind]((uniform() + uniform() + uniform() + uniform() - 2) * factor) for _ in range(count)]
        made.append(np.array(values, dtype=np.float64).astype(np.float32).astype(dtype))
    return made


def sets():
    data = np.load(HERE / "data.npz")
    names = list(dict.fromkeys(key.split("/")[0] for key in data))
    for name in names:
        batches = sorted((key for key in data if key.startswith(name + "/")), key=lambda key: int(key.split("/")[1]))
        yield name, [data[key] for key in batches], None
    for name, (dtype, kind, batches) in SEEDED.items():
        yield name, seeded(dtype, kind, batches), {"kind": kind, "batches": batches}


def hexadecimal(x):
    return np.float32(x).tobytes()[::-1].hex()


def entropy(batches):
    from modelopt.onnx.quantization.ort_patching import _collect_value
    from onnxruntime.quantization.calibrate import HistogramCollector

    collector = HistogramCollector("entropy", False, 128, 128, None, "same")
    for batch in batches:
        _collect_value(collector, {"x": [batch]})
    counts, edges, least, greatest, _ = collector.histogram_dict["x"]
    lo, hi = (float(x) for x in collector.compute_collection_result()["x"][:2])
    # Which bins, before the range is cut to what was seen.
    unseen = (counts, edges, np.float32(-np.inf), np.float32(np.inf))
    start, end = (int(np.flatnonzero(edges == x)[0]) for x in collector.get_entropy_threshold(unseen, 128))
    return {
        "bins": len(counts), "count": int(counts.sum()),
        "countsSha256": hashlib.sha256(counts.astype("<i8").tobytes()).hexdigest(),
        "edgesSha256": hashlib.sha256(edges.astype("<f4").tobytes()).hexdigest(),
        "start": start, "end": end, "lo": hexadecimal(lo), "hi": hexadecimal(hi),
    }


def attempt(batches):
    try:
        return entropy(batches)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    made = {
        name: {"dtype": str(batches[0].dtype), "seeded": seeds, **attempt(batches)} for name, batches, seeds in sets()
    }
    text = {"tool": "nvidia-modelopt 0.47.0", "numpy": np.__version__, "sets": made}
    (HERE / "entropy.json").write_text(json.dumps(text, indent=1) + "\n")
    print(f"{len(made)} sets", file=sys.stderr)
