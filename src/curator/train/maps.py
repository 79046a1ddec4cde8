"""The linear maps of a model, as the headers of its files tell them, without loading a weight.

They say what an adapter can be on this model (its rank, its names, how many layers) and how large
it will be, before a training starts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curator.errors import ModelError
from curator.train.adapter import read_shapes

_WEIGHT = re.compile(r"(?:^|\.)layers\.(?P<layer>\d+)\.(?P<map>.+)\.weight$")


def linear_maps(folder: Path, config: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Return outputs and inputs of each linear map of a layer, by its name within the layer.

    Quantised maps are told in the numbers that they stand for. Layers that differ are told as the
    last of them is. Empty where the files are not there, or name their layers otherwise.

    Args:
        folder: The model's folder.
        config: Its ``config.json``.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for path in sorted(folder.glob("model*.safetensors")):
        try:
            shapes |= read_shapes(path)
        except ModelError:
            return {}
    quantization = config.get("quantization")
    bits = quantization.get("bits") if isinstance(quantization, dict) else None
    found: dict[str, tuple[int, int]] = {}
    for name, shape in shapes.items():
        match = _WEIGHT.search(name)
        # Norms have one dimension, and experts that are stacked have three.
        if match is None or len(shape) != 2:
            continue
        outputs, inputs = shape
        if name.removesuffix("weight") + "scales" in shapes and isinstance(bits, int) and bits > 0:
            inputs = inputs * 32 // bits
        found[match["map"]] = (outputs, inputs)
    return found
