"""Build a tiny random `qwen2` model: a real model in every respect but knowledge.

It is written as a folder that any loader of such models reads. Neither MLX nor safetensors is
needed to write it, so it takes milliseconds.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curator.errors import ModelError
from curator.tiny.tokenizer import (
    END_OF_TEXT_ID,
    MESSAGE_END_ID,
    VOCABULARY,
    tokenizer_config,
    tokenizer_json,
)

_HIDDEN = 64
_INTERMEDIATE = 128
_LAYERS = 2
_HEADS = 4
_KV_HEADS = 2
_POSITIONS = 8192
# As Qwen2 initialises its own.
_DEVIATION = 0.02

_Tensors = dict[str, NDArray[np.float32]]


def build_tiny_model(folder: Path, *, seed: int = 0) -> Path:
    """Build a tiny `qwen2` model with random weights in `folder`, unless it is there already.

    About 91,000 parameters; the same seed gives the same bytes.

    Args:
        folder: Where it goes; parents are made. What another version of us built there is replaced.
        seed: Of the weights.

    Returns:
        `folder`.

    Raises:
        ModelError: `folder` holds something else, or cannot be written.
    """
    files = _files(seed)
    if _holds(folder, files):
        return folder
    if folder.exists() and not _replaceable(folder):
        raise ModelError(
            "There is something else in this folder, so no model is built there.",
            path=folder,
            hint="Give a folder that is empty or not there yet.",
        )
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        temporary.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (temporary / name).write_bytes(data)
        if folder.exists():
            shutil.rmtree(folder)
        temporary.rename(folder)
    except OSError as error:
        # Somebody else may have built the same model a moment ago.
        if not _holds(folder, files):
            raise ModelError(
                f"The model cannot be written: {error.strerror}.", path=folder
            ) from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def _files(seed: int) -> dict[str, bytes]:
    return {
        "config.json": _json(_config()),
        "tokenizer.json": _json(tokenizer_json()),
        "tokenizer_config.json": _json(tokenizer_config(max_length=_POSITIONS)),
        "model.safetensors": _safetensors(_weights(np.random.default_rng(seed))),
    }


def _holds(folder: Path, files: dict[str, bytes]) -> bool:
    try:
        return all((folder / name).read_bytes() == data for name, data in files.items())
    except OSError:
        return False


def _replaceable(folder: Path) -> bool:
    """Whether `folder` is empty or holds a tiny model of ours."""
    if not folder.is_dir():
        return False
    if not any(folder.iterdir()):
        return True
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("curator_tiny") is True


def _config() -> dict[str, Any]:
    return {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "curator_tiny": True,
        "hidden_size": _HIDDEN,
        "intermediate_size": _INTERMEDIATE,
        "num_hidden_layers": _LAYERS,
        "num_attention_heads": _HEADS,
        "num_key_value_heads": _KV_HEADS,
        "max_position_embeddings": _POSITIONS,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "hidden_act": "silu",
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "vocab_size": VOCABULARY,
        "bos_token_id": END_OF_TEXT_ID,
        "eos_token_id": MESSAGE_END_ID,
    }


def _weights(random: np.random.Generator) -> _Tensors:
    def normal(*shape: int) -> NDArray[np.float32]:
        return random.normal(0.0, _DEVIATION, shape).astype(np.float32)

    def ones() -> NDArray[np.float32]:
        return np.ones(_HIDDEN, np.float32)

    narrow = _HIDDEN * _KV_HEADS // _HEADS
    tensors = {"model.embed_tokens.weight": normal(VOCABULARY, _HIDDEN)}
    for layer in range(_LAYERS):
        prefix = f"model.layers.{layer}"
        for name, width in (("q", _HIDDEN), ("k", narrow), ("v", narrow)):
            tensors[f"{prefix}.self_attn.{name}_proj.weight"] = normal(width, _HIDDEN)
            tensors[f"{prefix}.self_attn.{name}_proj.bias"] = np.zeros(width, np.float32)
        tensors[f"{prefix}.self_attn.o_proj.weight"] = normal(_HIDDEN, _HIDDEN)
        tensors[f"{prefix}.mlp.gate_proj.weight"] = normal(_INTERMEDIATE, _HIDDEN)
        tensors[f"{prefix}.mlp.up_proj.weight"] = normal(_INTERMEDIATE, _HIDDEN)
        tensors[f"{prefix}.mlp.down_proj.weight"] = normal(_HIDDEN, _INTERMEDIATE)
        tensors[f"{prefix}.input_layernorm.weight"] = ones()
        tensors[f"{prefix}.post_attention_layernorm.weight"] = ones()
    tensors["model.norm.weight"] = ones()
    return tensors


def _safetensors(tensors: _Tensors) -> bytes:
    """Return `tensors` as a safetensors file: header length, JSON header, little-endian numbers."""
    header: dict[str, Any] = {"__metadata__": {"format": "mlx"}}
    offset = 0
    for name, tensor in tensors.items():
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + tensor.nbytes],
        }
        offset += tensor.nbytes
    head = json.dumps(header).encode()
    # The numbers start at a multiple of eight bytes.
    head += b" " * (-len(head) % 8)
    body = b"".join(tensor.astype("<f4").tobytes() for tensor in tensors.values())
    return struct.pack("<Q", len(head)) + head + body


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
