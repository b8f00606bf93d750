"""What the judges share: the demo networks, their weights, their data."""
import pathlib
import sys

import numpy as np
import torch

DEMO = pathlib.Path(__file__).parent.parent / "fixtures" / "demo"
sys.path.insert(0, str(DEMO))
import digits_models  # noqa: E402


def build(net: str) -> torch.nn.Module:
    return getattr(digits_models, net)().eval()


def float_state_dict(path: str) -> dict:
    """Of a bare state dict, or of a Lightning checkpoint, whose module holds the network as `model`."""
    loaded = torch.load(path, weights_only=False)
    state = loaded.get("state_dict", loaded)
    return {name.removeprefix("model."): tensor for name, tensor in state.items()}


def evaluation_batch(path: str) -> tuple[torch.Tensor, torch.Tensor]:
    arrays = np.load(path)
    images = next(a for a in arrays.values() if a.ndim == 4)
    labels = next(a for a in arrays.values() if a.ndim == 1)
    return torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64))


def calibration_images(path: str) -> torch.Tensor:
    return torch.from_numpy(np.load(path)["input"])


def fail_unless(holds: bool, sentence: str) -> None:
    if not holds:
        print(sentence, file=sys.stderr)
        sys.exit(1)
