"""An adapter's facts, read from its own files and from nowhere else.

What a script meant to train and what it trained can differ without anybody noticing; the shapes of
the saved matrices cannot lie. Only the header of the safetensors file is read, without MLX, so that
every room may ask.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curator.errors import ModelError
from curator.train.spec import TrainingSpec

WEIGHTS = "adapters.safetensors"
CONFIG = "adapter_config.json"

_LAYER = re.compile(r"(?:^|\.)layers\.(?P<layer>\d+)\.(?P<key>.+)\.lora_(?P<side>[ab])$")
# A header holds names and shapes; the largest model's is well under this.
_LARGEST_HEADER = 64 * 2**20


@dataclass(frozen=True, slots=True)
class AdapterFacts:
    """What an adapter folder holds.

    Attributes:
        rank: Shared by all matrices.
        scale: What the update is multiplied with; alpha is ``scale * rank``.
        dropout: As the configuration says; it leaves no trace in the weights.
        layers: Layers that have LoRA matrices.
        keys: Names of the linear maps that have them, within a layer, sorted.
        parameters: Numbers in all matrices.
        sha256: Of the weights file, in hexadecimal.
    """

    rank: int
    scale: float
    dropout: float
    layers: int
    keys: tuple[str, ...]
    parameters: int
    sha256: str


def read_adapter(folder: Path) -> AdapterFacts:
    """Read the facts of the adapter in `folder`.

    Args:
        folder: A folder with ``adapters.safetensors`` and ``adapter_config.json``.

    Raises:
        ModelError: A file is missing or is not what it should be.
    """
    config = _config(folder / CONFIG)
    tensors = read_shapes(folder / WEIGHTS)
    layers: set[int] = set()
    keys: set[str] = set()
    ranks: set[int] = set()
    parameters = 0
    for name, shape in tensors.items():
        match = _LAYER.search(name)
        if match is None or len(shape) < 2:
            raise ModelError(f"`{name}` is no LoRA matrix.", path=folder / WEIGHTS)
        layers.add(int(match["layer"]))
        keys.add(match["key"])
        # lora_a is (..., inputs, rank) and lora_b is (..., rank, outputs).
        ranks.add(shape[-1] if match["side"] == "a" else shape[-2])
        size = 1
        for length in shape:
            size *= length
        parameters += size
    if len(ranks) != 1:
        found = ", ".join(map(str, sorted(ranks))) or "none"
        raise ModelError(f"One rank was expected, found: {found}.", path=folder / WEIGHTS)
    lora = config["lora_parameters"]
    return AdapterFacts(
        rank=ranks.pop(),
        scale=float(lora["scale"]),
        dropout=float(lora.get("dropout", 0.0)),
        layers=len(layers),
        keys=tuple(sorted(keys)),
        parameters=parameters,
        sha256=_sha256(folder / WEIGHTS),
    )


def differences(facts: AdapterFacts, spec: TrainingSpec) -> list[str]:
    """Return where the adapter is not what `spec` asked for, one sentence each.

    Args:
        facts: Read back from the adapter.
        spec: What was asked for.
    """
    found = []
    if facts.rank != spec.rank:
        found.append(f"The adapter has rank {facts.rank}, the spec says {spec.rank}.")
    if abs(facts.scale - spec.scale) > 1e-9 * spec.scale:
        found.append(
            f"The adapter has scale {facts.scale:g}, the spec says {spec.scale:g} "
            f"(alpha {spec.alpha:g} / rank {spec.rank})."
        )
    if facts.dropout != spec.dropout:
        found.append(f"The adapter has dropout {facts.dropout}, the spec says {spec.dropout}.")
    meant = [{name for name in facts.keys if is_named(name, key)} for key in spec.keys]
    if meant and (not all(meant) or set().union(*meant) != set(facts.keys)):
        found.append(
            f"The adapter covers {', '.join(facts.keys)}, the spec says {', '.join(spec.keys)}."
        )
    if spec.num_layers not in (-1, facts.layers):
        found.append(f"The adapter covers {facts.layers} layers, the spec says {spec.num_layers}.")
    return found


def is_named(name: str, key: str) -> bool:
    """Return whether a spec's `key` means the linear map called `name` within a layer.

    Args:
        name: Such as ``self_attn.q_proj``.
        key: That, or its last part.
    """
    return name == key or name.endswith(f".{key}")


def _config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_bytes())
    except OSError:
        raise ModelError("The adapter has no readable configuration.", path=path) from None
    except ValueError:
        raise ModelError("The adapter's configuration is not JSON.", path=path) from None
    lora = config.get("lora_parameters") if isinstance(config, dict) else None
    if not isinstance(lora, dict) or not isinstance(lora.get("scale"), int | float):
        raise ModelError("The adapter's configuration has no LoRA scale.", path=path)
    result: dict[str, Any] = config
    return result


def read_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shape of every tensor in a safetensors file, by name, from its header alone.

    Raises:
        ModelError: It cannot be read, or is no such file.
    """
    broken = ModelError("This is not a safetensors file.", path=path)
    try:
        with path.open("rb") as file:
            prefix = file.read(8)
            if len(prefix) < 8:
                raise broken
            (length,) = struct.unpack("<Q", prefix)
            if length > _LARGEST_HEADER:
                raise broken
            header = json.loads(file.read(length))
    except OSError:
        raise ModelError("The weights cannot be read.", path=path) from None
    except ValueError:
        raise broken from None
    try:
        return {
            name: tuple(int(length) for length in entry["shape"])
            for name, entry in header.items()
            if name != "__metadata__"
        }
    except (AttributeError, TypeError, KeyError, ValueError):
        raise broken from None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
