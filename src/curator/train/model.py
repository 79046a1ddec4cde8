"""Which model is meant: a folder on this machine, the base that comes with Curator, or the Hub's.

Told apart before a process starts, so that a mistyped path is a sentence at once and not a failed
download a minute later.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from curator.errors import ModelError

#: The base that comes with Curator, by the name it goes by; a folder of that name is meant instead.
SHIPPED = {"tiny": Path(__file__).parents[1] / "tiny" / "base"}
_HUB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*")


def check_model(model: str) -> str:
    """Return `model` as mlx-lm can load it from any folder: an absolute path, or a Hub id.

    Whether the Hub has such a model is only known when it is loaded.

    Args:
        model: A model folder, ``org/name``, or ``tiny`` for the base that comes with Curator.

    Raises:
        ModelError: It is a path with no model there, or neither path nor id.
    """
    path = Path(model).expanduser()
    if path.exists():
        _check_folder(path)
        return str(path.resolve())
    if model in SHIPPED:
        return str(SHIPPED[model])
    # `models/tiny` could be either; where `models` is a folder here, a path was meant.
    if _HUB_ID.fullmatch(model) and not path.parent.is_dir():
        return model
    raise ModelError(
        "There is no such model folder.",
        path=model,
        hint="Give a folder with config.json and *.safetensors, a Hub id like org/name, or tiny.",
    )


def is_local(model: str) -> bool:
    """Return whether `model`, as `check_model` returned it, is a folder."""
    return Path(model).is_absolute()


def shipped_name(model: str) -> str:
    """Return the name of a base that comes with Curator; empty for any other model.

    Args:
        model: As a run's record has it: a path, a Hub id, or such a name.
    """
    return next((name for name, path in SHIPPED.items() if model in (name, str(path))), "")


def _check_folder(path: Path) -> None:
    hint = "A model folder holds config.json, *.safetensors and a tokenizer."
    if not path.is_dir():
        raise ModelError("This is a file, not a model folder.", path=path, hint=hint)
    if not (path / "config.json").is_file():
        raise ModelError("This is no model: there is no config.json.", path=path, hint=hint)
    try:
        config = json.loads((path / "config.json").read_bytes())
    except (OSError, ValueError):
        raise ModelError(
            "This is no model: config.json cannot be read.", path=path, hint=hint
        ) from None
    if not isinstance(config, dict) or "model_type" not in config:
        raise ModelError(
            "This is no model that MLX can load: config.json names no model_type.",
            path=path,
            hint="An adapter is not a model: give its base model.",
        )
    if not any(path.glob("model*.safetensors")):
        raise ModelError("This is no model: there are no weights.", path=path, hint=hint)
