"""What a plan says about itself before anything is built.

Amounts are worded as advice, with
their source: no share of curated rows has been shown to be right in general.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from curator.mix.check import Check, Verdict, first_few
from curator.terminal import one_line, plural

if TYPE_CHECKING:
    from curator.mix.plan import Plan

#: Above about four repeats, further epochs over the same data bring less and less.
MANY_EXPOSURES = 4.0
#: Fewer than this share deserves a second look, no more: 3% moved safety behaviour.
SMALL_SHARE = 0.03

_REPEATS = "Muennighoff et al. 2023, of repeats in pretraining"
_AMOUNTS = (
    "Dong et al., ACL 2024: amount seems to matter more than share; Bianchi et al. 2023: a few"
    " hundred examples, 3%, moved safety behaviour; Zhou et al. 2023: 1,000 taught a format at 65B"
)


def check_plan(plan: Plan) -> tuple[Check, ...]:
    """Return every check of a plan, problems and good news alike."""
    parts = (
        *(_curated_train, _share, _share_asked, _multiplied, _unreadable, _lint, _redacted),
        *(_contamination, _twins, _validation, _tokens),
    )
    return tuple(check for part in parts for check in part(plan))


def check_exposures(plan: Plan, *, iters: int, batch_size: int) -> Check:
    """Say how often a training of this length shows each curated example, and each base row.

    Args:
        plan: The plan.
        iters: Optimiser steps.
        batch_size: Rows a step.
    """
    seen = plan.exposures(iters=iters, batch_size=batch_size)
    base = plan.exposures(iters=iters, batch_size=batch_size, role="base")
    return exposures_check(
        seen,
        base,
        len(plan.train),
        curated=plan.curated_training,
        iters=iters,
        rows=min(batch_size, max(1, len(plan.train))),
    )


def exposures_check(
    seen: float, base: float, train: int, *, curated: int, iters: int, rows: int
) -> Check:
    """Judge exposures.

    Args:
        seen: How often each curated example is shown, on average.
        base: How often each base row is; 0 where there is none.
        train: Training rows, copies included.
        curated: Different curated examples.
        iters: Optimiser steps.
        rows: Rows a step.
    """
    groups = [("curated example", seen)] if curated else []
    groups += [("base row", base)] if base or not curated else []
    told = ", ".join(f"each {what} {times:.2f} times" for what, times in groups)
    told = told.replace(" times", " times on average", 1)
    figures = f"{plural(iters, 'iteration')} × {plural(rows, 'row')} show {told}."
    if curated and seen < 1:
        need = -(-train // rows)
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
            source=_REPEATS,
        )
    return Check("exposures", Verdict.OK, figures, source=_REPEATS)


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
        elsewhere = [
            f"{row.where}: {where}"
            for row, where in plan.destinations()
            if not where.startswith("train") and "duplicate" not in where
        ]
        yield Check(
            "curated-train",
            Verdict.ERROR,
            f"{training:,} of {plural(total, 'curated example')} train{'s' * (total == 1)};"
            f" {total - training:,} {'is' if total - training == 1 else 'are'} held out or left"
            " out.",
            'Set split.curated_in_valid = "none", and no limit on curated sources.',
            first_few(elsewhere),
        )
    else:
        said = (
            "The one curated example trains."
            if total == 1
            else f"All {total:,} curated examples train."
        )
        yield Check("curated-train", Verdict.OK, said)


def _share(plan: Plan) -> Iterator[Check]:
    if not plan.curated_distinct or not plan.train:
        return
    learned, unit = plan.trained_share
    figures = (
        f"Curated rows are {plan.curated_rows:,} of {len(plan.train):,} training rows"
        f" ({plan.curated_share:.1%}): {plural(plan.curated_training, 'example')}."
    )
    if plan.tokens is not None:
        figures += f" Of the {unit} that are learned they are {learned:.1%}."
    if plan.curated_share < SMALL_SHARE:
        yield Check(
            "share",
            Verdict.WARN,
            figures,
            "That is little; amount seems to matter more than share, so write more examples,"
            " raise `repeat`, or lower the base `limit`.",
            source=_AMOUNTS,
        )
    else:
        yield Check("share", Verdict.OK, figures, source=_AMOUNTS)


def _share_asked(plan: Plan) -> Iterator[Check]:
    training = Counter(row.source for row in plan.train)
    shares = math.fsum(source.share or 0.0 for source in plan.recipe.source)
    fixed = sum(
        training[index] for index, one in enumerate(plan.recipe.source) if one.share is None
    )
    for index, source in enumerate(plan.recipe.source):
        if source.share is None or not plan.train:
            continue
        rows = training[index]
        has = rows / len(plan.train)
        copies = plan.repeats[index]
        said = (
            f"{one_line(source.path)}: a share of {source.share:.1%} was asked for;"
            f" {f'{copies} copies of each row make' if copies > 1 else 'each row once makes'}"
            f" {has:.1%}."
        )
        # Whole copies cannot hit every share; half a copy more or less is as near as they come.
        meant = source.share * fixed / (1 - shares)
        if rows and abs(rows - meant) <= 0.5 * rows / copies + 1e-6:
            yield Check("share-asked", Verdict.OK, said)
        else:
            yield Check(
                "share-asked",
                Verdict.WARN,
                said,
                "A row trains at least once; set a `limit` on this source, or give it more rows"
                " to stand against."
                if rows
                else "No row of this source is left to train.",
            )


def _multiplied(plan: Plan) -> Iterator[Check]:
    for source in plan.sources:
        distinct = source.rows - source.exact_duplicates
        if not source.exact_duplicates:
            continue
        if source.role == "base":
            yield Check(
                "multiplied",
                Verdict.OK,
                f"{source.path}: {source.multiplied}. The copies count once.",
            )
            continue
        times = source.rows / distinct
        if source.rows % distinct == 0 and source.evenly_multiplied:
            what = f"These {source.rows:,} rows are {plural(distinct, 'example')} {times:.0f} times"
        else:
            what = f"These {source.rows:,} rows are {plural(distinct, 'different example')}"
        yield Check(
            "multiplied",
            Verdict.WARN,
            f"{source.path}: {what}. The copies count once.",
            "Keep one of each in the file and say `repeat` in the recipe.",
        )


def _unreadable(plan: Plan) -> Iterator[Check]:
    bad = [one for one in plan.removed if one.reason == "unreadable"]
    for source in plan.sources:
        if source.unreadable:
            verdict = Verdict.ERROR if source.role == "curated" else Verdict.WARN
            places = [
                f"{one.row.where}: {one.evidence}" for one in bad if one.row.path == source.path
            ]
            yield Check(
                "unreadable",
                verdict,
                f"{source.path}: {plural(source.unreadable, 'row')} cannot be read as an"
                f" instruction and an output (the first is line {source.first_unreadable}).",
                "`curator lint` says what is wrong with each.",
                first_few(places),
            )


def _lint(plan: Plan) -> Iterator[Check]:
    if not plan.linted:
        return
    gate = plan.recipe.lint
    if plan.gate:
        rows = len({(one.path, one.line) for one in plan.gate})
        most = Counter(one.code for one in plan.gate).most_common(3)
        yield Check(
            "lint",
            Verdict.ERROR,
            f"Lint finds {plural(len(plan.gate), 'fault')} in {plural(rows, 'curated row')}"
            f" ({', '.join(f'{code} {count:,}' for code, count in most)}).",
            "Mend them in Author or with `curator lint`; `lint.curated` in the recipe says what"
            " counts.",
            first_few([f"{g.path}:{g.line} {g.code} {g.message}" for g in plan.gate]),
        )
    elif plan.curated_distinct and gate.curated != "off":
        yield Check("lint", Verdict.OK, "Lint has nothing against the curated rows.")
    unfit = [one for one in plan.removed if one.reason == "lint"]
    if unfit:
        yield Check(
            "lint",
            Verdict.WARN,
            f"{plural(len(unfit), 'base row')} left out for what lint found in"
            f" {'it' if len(unfit) == 1 else 'them'}.",
            "`lint.base` in the recipe says what counts.",
            first_few([f"{one.row.where}: {one.evidence}" for one in unfit]),
        )


def _redacted(plan: Plan) -> Iterator[Check]:
    if plan.redactions:
        rows = len({(one.path, one.line) for one in plan.redactions})
        count = sum(one.count for one in plan.redactions)
        yield Check(
            "redacted",
            Verdict.WARN,
            f"{plural(count, 'secret')} in {plural(rows, 'row')} written over.",
            "A key that stood in a file is known to whoever had the file: revoke it.",
            first_few([f"{r.path}:{r.line} {r.code} × {r.count}" for r in plan.redactions]),
        )


def _contamination(plan: Plan) -> Iterator[Check]:
    gone = [one for one in plan.removed if one.reason == "contamination"]
    if plan.suspects:
        spoilt = {(one.suite, one.prompt) for one in plan.suspects}
        yield Check(
            "contamination",
            Verdict.WARN,
            f"{plural(len(plan.suspects), 'curated row')} resemble"
            f"{'s' if len(plan.suspects) == 1 else ''} {plural(len(spoilt), 'prompt')} of a suite,"
            " which an evaluation will leave out of its score.",
            "Reword the example, or put another prompt into the suite.",
            first_few(
                [
                    f"{s.row.where} is {s.score:.0f} like {s.prompt} of {s.suite}"
                    for s in plan.suspects
                ]
            ),
        )
    elif plan.suites:
        names = ", ".join(name for name, _ in plan.suites)
        left = f" {plural(len(gone), 'base row')} that did {_was(gone)} left out." if gone else ""
        yield Check(
            "contamination", Verdict.OK, f"No row that trains resembles a prompt of {names}.{left}"
        )


def _was(rows: Sequence[object]) -> str:
    return "was" if len(rows) == 1 else "were"


def _twins(plan: Plan) -> Iterator[Check]:
    if not plan.twins_complete:
        yield Check(
            "twins",
            Verdict.ERROR,
            "There are more pairs of twins than can be looked at, so some twins may be left.",
            "Raise dedup.threshold, or take fewer rows.",
        )


def _validation(plan: Plan) -> Iterator[Check]:
    if plan.valid:
        yield Check("validation", Verdict.OK, f"Held out: {plural(len(plan.valid), 'row')}.")
    else:
        yield Check(
            "validation",
            Verdict.WARN,
            "No row is held out, so training cannot tell learning from memorising.",
            "Raise split.valid, or add base rows to hold out.",
        )


def _tokens(plan: Plan) -> Iterator[Check]:
    tokens = plan.tokens
    if tokens is None:
        return
    said = f"{tokens.learned:,} of {tokens.total:,} tokens are learned"
    if tokens.cut or tokens.empty:
        yield Check(
            "tokens",
            Verdict.WARN,
            f"{said}; {plural(tokens.cut, 'row')} longer than {tokens.max_seq_length:,} tokens,"
            f" {plural(tokens.empty, 'row')} with nothing left to learn.",
            "Raise max_seq_length, or shorten the rows; `curator check` names them.",
        )
    else:
        yield Check("tokens", Verdict.OK, f"{said}, and no row is cut.")
