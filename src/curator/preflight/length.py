"""Checks of lengths: what is cut, what is left to learn, and what batches make of the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from curator.mix import Check, Verdict
from curator.mix.check import first_few
from curator.preflight.report import Subject, be
from curator.terminal import plural

# mlx-lm's trainer and ours both pad to a multiple of this; its batches have one column more.
_STEP = 32
_MUCH_PADDING = 0.3
_EPOCHS = 3


def check_lengths(subject: Subject) -> Iterator[Check]:
    """Yield what there is to say about rows that are cut, and rows with nothing to learn."""
    limit = subject.spec.max_seq_length
    longest = max(row.total for row in subject.train)
    # A row whose end token is kept loses a line break at most.
    cut = [n for n, row in enumerate(subject.train) if row.total > limit and _end(row) > limit]
    empty = [n for n, row in enumerate(subject.train) if not subject.learned(row)]
    if cut:
        titles = [spec.title for spec in subject.profile.section]
        lost = Counter(
            titles[place]
            for number in cut
            for place, at in enumerate(subject.train[number].sections)
            if at >= limit
        )
        parts = ", ".join(f"{count:,} lose {title} whole" for title, count in lost.most_common())
        curated = sum(subject.is_curated(number) for number in cut)
        yield Check(
            "too-long",
            Verdict.ERROR if curated else Verdict.WARN,
            f"{plural(len(cut), 'row')} of {len(subject.train):,} ({curated:,} curated)"
            f" {be(len(cut))} longer than {limit:,} tokens. Each loses the end of its answer and"
            " its end token" + (f"; {parts}." if parts else "."),
            f"Raise max_seq_length (the longest row has {longest:,} tokens), or shorten them.",
            first_few(
                [
                    f"{subject.where(n)}: {subject.train[n].total:,} tokens"
                    for n in _curated_first(subject, cut)
                ]
            ),
        )
    else:
        yield Check(
            "too-long",
            Verdict.OK,
            f"No answer is cut: the longest row has {longest:,} of {limit:,} tokens.",
        )
    if empty:
        curated = sum(subject.is_curated(number) for number in empty)
        everything = len(empty) == len(subject.train)
        yield Check(
            "nothing-to-learn",
            Verdict.ERROR if curated or everything else Verdict.WARN,
            f"{plural(len(empty), 'row')} ({curated:,} curated)"
            f" {be(len(empty), 'leaves', 'leave')} nothing to learn: the prompt alone fills"
            f" {limit:,} tokens.",
            "Raise max_seq_length, or take them out.",
            first_few([subject.where(number) for number in _curated_first(subject, empty)]),
        )
    else:
        yield Check("nothing-to-learn", Verdict.OK, "Every row has something to learn.")


def _end(row: object) -> int:
    end: int = getattr(row, "end", 0)
    return end or 1 << 62


def _curated_first(subject: Subject, numbers: Sequence[int]) -> list[int]:
    return sorted(numbers, key=lambda number: not subject.is_curated(number))


def check_batches(subject: Subject) -> Iterator[Check]:
    """Yield what there is to say about validation, remainders, padding and copies in a batch."""
    spec = subject.spec
    yield _step_size(subject)
    valid = len(subject.mixture.valid)
    if not valid:
        yield Check(
            "valid-batch",
            Verdict.WARN,
            "There are no validation rows, so nothing tells learning from memorising.",
            "Give the recipe a split.valid above 0.",
        )
    elif valid < spec.batch_size:
        yield Check(
            "valid-batch",
            Verdict.WARN,
            f"There {be(valid)} {plural(valid, 'validation row')}, fewer than the"
            f" {spec.batch_size} of a batch: mlx-lm's own trainer refuses that. Curator's validates"
            " on what there is, and a loss of so few rows says little.",
            "Raise split.valid, or lower batch_size.",
        )
    else:
        said = f"{plural(valid, 'validation row')} fill a batch of {spec.batch_size}."
        yield Check("valid-batch", Verdict.OK, said)
    yield from _unseen(subject)
    if subject.lengths:
        yield _padding(subject)
        yield _copies(subject)


def _step_size(subject: Subject) -> Check:
    rows, size = len(subject.mixture.train), subject.spec.rows_per_step
    if size <= rows:
        said = (
            f"{plural(rows, 'row')} take {plural(-(-rows // size), 'step')} of {size:,} an epoch."
        )
        return Check("batch-size", Verdict.OK, said)
    return Check(
        "batch-size",
        Verdict.WARN,
        f"A step would take {size:,} rows, but there {be(rows)} {rows:,} to train on: each"
        f" step is all of them, and {plural(subject.spec.iters, 'iteration')} are as many epochs.",
        "Lower batch_size or grad_accumulation, or train on more rows.",
    )


def _unseen(subject: Subject) -> Iterator[Check]:
    rows, size = len(subject.mixture.train), subject.spec.batch_size
    if size > rows:
        yield Check(
            "unseen-rows",
            Verdict.WARN,
            f"{plural(rows, 'row')} {be(rows, 'does', 'do')} not fill a batch of {size:,}: mlx-lm's"
            " own trainer refuses that. Curator's takes them as one.",
            "Lower batch_size.",
        )
        return
    left = rows % size
    lost = range(rows - left, rows)
    curated = sum(subject.is_curated(number) for number in lost)
    if not left:
        said = f"{plural(rows, 'row')} divide into batches of {size}."
        yield Check("unseen-rows", Verdict.OK, said)
        return
    yield Check(
        "unseen-rows",
        Verdict.WARN if curated else Verdict.OK,
        f"{plural(rows, 'row')} leave {left} over in batches of {size}. mlx-lm's own batching would"
        f" never train the last {left} ({curated} curated); Curator's leaves none out.",
        "Train with `curator train`, or take a batch_size that divides the rows."
        if curated
        else "",
        first_few([subject.where(number) for number in lost]),
    )


def _padding(subject: Subject) -> Check:
    lengths, size = subject.lengths, subject.spec.batch_size
    # With it comes NumPy, which not every command that may train should load.
    from curator.train.batches import epoch_order

    order = epoch_order(lengths, range(len(lengths)), size, seed=subject.spec.seed, epoch=0)
    ours = _waste([[lengths[row] for row in batch] for batch in order])
    plain = [lengths[at : at + size] for at in range(0, len(lengths), size)]
    said = (
        f"{ours:.0%} of what is computed is padding; in the order of the file, as mlx-lm batches"
        f" it, {_waste(plain):.0%} would be."
    )
    if ours > _MUCH_PADDING:
        return Check(
            "padding",
            Verdict.WARN,
            said,
            "Rows differ much in length; a smaller batch_size with grad_accumulation pads less.",
        )
    return Check("padding", Verdict.OK, said)


def _waste(batches: list[list[int]]) -> float:
    """Return which share of the tokens of some batches is padding."""
    computed = sum(len(batch) * -(-max(batch) // _STEP) * _STEP for batch in batches)
    return 1 - sum(map(sum, batches)) / computed


def _copies(subject: Subject) -> Check:
    from curator.train.batches import epoch_order

    groups = [
        str(subject.mixture.train[number])
        for number, row in enumerate(subject.train)
        if subject.learned(row)
    ]
    spec = subject.spec
    size = spec.rows_per_step
    ours = 0
    for epoch in range(_EPOCHS):
        order = epoch_order(subject.lengths, groups, size, seed=spec.seed, epoch=epoch)
        ours += sum(_repeats([groups[row] for row in batch]) for batch in order)
    plain = [groups[at : at + size] for at in range(0, len(groups), size)]
    together = sum(map(_repeats, plain))
    of = f"of {plural(len(plain), 'batch')[:-1]}es" if len(plain) != 1 else "of 1 batch"
    said = (
        f"Copies of one example share {plural(ours, 'step')} in the first {_EPOCHS} epochs; in the"
        f" order of the file they would share {together:,} {of} of an epoch."
    )
    if ours:
        return Check(
            "copies-together",
            Verdict.WARN,
            said,
            "Two copies in one step are one example at twice the rate; lower `repeat` or the"
            " rows of a step.",
        )
    return Check("copies-together", Verdict.OK, said)


def _repeats(batch: list[str]) -> bool:
    return len(set(batch)) < len(batch)
