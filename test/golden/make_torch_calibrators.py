"""What ModelOpt's HistogramCalibrator (PyTorch) makes of activations: histogram, and the amax of `entropy` and `percentile`.

    python test/golden/make_torch_calibrators.py    writes test/golden/torch-calibrators/histograms.json

Needs nvidia-modelopt 0.47.0 and torch (npm run test:interop makes such an environment). Activations are drawn from
numbers, as those of make_calibrators.py; calibrators/activations.ts draws the same again.
"""
import hashlib, json, sys
from pathlib import Path

import numpy as np

from make_calibrators import hexadecimal, seeded

HERE = Path(__file__).resolve().parent / "torch-calibrators"
PERCENTILES = (50, 99, 99.9, 99.99, 100)

# name: kind, batches of [values, factor]
SETS = {
    "one-batch": ("bell", [[3000, 1.0]]),
    "shrinks": ("bell", [[1500, 2.0], [1500, 1.5], [1500, 0.3]]),
    "grows-by-a-little": ("bell", [[777, 1 + k / 1000] for k in range(20)]),
    "grows": ("bell", [[500, 1.0], [500, 1.5], [500, 2.0], [500, 1.2]]),
    "grows-in-steps": ("relu", [[900, m] for m in (0.5, 0.75, 1, 0.2, 1.37)]),
    "doubles": ("eighths", [[1000, 1.0], [1000, 2.0]]),
    "relu": ("relu", [[4000, 3.0], [4001, 3.1]]),
    "cubed": ("cube", [[3000, 1.0], [3000, 1.3], [3001, 0.3]]),
    "cubed-relu": ("cube-relu", [[6000, 7.0], [2999, 6.0]]),
    "eighths": ("eighths", [[1000, 1.0], [1000, 3.0], [1000, 2.0]]),
    "one-hot": ("steps", [[1000, 1.0], [1000, 1.0]]),
    "far-between": ("steps", [[1000, 1.0], [1000, 2.0], [1000, 1.0]]),
    "few": ("bell", [[7, 1.0], [5, 1.3]]),
    "small": ("bell", [[1000, 3e-6], [1000, 4e-6]]),
    "great": ("bell", [[1000, 2e20], [1000, 3e20]]),
    "zeros-last": ("bell", [[1000, 1.0], [1000, 0.0]]),
    "zeros": ("bell", [[100, 0.0], [100, 0.0]]),
    "zeros-first": ("bell", [[100, 0.0], [1000, 1.0]]),
    "large": ("bell", [[100_003, 1.0], [100_003, 1.1]]),
}


def calibrated(batches):
    import torch
    from modelopt.torch.quantization.calib import HistogramCalibrator

    calibrator = HistogramCalibrator()
    for batch in batches:
        calibrator.collect(torch.from_numpy(batch))
    counts = calibrator._calib_hist.numpy().astype("<i8")
    edges = calibrator._calib_bin_edges.numpy().astype("<f4")
    return {
        "bins": len(counts), "edges": len(edges), "count": int(counts.sum()),
        "countsSha256": hashlib.sha256(counts.tobytes()).hexdigest(),
        "edgesSha256": hashlib.sha256(edges.tobytes()).hexdigest(),
        "entropy": hexadecimal(calibrator.compute_amax("entropy")),
        "percentile": {str(p): hexadecimal(calibrator.compute_amax("percentile", percentile=p)) for p in PERCENTILES},
    }


def attempt(batches):
    try:
        return calibrated(batches)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    made = {}
    for name, (kind, batches) in SETS.items():
        made[name] = {"seeded": {"kind": kind, "batches": batches}, **attempt(seeded("float32", kind, batches))}
        print(name, made[name].get("bins"), made[name].get("error"), file=sys.stderr, flush=True)
    text = {"tool": "nvidia-modelopt 0.47.0", "torch": __import__("torch").__version__, "sets": made}
    (HERE / "histograms.json").write_text(json.dumps(text, indent=1) + "\n")
