"""A base model in a child process, and the adapter on it: load, add, save, restore.

Why a model cannot be loaded is said in a sentence. MLX is imported inside the functions, so that a
child can answer while it loads.
"""

from __future__ import annotations

import json
import os
import traceback
from pathlib import Path
from typing import Any

import msgspec

from curator.errors import ConfigError, ModelError, TrainingError
from curator.store.atomic import write_text
from curator.terminal import one_line
from curator.train.adapter import CONFIG, WEIGHTS, is_named
from curator.train.model import is_local
from curator.train.spec import TrainingSpec

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
        raise explain_loading(model, error) from None
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


def with_full_keys(model: Any, spec: TrainingSpec) -> TrainingSpec:
    """Return `spec` with its keys as the model calls them: ``q_proj`` is ``self_attn.q_proj``.

    Raises:
        ConfigError: The model has no linear map of such a name.
    """
    import difflib

    import mlx.nn as nn

    if not spec.keys:
        return spec
    known = {
        name
        for layer in model.layers
        for name, module in layer.named_modules()
        if isinstance(module, nn.Linear | nn.QuantizedLinear) or hasattr(module, "to_lora")
    }
    full: set[str] = set()
    for key in spec.keys:
        meant = {name for name in known if is_named(name, key)}
        if not meant:
            short = sorted({name.rsplit(".", 1)[-1] for name in known})
            near = difflib.get_close_matches(key, [*short, *known], n=1)
            hint = f"Did you mean `{near[0]}`?" if near else f"Known: {', '.join(short)}."
            raise ConfigError(
                f"`keys` names `{one_line(key, 60)}`, which this model does not have.", hint=hint
            )
        full |= meant
    return msgspec.structs.replace(spec, keys=tuple(sorted(full)))


def add_lora(model: Any, spec: TrainingSpec) -> tuple[int, int]:
    """Freeze `model` and give its linear maps LoRA matrices, seeded by the spec.

    Returns:
        The parameters of the model, and those of the adapter.

    Raises:
        ConfigError: The spec wants more layers than there are, or a rank that none of them has.
    """
    import mlx.core as mx
    import numpy as np
    from mlx.utils import tree_flatten
    from mlx_lm.tuner.utils import linear_to_lora_layers
    from mlx_lm.utils import get_total_parameters

    if spec.num_layers > len(model.layers):
        raise ConfigError(
            f"`num_layers` is {spec.num_layers}, but the model has {len(model.layers)} layers.",
            hint="-1 takes all of them.",
        )
    _check_rank(model, spec)
    mx.random.seed(spec.seed)
    # Our batches do not draw from numpy's global generator; libraries may.
    np.random.seed(spec.seed)
    parameters = get_total_parameters(model)
    model.freeze()
    linear_to_lora_layers(model, spec.num_layers, _lora_parameters(spec))
    trainable = sum(value.size for _, value in tree_flatten(model.trainable_parameters()))
    mx.eval(model.parameters())
    return int(parameters), int(trainable)


def _check_rank(model: Any, spec: TrainingSpec) -> None:
    """Refuse a rank beyond that of every map: matrices so large could hold nothing more.

    Raises:
        ConfigError: No map that the spec names has such a rank.
    """
    import mlx.nn as nn

    ranks = {}
    for layer in model.layers[-max(spec.num_layers, 0) :]:
        for name, module in layer.named_modules():
            if isinstance(module, nn.Linear | nn.QuantizedLinear) and (
                not spec.keys or name in spec.keys
            ):
                outputs, inputs = module.weight.shape
                if isinstance(module, nn.QuantizedLinear):
                    inputs = inputs * 32 // module.bits
                ranks[name] = min(outputs, inputs)
    if ranks and spec.rank > max(ranks.values()):
        widest = max(ranks, key=lambda name: ranks[name])
        raise ConfigError(
            f"`rank` is {spec.rank:,}, but no map of this model has a rank above"
            f" {ranks[widest]:,} (`{widest}`).",
            hint="8 to 64 is usual.",
        )


