"""What a plan says about itself before anything is built.

Each check has a code, a verdict, its evidence in the message, and a remedy. Amounts are worded as
advice: no share of curated rows has been shown to be right in general.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curator.mix.plan import Plan

#: Above about four repeats, further epochs over the same data bring less and less
#: (Muennighoff et al. 2023, on pretraining).
MANY_EXPOSURES = 4.0
#: LIMA taught a format to a 65B model with 1,000 examples, and Bianchi et al. (2023) moved safety
#: behaviour with a few hundred at 3%. Fewer than this share deserves a second look, no more.
SMALL_SHARE = 0.03


class Verdict(StrEnum):
    """What a check concludes."""

    OK = "ok"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Check:
    """One conclusion about a plan.

    Attributes:
        code: Its name on the command line, for ``--allow``.
        verdict: Whether it stands in the way.
        message: What was found, with figures.
        remedy: What to do about it; empty where all is well.
    """

    code: str
    verdict: Verdict
    message: str
    remedy: str = ""


def check_plan(plan: Plan) -> tuple[Check, ...]:
    """Return every check of a plan, problems and good news alike."""
    return tuple(
        check
        for part in (_curated_train, _share, _multiplied, _unreadable, _validation)
        for check in part(plan)
    )


def check_exposures(plan: Plan, *, iters: int, batch_size: int) -> Check:
    """Say how often a training of this length shows each curated example.

    Args:
        plan: The plan.
        iters: Optimiser steps.
        batch_size: Rows a step.
    """
    seen = plan.exposures(iters=iters, batch_size=batch_size)
    figures = (
        f"{iters:,} iterations × {batch_size} rows show each curated example {seen:.2f} times"
        f" on average."
    )
    if plan.curated_distinct and seen < 1:
        need = -(-len(plan.train) // batch_size)
        return Check(
            "exposures",
            Verdict.WARN,
            figures,
            f"One pass over the mixture takes {need:,} iterations.",
        )
    if seen > MANY_EXPOSURES:
        return Check(
            "exposures",
            Verdict.WARN,
            figures,
            "Above about four, repeats bring less and less; write more examples or train shorter.",
        )
    return Check("exposures", Verdict.OK, figures)


def _curated_train(plan: Plan) -> Iterator[Check]:
    total, training = plan.curated_distinct, plan.curated_training
    if not total:
        yield Check(
            "curated-train",
            Verdict.WARN,
            "There are no curated examples in this mixture.",
            'Give a source the role "curated".',
        )
    elif training < total:
        yield Check(
            "curated-train",
            Verdict.ERROR,
            f"{training} of {total} curated examples train; {total - training} are held out or"
            " left out.",
            'Set split.curated_in_valid = "none", and no limit on curated sources.',
        )
    else:
        yield Check("curated-train", Verdict.OK, f"All {total} curated examples train.")


def _share(plan: Plan) -> Iterator[Check]:
    if not plan.curated_distinct or not plan.train:
        return
    figures = (
        f"Curated rows are {plan.curated_rows:,} of {len(plan.train):,} training rows"
        f" ({plan.curated_share:.1%}): {_some(plan.curated_training, 'example')}."
    )
    if plan.curated_share < SMALL_SHARE:
        yield Check(
            "share",
            Verdict.WARN,
            figures,
            "That is little; amount seems to matter more than share, so write more examples,"
            " raise `repeat`, or lower the base `limit`.",
        )
    else:
        yield Check("share", Verdict.OK, figures)


def _multiplied(plan: Plan) -> Iterator[Check]:
    for source in plan.sources:
        distinct = source.rows - source.exact_duplicates
        if source.role == "curated" and source.exact_duplicates:
            times = source.rows / distinct
            if source.rows % distinct == 0 and source.evenly_multiplied:
                what = (
                    f"These {source.rows} rows are {_some(distinct, 'example')} {times:.0f} times"
                )
            else:
                what = f"These {source.rows} rows are {_some(distinct, 'different example')}"
            yield Check(
                "multiplied",
                Verdict.WARN,
                f"{source.path}: {what}. The copies count once.",
                "Keep one of each in the file and say `repeat` in the recipe.",
            )


def _unreadable(plan: Plan) -> Iterator[Check]:
    for source in plan.sources:
        if source.unreadable:
            verdict = Verdict.ERROR if source.role == "curated" else Verdict.WARN
            yield Check(
                "unreadable",
                verdict,
                f"{source.path}: {_some(source.unreadable, 'row')} cannot be read as an instruction"
                f" and an output (the first is line {source.first_unreadable}).",
                "`curator lint` says what is wrong with each.",
            )


def _validation(plan: Plan) -> Iterator[Check]:
    if plan.valid:
        yield Check("validation", Verdict.OK, f"Held out: {_some(len(plan.valid), 'row')}.")
    else:
        yield Check(
            "validation",
            Verdict.WARN,
            "No row is held out, so training cannot tell learning from memorising.",
            "Raise split.valid, or add base rows to hold out.",
        )


def _some(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
