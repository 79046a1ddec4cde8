"""Several models on the same suite: every pair of them, on the prompts that all were asked.

A prompt that one of them was trained on is out for all. Where several pairs are looked at, one of
them differs by luck sooner or later, so their p-values are raised for being several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from string import ascii_uppercase
from typing import Any

from curator.errors import ConfigError
from curator.evaluate.evaluation import Evaluation
from curator.evaluate.paired import Paired, holm
from curator.evaluate.sampling import Sampling
from curator.evaluate.score import Check
from curator.evaluate.side import ALL, Side, paired

BASE = "base"


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two models on one suite.

    Attributes:
        first: The one's name.
        second: The other's.
        checks: The second less the first, by check name and ``all``; each p is Holm's, for as many
            pairs as there are in the comparison.
    """

    first: str
    second: str
    checks: Mapping[str, Paired]

    @property
    def all(self) -> Paired:
        """The difference in answers that pass every check."""
        return self.checks[ALL]


@dataclass(frozen=True)
class Comparison:
    """Several models on one suite.

    Attributes:
        suite: The suite's name.
        n: Prompts that all of them were asked.
        left_out: Prompts that only some were asked, or in other words.
        sides: Each model by name, on those prompts only; the base first where all share it.
        pairs: Every pair of models, without the base.
        notes: What makes the comparison weaker, in sentences.
        sampling: How the first one's answers were drawn.
        loose: Whether answers were read loosely.
    """

    suite: str
    n: int
    left_out: int
    sides: Mapping[str, Side]
    pairs: tuple[Pairing, ...]
    notes: tuple[str, ...]
    sampling: Sampling
    loose: bool = False

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks that all of them were asked."""
        first, *others = self.sides.values()
        names = [{check.name for check in side.checks} for side in others]
        return tuple(check for check in first.checks if all(check.name in known for known in names))

    @property
    def short(self) -> dict[str, str]:
        """A letter for each model, since ids of runs are long; a number from the 27th on."""
        models = [name for name in self.sides if name != BASE]
        marks = [*ascii_uppercase, *map(str, range(27, len(models) + 1))]
        return {BASE: BASE, **dict(zip(models, marks, strict=False))}

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as plain JSON values."""
        return {
            "suite": self.suite,
            "n": self.n,
            "left_out": self.left_out,
            "reading": "loose" if self.loose else "strict",
            "runs": {name: side.figures(loose=self.loose) for name, side in self.sides.items()},
            "paired": [
                {
                    "first": pair.first,
                    "second": pair.second,
                    "checks": {
                        name: one.to_json() for name, one in pair.checks.items() if name != ALL
                    },
                    "all": pair.all.to_json(),
                }
                for pair in self.pairs
            ],
            "notes": list(self.notes),
        }


def compare(evaluations: Mapping[str, Evaluation], *, loose: bool = False) -> Comparison:
    """Compare models that were asked the same suite.

    Args:
        evaluations: Each model's evaluation, by the name it shall have; at least two.
        loose: Whether answers are read loosely.

    Raises:
        ConfigError: There are fewer than two, they are of different suites, were judged against
            different profiles, or share no prompt.
    """
    if len(evaluations) < 2:
        raise ConfigError("A comparison takes at least two models.")
    found = list(evaluations.values())
    first = found[0]
    if len({one.suite for one in found}) > 1:
        raise ConfigError("These are evaluations with different suites.")
    if any((one.profile, one.wants) != (first.profile, first.wants) for one in found):
        raise ConfigError(
            f"The suite {first.suite!r} was judged against different profiles here, so its rates"
            " do not mean the same.",
            hint="Evaluate them again: answers that were given are remembered.",
        )
    shared = set(first.asked.prompts).intersection(*(one.asked.prompts for one in found))
    if not shared:
        raise ConfigError(f"They have no prompt of {first.suite!r} in common.")
    everything = set().union(*(one.asked.prompts for one in found))
    sides = {name: _only(one.asked, shared, name) for name, one in evaluations.items()}
    names = list(sides)
    if all(one.tuned and one.model == first.model for one in found):
        sides = {BASE: _only(first.base, shared, BASE), **sides}
    comparison = Comparison(
        suite=first.suite,
        n=len(shared),
        left_out=len(everything) - len(shared),
        sides=sides,
        pairs=(),
        notes=tuple(_notes(found)),
        sampling=first.sampling,
        loose=loose,
    )
    return replace(comparison, pairs=_pairs(comparison, names))


def common_suites(evaluations: Mapping[str, Sequence[Evaluation]]) -> list[dict[str, Evaluation]]:
    """Return the evaluations that can be compared: those of suites that every model was asked.

    Args:
        evaluations: Each model's evaluations by its name. Of several with one suite, those drawn
            alike go together.
    """
    kinds = {
        name: {(one.suite, one.file_name): one for one in several}
        for name, several in evaluations.items()
    }
    common = set.intersection(*(set(one) for one in kinds.values())) if kinds else set()
    return [{name: one[kind] for name, one in kinds.items()} for kind in sorted(common)]


def _pairs(comparison: Comparison, names: Sequence[str]) -> tuple[Pairing, ...]:
    sides, loose = comparison.sides, comparison.loose
    couples = list(combinations(names, 2))
    asked = [*(check.name for check in comparison.checks), ALL]
    by_check: dict[str, list[Paired]] = {}
    for check in asked:
        plain = [paired(sides[a], sides[b], check, loose=loose) for a, b in couples]
        raised = holm([one.p for one in plain])
        by_check[check] = [replace(one, p=p) for one, p in zip(plain, raised, strict=True)]
    return tuple(
        Pairing(a, b, {check: by_check[check][place] for check in asked})
        for place, (a, b) in enumerate(couples)
    )


def _only(side: Side, keys: set[tuple[str, str, str]], name: str) -> Side:
    kept = tuple(one for key, scores in side.prompts.items() if key in keys for one in scores)
    return Side(name, side.checks, kept)


def _notes(found: Sequence[Evaluation]) -> list[str]:
    notes = []
    first = found[0]
    if any(one.sampling != first.sampling for one in found):
        notes.append("Their answers were drawn with different settings.")
    if any(one.model != first.model for one in found):
        notes.append("They have different base models.")
    if any(one.system_prompt != first.system_prompt for one in found):
        notes.append("They were asked under different system prompts.")
    if any(one.suite_sha256 != first.suite_sha256 for one in found):
        notes.append("The suite changed in between: only prompts of the same words are compared.")
    if any(one.rules != first.rules for one in found):
        notes.append(
            "They were judged by different versions of the rules: `curator eval` judges them again,"
            " and answers that were given are remembered."
        )
    if any(not one.contamination_checked for one in found):
        notes.append("Not all of them were checked for prompts that they were trained on.")
    if len({bool(one.not_run) for one in found}) > 1:
        notes.append("The answers of some did not run, so checks that run are left out.")
    return notes