def write_adapter_config(folder: Path, spec: TrainingSpec, model: str) -> None:
    """Write what mlx-lm needs to load the adapter; a path of this machine is no part of it.

    Args:
        folder: The adapter folder.
        spec: How it is trained.
        model: The base, as `check_model` returned it.

    Raises:
        StoreError: It could not be written.
    """
    config: dict[str, Any] = {
        "fine_tune_type": "lora",
        "num_layers": spec.num_layers,
        "lora_parameters": _lora_parameters(spec),
    }
    if not is_local(model):
        config["model"] = model
    write_text(folder / CONFIG, json.dumps(config, indent=2, sort_keys=True) + "\n")


def _lora_parameters(spec: TrainingSpec) -> dict[str, Any]:
    keys = {"keys": list(spec.keys)} if spec.keys else {}
    return {**spec.lora_parameters(), **keys}


def save_adapter(model: Any, folder: Path) -> None:
    """Write the trained matrices of `model` into `folder`.

    Raises:
        RuntimeError: They could not be written (so MLX says it).
    """
    import mlx.core as mx
    from mlx.utils import tree_flatten

    mx.save_safetensors(str(folder / WEIGHTS), dict(tree_flatten(model.trainable_parameters())))


def make_optimizer(model: Any, spec: TrainingSpec) -> Any:
    """Return the optimiser that `spec` names, ready for the trained matrices of `model`."""
    import mlx.optimizers as optim

    if spec.optimizer == "adafactor":
        # Left to itself it would choose its own steps and ignore the learning rate.
        optimizer = optim.Adafactor(
            learning_rate=spec.learning_rate, relative_step=False, scale_parameter=False
        )
    else:
        make = {"adam": optim.Adam, "adamw": optim.AdamW, "sgd": optim.SGD, "muon": optim.Muon}
        optimizer = make[spec.optimizer](learning_rate=spec.learning_rate)
    optimizer.init(model.trainable_parameters())
    return optimizer


def save_optimizer(optimizer: Any, path: Path) -> None:
    """Write the state of `optimizer` to `path`.

    Raises:
        RuntimeError: It could not be written (so MLX says it).
    """
    import mlx.core as mx
    from mlx.utils import tree_flatten

    mx.save_safetensors(str(path), dict(tree_flatten(optimizer.state)))


def restore(model: Any, optimizer: Any, weights: Path, state: Path) -> None:
    """Give `model` and `optimizer` what a checkpoint holds.

    Raises:
        TrainingError: The checkpoint is of another adapter or optimiser.
    """
    import mlx.core as mx
    from mlx.utils import tree_flatten, tree_unflatten

    tensors: Any = mx.load(str(weights))
    numbers: Any = mx.load(str(state))
    names = [name for name, _ in tree_flatten(model.trainable_parameters())]
    parts = [name for name, _ in tree_flatten(optimizer.state)]
    if set(names) != set(tensors) or set(parts) != set(numbers):
        raise TrainingError(
            "The checkpoint does not fit the adapter that the spec describes.",
            path=weights.parent,
            hint="Start a new training.",
        )
    model.load_weights(list(tensors.items()), strict=False)
    optimizer.state = tree_unflatten([(name, numbers[name]) for name in parts])
    optimizer.init(model.trainable_parameters())
    mx.eval(model.parameters(), optimizer.state)


def device_name() -> str:
    """Return ``cpu`` or ``gpu``, as MLX chose."""
    import mlx.core as mx

    return "cpu" if mx.default_device() == mx.cpu else "gpu"


def explain_loading(model: str, error: Exception) -> ModelError:
    """Return why a model or its tokenizer cannot be loaded, as a sentence with advice."""
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
            hint="Connect to the network once, give a model folder, or take `--model tiny`.",
        )
    if isinstance(error, hub.HfHubHTTPError):
        return ModelError(f"The Hub refused the model {model}: {said}", hint="Try again later.")
    return ModelError(
        f"The model {model} cannot be loaded: {said}",
        hint="MLX needs a model of a type it knows, with *.safetensors.",
    )
