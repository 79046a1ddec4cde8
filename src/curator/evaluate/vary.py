"""What a sweep varies: ``share=0,0.05`` becomes points with a recipe and a spec each."""

from __future__ import annotations

import difflib
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from curator.errors import ConfigError
from curator.mix import Recipe, SourceSpec
from curator.train import TrainingSpec, spec_from

Value = int | float | str | bool

#: What may vary of the recipe: amounts of its curated source, and the rows of its base source.
MIX_KEYS = ("share", "repeat", "limit", "base_limit")
#: What may vary of the spec. What decides how long is trained is missing: the budget decides that.
TRAIN_KEYS = (
    *("rank", "alpha", "dropout", "learning_rate", "schedule", "warmup", "final_learning_rate"),
    *("batch_size", "grad_accumulation", "max_seq_length", "num_layers", "mask_prompt"),
    *("optimizer", "seed"),
)
# More than this is a mistyped range.
_MOST = 100


@dataclass(frozen=True, slots=True)
class Vary:
    """One thing that varies.

    Attributes:
        key: One of `MIX_KEYS` or `TRAIN_KEYS`.
        values: Its values in order, each once.
    """

    key: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One combination of values.

    Attributes:
        settings: Keys and values, in the order they were given.
    """

    settings: tuple[tuple[str, Value], ...]

    @property
    def name(self) -> str:
        """``share=0.05 rank=8``."""
        return " ".join(f"{key}={_said(value)}" for key, value in self.settings)

    @property
    def slug(self) -> str:
        """The same as a folder's name."""
        return "-".join(f"{key}-{_said(value)}" for key, value in self.settings)

    def recipe(self, recipe: Recipe) -> Recipe:
        """Return `recipe` with this point's amounts.

        A share of 0 leaves the curated source out.

        Raises:
            ConfigError: It has not exactly one source to vary, or an amount is impossible.
        """
        sources = list(recipe.source)
        wanted = {key: value for key, value in self.settings if key in MIX_KEYS}
        if "base_limit" in wanted:
            place = _only(sources, "base")
            limit = _whole("base_limit", wanted.pop("base_limit"))
            sources[place] = msgspec.structs.replace(sources[place], limit=limit)
        if wanted:
            place = _only(sources, "curated")
            if {"share", "repeat"} <= wanted.keys():
                raise ConfigError(
                    "`share` and `repeat` cannot both vary: one follows from the other."
                )
            if "limit" in wanted:
                limit = _whole("limit", wanted["limit"])
                sources[place] = msgspec.structs.replace(sources[place], limit=limit)
            if "repeat" in wanted:
                repeat = _whole("repeat", wanted["repeat"])
                sources[place] = msgspec.structs.replace(sources[place], share=None, repeat=repeat)
            if "share" in wanted:
                share = _share(wanted["share"])
                if share:
                    sources[place] = msgspec.structs.replace(sources[place], share=share, repeat=1)
                else:
                    del sources[place]
        return msgspec.structs.replace(recipe, source=tuple(sources))

    def spec(self, spec: TrainingSpec) -> TrainingSpec:
        """Return `spec` with this point's settings.

        Raises:
            ConfigError: A value is impossible.
        """
        own = {key: value for key, value in self.settings if key in TRAIN_KEYS}
        return spec_from({**msgspec.to_builtins(spec), **own}) if own else spec


def parse_vary(text: str) -> Vary:
    """Return what a ``KEY=VALUE,VALUE,…`` says.

    Raises:
        ConfigError: It is none, or names what cannot vary.
    """
    key, equals, values = text.partition("=")
    key = key.strip().replace("-", "_")
    if not equals:
        raise ConfigError(f"{text!r} does not say what varies.", hint="Such as share=0,0.05,0.15.")
    known = (*MIX_KEYS, *TRAIN_KEYS)
    if key in {"iters", "epochs", "tokens"}:
        raise ConfigError(
            f"`{key}` cannot vary: every point learns as many tokens.",
            hint="--tokens, or --iters of the first point, say how many.",
        )
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1)
        raise ConfigError(
            f"`{key}` cannot vary.",
            hint=f"Did you mean `{near[0]}`?" if near else f"These can: {', '.join(known)}.",
        )
    parsed = tuple(_value(part.strip()) for part in values.split(",") if part.strip())
    if not parsed:
        raise ConfigError(f"`{key}` is given no values.", hint=f"Such as {key}=1,2.")
    return Vary(key, tuple(dict.fromkeys(parsed)))


def points_of(varied: Sequence[Vary]) -> tuple[Point, ...]:
    """Return every combination, the last key varying fastest.

    Raises:
        ConfigError: Nothing varies, a key is given twice, or there are far too many points.
    """
    keys = [one.key for one in varied]
    if not keys:
        raise ConfigError("Nothing varies.", hint="Such as --vary share=0,0.05,0.15,0.3.")
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise ConfigError(f"`{twice}` is given twice.", hint="Give all its values at once.")
    if math.prod(len(one.values) for one in varied) > _MOST:
        raise ConfigError(f"That is more than {_MOST} trainings.", hint="Vary fewer values.")
    combinations = itertools.product(*(one.values for one in varied))
    return tuple(Point(tuple(zip(keys, values, strict=True))) for values in combinations)


def _value(text: str) -> Value:
    if text in {"true", "false"}:
        return text == "true"
    if text.endswith("%"):
        number = _number(text[:-1])
        return text if isinstance(number, str) else number / 100
    return _number(text)


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _said(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


def _only(sources: Sequence[SourceSpec], role: str) -> int:
    places = [place for place, source in enumerate(sources) if source.role == role]
    if len(places) != 1:
        raise ConfigError(
            f"The recipe has {len(places)} {role} sources, and a sweep varies the one.",
            hint="A pattern such as data/*.jsonl makes one source of several files.",
        )
    return places[0]


def _whole(key: str, value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigError(f"`{key}` is a whole number of at least 1, not {value}.")
    return value


def _share(value: Value) -> float:
    if isinstance(value, bool | str) or not 0 <= value < 1:
        raise ConfigError(f"`share` lies between 0 and 1, not at {value}.", hint="0.15 is 15%.")
    return float(value)
