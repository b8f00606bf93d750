"""Judge migrated files: torchao 0.18 loads what it could not, and every weight stands for the numbers it stood for.

    python judge_migrated.py FOLDER DIGESTS.json

FOLDER holds the migrated files under the names of the old ones; DIGESTS has under `dequantized` what each release
made of its own.
"""
import hashlib
import json
import pathlib
import sys

import torch
import torchao  # noqa: F401  registers its classes
from judge import fail_unless

folder, digests = pathlib.Path(sys.argv[1]), json.load(open(sys.argv[2]))["dequantized"]
weights = 0
for name, expected in digests.items():
    for mmap in (False, True):
        loaded = torch.load(folder / name, weights_only=True, mmap=mmap)
        state = loaded.get("state_dict", loaded)
        fail_unless(list(state) == list(expected), f"{name}: names differ")
        for key, tensor in state.items():
            quantized = hasattr(tensor, "block_size")
            weights += quantized and not mmap
            plain = tensor.dequantize() if quantized else tensor
            found = hashlib.sha256(plain.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()).hexdigest()[:16]
            fail_unless(found == expected[key], f"{name}: {key} stands for other numbers")
    if state is not loaded:
        fail_unless(loaded["epoch"] == 3 and torch.equal(loaded["optimizer"]["step"], torch.arange(5)), f"{name}: the rest")
print(f"{len(digests)} files, {weights} quantized weights stand for the same numbers")
