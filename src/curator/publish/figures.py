"""Rates and differences as they stand in cards and reports: with their n and their interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from curator.evaluate import Evaluation, Rate
from curator.publish.markdown import cell, code, table
from curator.publish.previous import Previous


@dataclass(frozen=True, slots=True)
class Paired:
    """Base and adapter on the same prompts, one check.

    Attributes:
        gained: Prompts that only the adapter passed.
        lost: Prompts that only the base passed.
        p: McNemar's exact two-sided p-value of that.
    """

    gained: int
    lost: int
    p: float

    @property
    def shown(self) -> bool:
        """Whether the difference is shown at the 5% level."""
        return self.p < 0.05

    @classmethod
    def of(cls, gained: int, lost: int) -> Paired:
        """Return the test: McNemar (1947), with the exact binomial distribution."""
        n = gained + lost
        tail = sum(comb(n, k) for k in range(min(gained, lost) + 1))
        return cls(gained, lost, min(1.0, 2 * tail / 2**n))

    def __str__(self) -> str:
        """Return ``+4 −0, p = 0.125, not shown``."""
        verdict = "shown" if self.shown else "not shown"
        p = "p < 0.001" if self.p < 0.001 else f"p = {self.p:.3f}"
        return f"+{self.gained} −{self.lost}, {p}, {verdict}"


def paired(one: Evaluation, check: str | None = None) -> Paired | None:
    """Return how base and adapter differ on a check, or on all together; None without adapter."""
    if one.tuned is None:
        return None
    outcomes = [
        (
            (before.all, after.all)
            if check is None
            else (before.passed.get(check, False), after.passed.get(check, False))
        )
        for before, after in zip(one.base.scores, one.tuned.scores, strict=True)
    ]
    return Paired.of(
        sum(after and not before for before, after in outcomes),
        sum(before and not after for before, after in outcomes),
    )


def rate(value: Rate | None) -> str:
    """Return ``4 of 6, 67% [30–90]``; empty for nothing."""
    if value is None:
        return ""
    low, high = value.interval
    return f"{value.passed} of {value.n}, {value.rate:.0%} [{low * 100:.0f}–{high * 100:.0f}]"


def asked(one: Evaluation) -> str:
    """Return a sentence about how an evaluation was made, Markdown."""
    text = (
        f"Suite {code(one.suite)}: n = {one.n} prompts, greedy, at most {one.max_tokens} tokens;"
        " in brackets the 95% Wilson interval. The difference counts prompts that only the adapter"
        " (+) or only the base (−) passed, with McNemar's exact test."
    )
    if not one.contamination_checked:
        text += " The suite was not compared with the rows that trained."
    elif one.contaminated:
        text += f" Left out, because a training row resembles them: {len(one.contaminated)}."
    else:
        text += " No prompt resembles a training row."
    cut = sum(score.truncated for score in one.tuned.scores) if one.tuned else 0
    if cut:
        text += f" {cut} of {one.n} answers of the adapter were cut at that length."
    return text


def rates_table(one: Evaluation, earlier: Sequence[tuple[str, Evaluation]] = ()) -> str:
    """Return a table of every check, before and after.

    Args:
        one: The evaluation.
        earlier: Evaluations of other adapters with the same suite, each with the name of its
            column.
    """
    heads = ["check", "base", *(cell(name) for name, _ in earlier), "adapter", "difference"]
    rows = []
    for check in one.base.checks:
        other = one.tuned.rates.get(check.name) if one.tuned else None
        rows.append(
            [
                cell(check.title.lstrip("# ")),
                rate(one.base.rates[check.name]),
                *(rate(_rate_of(past, check.name)) for _, past in earlier),
                rate(other),
                str(paired(one, check.name) or ""),
            ]
        )
    rows.append(
        [
            "**all**",
            rate(one.base.all),
            *(rate(past.tuned.all if past.tuned else None) for _, past in earlier),
            rate(one.tuned.all if one.tuned else None),
            str(paired(one) or ""),
        ]
    )
    return table(heads, rows)


def previous_table(evaluations: Sequence[Evaluation], previous: Previous) -> str:
    """Return the previous version's scores beside the new ones, suite by suite; "" for none."""
    before = {one.suite: one for one in previous.evaluations}
    rows = [
        [code(one.suite), rate(before[one.suite].adapter.all.rate), rate(one.tuned.all)]
        for one in evaluations
        if one.suite in before and one.tuned is not None
    ]
    name = cell(previous.version) or "previous version"
    return table(["suite, all checks", name, "this version"], rows) if rows else ""


def _rate_of(one: Evaluation, check: str) -> Rate | None:
    return one.tuned.rates.get(check) if one.tuned else None
