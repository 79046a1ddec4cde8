"""``USAGE.md``: how to use the adapter, and the commands that made it.

The commands are put together from the records of what was done: the recipe in the manifest, the
spec of the run, the suites of its evaluations. They do the same again; what a person typed at the
time is not kept anywhere.
"""

from __future__ import annotations

import json
import shlex
from typing import Any

import msgspec

from curator.evaluate import Evaluation, Sampling, builtin_suites
from curator.publish.card import system_prompt, use
from curator.publish.facts import Facts
from curator.publish.markdown import fence
from curator.publish.naming import base_argument
from curator.train import TrainingSpec
from curator.train.model import shipped_name

#: Keys of a spec that `curator train` has no option for; they stand in a file for --spec.
_ONLY_IN_A_FILE = ("steps_per_report", "sample_max_tokens", "project")


def usage(facts: Facts) -> str:
    """Return ``USAGE.md``."""
    base = shlex.quote(base_argument(facts.run.model))
    question = "Write a Python function that adds two numbers."
    ask = f"mlx_lm.generate --model {base} --adapter-path PATH_OF_THIS_FOLDER"
    prompt = system_prompt(facts)
    if prompt:
        ask += f" \\\n  --system-prompt {shlex.quote(prompt)}"
    ask += f" \\\n  --prompt {shlex.quote(question)}"
    parts = [
        "# Use",
        *use(facts)[:1],
        "On the command line, in the layout it was trained in:",
        fence(ask, "console"),
        "# How it was made",
        "These commands do again what the records of this run say was done.",
        fence("\n".join(commands(facts)), "console"),
    ]
    if facts.manifest is not None:
        text = recipe_toml(facts.manifest.recipe)
        if spec_toml(facts.run.spec):
            parts += ["`spec.toml`:", fence(spec_toml(facts.run.spec), "toml")]
        parts += ["`recipe.toml`:", fence(text, "toml")]
    return "\n\n".join(parts) + "\n"


def commands(facts: Facts) -> list[str]:
    """Return the commands that build the mixture, train, and evaluate."""
    name = facts.manifest.name if facts.manifest else "mixture"
    mixture = shlex.quote(f"mixtures/{name}")
    lines = [f"curator mix recipe.toml --out {mixture}"] if facts.manifest else []
    lines.append(" ".join(["curator", "train", mixture, *train_options(facts)]))
    lines += [
        f"curator eval --run latest --suite {shlex.quote(_suite(one.suite))}{_drawn(one)}"
        for one in facts.evaluations
    ]
    return lines


def _suite(name: str) -> str:
    """Return what stands for a suite in a command: its name, or a file that nobody else has."""
    return name if name in builtin_suites() else f"PATH_OF/{name}.toml"


def _drawn(one: Evaluation) -> str:
    """Return the options of `curator eval` that draw answers as an evaluation did."""
    usual, drawn = Sampling(), one.sampling
    names = ("samples", "temperature", "seed", "max_tokens")
    return "".join(
        f" --{name.replace('_', '-')} {getattr(drawn, name):g}"
        for name in names
        if getattr(drawn, name) != getattr(usual, name)
    )


def train_options(facts: Facts) -> list[str]:
    """Return the options of `curator train` that give the run's spec, model included."""
    spec, usual = facts.run.spec, TrainingSpec()
    model = facts.run.model
    options = ["--model", shlex.quote(shipped_name(model) or base_argument(model))]
    if spec_toml(spec):
        options += ["--spec", "spec.toml"]
    for key, value in msgspec.to_builtins(spec).items():
        if key == "model" or key in _ONLY_IN_A_FILE or value == getattr(usual, key):
            continue
        if key == "iters" and spec.epochs is not None:
            continue
        flag = key.replace("_", "-")
        if isinstance(value, bool):
            options.append(f"--{flag}" if value else f"--no-{flag}")
        else:
            text = ",".join(value) if isinstance(value, list | tuple) else str(value)
            options += [f"--{flag}", shlex.quote(text)]
    return options


def spec_toml(spec: TrainingSpec) -> str:
    """Return the settings that have no option, as TOML; empty where all are as usual."""
    usual = TrainingSpec()
    lines = [
        f"{key} = {_toml(_plain(getattr(spec, key)))}"
        for key in _ONLY_IN_A_FILE
        if getattr(spec, key) != getattr(usual, key)
    ]
    return "\n".join(lines)


def recipe_toml(recipe: dict[str, Any]) -> str:
    """Return a recipe's values as the TOML that `curator mix` reads."""
    lines = []
    for key, value in recipe.items():
        if not isinstance(value, dict) and key != "source":
            lines.append(f"{key} = {_toml(value)}")
    for source in recipe.get("source", []):
        lines += ["", "[[source]]", *_pairs(source)]
    for key, value in recipe.items():
        if isinstance(value, dict):
            lines += ["", f"[{key}]", *_pairs(value)]
    return "\n".join(lines)


def _pairs(values: dict[str, Any]) -> list[str]:
    return [f"{key} = {_toml(value)}" for key, value in values.items() if value is not None]


def _toml(value: Any) -> str:
    # JSON's strings, numbers, booleans and arrays are TOML's too, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
