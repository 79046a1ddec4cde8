"""What is on the screen: two sides of a suite, how they are read, and what tells them apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from curator.evaluate import ALL, Check, Evaluation, Paired, Score, Side
from curator.evaluate.compare import compare
from curator.evaluate.render import failing_first
from curator.evaluate.side import Key, key_of
from curator.terminal import plural

Place = tuple[Key, int]

#: What two runs are called over their columns.
OTHER, THIS = "other", "this"


@dataclass(frozen=True)
class View:
    """Two sides beside each other; the second is the one that the screen is about.

    Attributes:
        evaluation: The evaluation of the run chosen.
        sides: The base, or another run, and the adapter; one alone where only the base was asked.
        paired: The second less the first, by check name and ``all``.
        loose: Whether answers are read loosely.
        against: The id of the other run; empty where it is the base.
        notes: What weakens the comparison, in sentences.
    """

    evaluation: Evaluation
    sides: tuple[Side, ...]
    paired: Mapping[str, Paired]
    loose: bool
    against: str = ""
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, evaluation: Evaluation, *, loose: bool) -> View:
        """Return base and adapter of one evaluation."""
        return cls(evaluation, evaluation.sides, evaluation.compared(loose=loose), loose)

    @classmethod
    def between(cls, evaluation: Evaluation, other: Evaluation, name: str, *, loose: bool) -> View:
        """Return the adapters of two runs, on the prompts that both were asked.

        Raises:
            ConfigError: They cannot be compared.
        """
        found = compare({OTHER: other, THIS: evaluation}, loose=loose)
        sides = (found.sides[OTHER], found.sides[THIS])
        notes = found.notes
        if found.left_out:
            notes = (f"{plural(found.left_out, 'prompt')} left out: not both were asked.", *notes)
        return cls(evaluation, sides, found.pairs[0].checks, loose, name, notes)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The checks that both sides were asked, those that run last."""
        names = [{check.name for check in side.checks} for side in self.sides]
        common = [c for c in self.sides[0].checks if all(c.name in known for known in names)]
        return tuple(sorted(common, key=lambda check: check.ran))

    @cached_property
    def order(self) -> tuple[Place, ...]:
        """The places of the answers, those of the second side that fail most first."""
        scores = failing_first(self.sides[-1].scores, loose=self.loose)
        return tuple((key_of(one.prompt), one.sample) for one in scores)

    def warmed(self) -> View:
        """Return it with everything worked out that drawing takes; call it on a thread."""
        for side in self.sides:
            for name in (ALL, *(check.name for check in self.checks)):
                side.rate(name, loose=self.loose)
        assert len(self.order) == len(self.sides[-1].scores)
        return self

    def answers(self, place: Place) -> dict[str, Score]:
        """Return the answers of one place by side."""
        found = ((name, known.get(place)) for name, known in self._by_place)
        return {name: one for name, one in found if one is not None}

    @cached_property
    def _by_place(self) -> list[tuple[str, dict[Place, Score]]]:
        return [
            (side.name, {(key_of(one.prompt), one.sample): one for one in side.scores})
            for side in self.sides
        ]

    def differs(self, place: Place) -> int:
        """Return 1 where only the second side passes all, -1 where only the first does, else 0."""
        passed = [one.verdict(loose=self.loose).all for one in self.answers(place).values()]
        return int(passed[-1]) - int(passed[0]) if len(passed) > 1 else 0


__all__ = ["ALL", "Place", "View"]
