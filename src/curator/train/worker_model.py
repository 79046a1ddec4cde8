"""Load a base model in a child process, and say in a sentence why one cannot be loaded."""

from __future__ import annotations

import os
import traceback
from typing import Any

from curator.errors import ModelError
from curator.terminal import one_line
from curator.train.model import is_local

_TOKENS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACEHUB_API_TOKEN")


def load_base(model: str) -> tuple[Any, Any]:
    """Load `model` with mlx-lm's own loader.

    On a CPU the weights become float32: lower precision gains nothing there and loses the fast
    matrix product. Compiled functions are switched off there, too: MLX builds each with the
    system's C++ compiler, which took 25 s for the tiny model and made no step quicker (both
    measured), and a machine without a compiler could not train at all. Once loaded, the Hub's token
    is dropped from this process's environment.

    Args:
        model: As `check_model` returned it.

    Returns:
        The model and its tokenizer (mlx-lm's wrapper).

    Raises:
        ModelError: It cannot be found or loaded.
    """
    import mlx.core as mx
    import mlx_lm

    on_cpu = mx.default_device() == mx.cpu
    if on_cpu:
        mx.disable_compile()
    try:
        loaded, tokenizer = mlx_lm.load(model)[:2]
    # Loaders raise whatever their files make them raise; the log gets the whole story.
    except Exception as error:
        traceback.print_exc()
        raise _explain(model, error) from None
    finally:
        for name in _TOKENS:
            os.environ.pop(name, None)
    if not tokenizer.has_chat_template:
        raise ModelError(
            f"The model {model} has no chat template, so it cannot be asked anything.",
            hint="Take an instruct model.",
        )
    if on_cpu:
        loaded.set_dtype(mx.float32)
    return loaded, tokenizer


def device_name() -> str:
    """Return ``cpu`` or ``gpu``, as MLX chose."""
    import mlx.core as mx

    return "cpu" if mx.default_device() == mx.cpu else "gpu"


def _explain(model: str, error: Exception) -> ModelError:
    from huggingface_hub import errors as hub

    said = one_line(str(error) or type(error).__name__, 200)
    if is_local(model):
        return ModelError(
            f"This model cannot be loaded: {said}",
            path=model,
            hint="MLX needs config.json, *.safetensors and a tokenizer of a type it knows.",
        )
    if isinstance(error, hub.GatedRepoError):
        return ModelError(
            f"The model {model} is gated.",
            hint="Accept its terms on the Hub, then set HF_TOKEN to a token that may read it.",
        )
    if isinstance(error, hub.RepositoryNotFoundError):
        return ModelError(
            f"There is no model {model} on the Hub, or this machine may not see it.",
            hint="Check the name; for a private model set HF_TOKEN.",
        )
    if isinstance(error, hub.LocalEntryNotFoundError | hub.OfflineModeIsEnabled | OSError) and not (
        isinstance(error, FileNotFoundError) and error.filename
    ):
        return ModelError(
            f"The model {model} is not on this machine and the Hub cannot be reached.",
            hint="Connect to the network once, or give a model folder.",
        )
    if isinstance(error, hub.HfHubHTTPError):
        return ModelError(f"The Hub refused the model {model}: {said}", hint="Try again later.")
    return ModelError(
        f"The model {model} cannot be loaded: {said}",
        hint="MLX needs a model of a type it knows, with *.safetensors.",
    )
