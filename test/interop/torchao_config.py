"""A scheme in the words of the command line, and what a user of the real torchao writes for it."""
import torch
from torchao.quantization import Float8WeightOnlyConfig, Int8WeightOnlyConfig, PerGroup, PerRow, PerTensor


def config_of(dtype: str, granularity: str, group_size: int | None = None):
    axis = PerGroup(group_size) if granularity == "per_group" else {"per_row": PerRow(), "per_tensor": PerTensor()}[granularity]
    if dtype == "int8":
        return Int8WeightOnlyConfig(granularity=axis)
    return Float8WeightOnlyConfig(weight_dtype=getattr(torch, dtype.replace("fp8", "float8")), granularity=axis)
