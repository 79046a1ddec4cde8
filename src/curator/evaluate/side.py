"""How one model did on a suite, and how two did on the prompts they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from curator.evaluate.paired import Paired
from curator.evaluate.score import SOLVES, Check, Score
from curator.evaluate.statistics import PassAt, Rate
from curator.evaluate.suite import Prompt

#: What every check together is called, beside the names of checks.
ALL = "all"

Key = tuple[str, str, str]
Outcomes = Mapping[Key, Sequence[bool]]


@dataclass(frozen=True)
class Side:
    """How one model did on a suite.

    Attributes:
        name: ``base`` or ``adapter``.
        checks: The checks that were asked.
        scores: One score an answer: by prompt in suite order, then by sample.
    """

    name: str
    checks: tuple[Check, ...]
    scores: tuple[Score, ...]

    @cached_property
    def rates(self) -> dict[str, Rate]:
        """The rate of each check, by name, read strictly."""
        return {check.name: self.rate(check.name) for check in self.checks}

    @cached_property
    def all(self) -> Rate:
        """The rate of answers that pass every check, read strictly."""
        return self.rate(ALL)

    @cached_property
    def prompts(self) -> dict[Key, tuple[Score, ...]]:
        """The answers to each prompt, in suite order."""
        found: dict[Key, list[Score]] = {}
        for one in self.scores:
            found.setdefault(key_of(one.prompt), []).append(one)
        return {key: tuple(scores) for key, scores in found.items()}

    def outcomes(self, check: str, *, loose: bool = False) -> dict[Key, list[bool]]:
        """Return what passed a check, or ``all``, by prompt; prompts it was not asked of are out.

        Args:
            check: A check's name, or ``all``.
            loose: Whether answers are read loosely.
        """
        if (check, loose) in self._outcomes:
            return self._outcomes[check, loose]
        found: dict[Key, list[bool]] = {}
        for key, scores in self.prompts.items():
            verdicts = [one.verdict(loose=loose) for one in scores]
            values = [
                verdict.all if check == ALL else verdict.passed[check]
                for verdict in verdicts
                if check == ALL or check in verdict.passed
            ]
            if values:
                found[key] = values
        self._outcomes[check, loose] = found
        return found

    @cached_property
    def _outcomes(self) -> dict[tuple[str, bool], dict[Key, list[bool]]]:
        """What `outcomes` worked out already; a screen asks for it again and again."""
        return {}

    @cached_property
    def _rates(self) -> dict[tuple[str, bool], Rate]:
        """The same for `rate`, whose bootstrap takes a while."""
        return {}

    def rate(self, check: str, *, loose: bool = False) -> Rate:
        """Return the rate of a check, or of ``all``; see `outcomes`."""
        known = self._rates.get((check, loose))
        if known is None:
            known = Rate.of_prompts(list(self.outcomes(check, loose=loose).values()))
            self._rates[check, loose] = known
        return known

    def pass_at(self, *, loose: bool = False) -> tuple[PassAt, ...]:
        """Return pass@k of the hidden asserts, for 1 and for as many answers as there are."""
        outcomes = list(self.outcomes(SOLVES, loose=loose).values())
        most = min(map(len, outcomes), default=0)
        found = (PassAt.of(k, outcomes) for k in sorted({1, most} - {0}))
        return tuple(one for one in found if one is not None)

    def by_tag(self, *, loose: bool = False) -> dict[str, Rate]:
        """Return the rate of ``all`` for each tag of the prompts, the most frequent tag first."""
        found: dict[str, list[Sequence[bool]]] = {}
        for key, outcomes in self.outcomes(ALL, loose=loose).items():
            for tag in self.prompts[key][0].prompt.tags:
                found.setdefault(tag, []).append(outcomes)
        ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
        return {tag: Rate.of_prompts(outcomes) for tag, outcomes in ordered}

    @property
    def truncated(self) -> int:
        """How many answers were cut at the token limit."""
        return sum(one.truncated for one in self.scores)

    @property
    def failures(self) -> int:
        """How many answers there are not, because their generation failed."""
        return sum(bool(one.failure) for one in self.scores)

    def to_json(self) -> dict[str, Any]:
        """Return the rates and the answers as plain JSON values."""
        return {
            **self.figures(),
            "loose": self.figures(loose=True),
            "truncated": self.truncated,
            "failures": self.failures,
            "answers": [_answer(one) for one in self.scores],
        }

    def figures(self, *, loose: bool = False) -> dict[str, Any]:
        """Return the rates as plain JSON values."""
        rates = {check.name: self.rate(check.name, loose=loose) for check in self.checks}
        found: dict[str, Any] = {
            "checks": {name: rate.to_json() for name, rate in rates.items()},
            "all": self.rate(ALL, loose=loose).to_json(),
        }
        if SOLVES in rates:
            found["pass_at"] = [one.to_json() for one in self.pass_at(loose=loose)]
        return found


def key_of(prompt: Prompt) -> Key:
    """Return what makes a prompt the same prompt in two evaluations."""
    return prompt.id, prompt.instruction, prompt.input


def paired(first: Side, second: Side, check: str = ALL, *, loose: bool = False) -> Paired:
    """Return the second side less the first on a check, over the prompts that both were asked.

    Args:
        first: One side.
        second: The other.
        check: A check's name, or ``all``.
        loose: Whether answers are read loosely.
    """
    one, other = (side.outcomes(check, loose=loose) for side in (first, second))
    shared = [key for key in one if key in other]
    return Paired.of([one[key] for key in shared], [other[key] for key in shared])


def _answer(one: Score) -> dict[str, Any]:
    found: dict[str, Any] = {
        "prompt": one.prompt.id,
        "instruction": one.prompt.instruction,
        "input": one.prompt.input,
        "tags": list(one.prompt.tags),
        "sample": one.sample,
        "text": one.text,
        "tokens": one.tokens,
        "truncated": one.truncated,
        "failure": one.failure,
        "passed": dict(one.passed),
        "all": one.all,
        "notes": dict(one.notes),
        "findings": [finding.to_json() for finding in one.findings],
    }
    if one.loose is not None:
        found["loose"] = {"passed": dict(one.loose.passed), "all": one.loose.all}
    return found
