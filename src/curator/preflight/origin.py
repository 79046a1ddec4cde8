"""Checks that need to know where rows came from, and what they resemble."""

from __future__ import annotations

from collections.abc import Iterator

from curator.mix import Check, Manifest, Verdict
from curator.mix.check import first_few
from curator.mix.checks import exposures_check
from curator.preflight.report import Subject, be, user_of
from curator.terminal import plural

_CONTAMINATION = 85.0
_TWINS = 90.0


def check_curated(subject: Subject) -> Iterator[Check]:
    """Yield whether every curated example trains, and how often."""
    manifest = subject.manifest
    if manifest is None:
        return
    held_out = [
        f"{row.where} is in {split}"
        for split in ("valid", "test")
        for row in manifest.rows.get(split, [])
        if row.role == "curated"
    ]
    left_out = [
        f"{one.path}:{one.line} left out: {one.reason}"
        for one in manifest.left_out
        if one.role == "curated" and one.reason != "exact duplicate"
    ]
    empty = [
        f"{subject.where(number)} has nothing to learn"
        for number, row in enumerate(subject.train)
        if not subject.learned(row) and subject.is_curated(number)
    ]
    training = _examples_that_train(subject, manifest)
    missing = [*held_out, *left_out, *empty]
    if missing:
        yield Check(
            "curated-missing",
            Verdict.ERROR,
            f"{plural(len(missing), 'curated row')} will not train ({len(held_out):,} held out,"
            f" {len(left_out):,} left out, {len(empty):,} with nothing to learn);"
            f" {plural(training, 'example')} will.",
            'Set split.curated_in_valid = "none", and no limit on curated sources.',
            first_few(missing),
        )
    elif training:
        said = (
            "The one curated example trains."
            if training == 1
            else f"All {training:,} curated examples train."
        )
        yield Check("curated-missing", Verdict.OK, said)
    else:
        yield Check(
            "curated-missing",
            Verdict.WARN,
            "There are no curated examples in this mixture.",
            'Give a source the role "curated".',
        )


def _examples_that_train(subject: Subject, manifest: Manifest) -> int:
    """Return how many different curated examples have a row with something to learn."""
    if not subject.train:
        # Rows that could not be counted in tokens.
        return int(manifest.counts.get("curated_examples", 0))
    return len(
        {
            origin.hash
            for origin, row in zip(manifest.rows["train"], subject.train, strict=True)
            if origin.role == "curated" and subject.learned(row)
        }
    )


def check_exposures_of(subject: Subject) -> Iterator[Check]:
    """Yield how often training shows each example."""
    # With it comes NumPy, which not every command that may train should load.
    from curator.train.batches import batches_per_epoch

    manifest, spec = subject.manifest, subject.spec
    if manifest is None or not manifest.counts.get("curated_examples"):
        return
    rows, curated = len(subject.mixture.train), manifest.counts["curated_rows"]
    # An epoch takes whole steps, the last no smaller than the others by more than a row.
    shown = spec.iters / batches_per_epoch(rows, spec.rows_per_step)
    examples = manifest.counts["curated_examples"]
    base = manifest.counts.get("base_examples", 0)
    yield exposures_check(
        shown * curated / examples,
        shown * (rows - curated) / base if base else 0.0,
        rows,
        curated=int(examples),
        iters=spec.iters,
        rows=min(spec.rows_per_step, rows),
    )


def check_twins(subject: Subject) -> Iterator[Check]:
    """Yield whether a held-out row is in training as well, or is like a row that is."""
    mixture = subject.mixture
    held = [
        (split, number, row)
        for split, rows in (("valid", mixture.valid), ("test", mixture.test))
        for number, row in enumerate(rows)
    ]
    if not held:
        return
    from curator.neardup import find_twins, normalise

    threshold = _TWINS
    if subject.manifest is not None:
        threshold = float(subject.manifest.recipe.get("dedup", {}).get("threshold", _TWINS))
    asked: dict[str, int] = {}
    for number, row in enumerate(mixture.train):
        asked.setdefault(normalise(user_of(row)), number)
    numbers = list(asked.values())
    report = find_twins(
        [normalise(user_of(row)) for _, _, row in held], list(asked), threshold=threshold
    )
    best: dict[int, tuple[float, int]] = {}
    for pair in report.pairs:
        if pair.a not in best or pair.score > best[pair.a][0]:
            best[pair.a] = (pair.score, numbers[pair.b])
    same = {str(row) for row in mixture.train}
    exact = sum(str(held[place][2]) in same for place in best)
    if not best:
        yield Check(
            "twins-across",
            Verdict.OK,
            f"No held-out row is like a training row ({plural(len(held), 'row')} compared, at"
            f" {threshold:g}).",
        )
        return
    yield Check(
        "twins-across",
        Verdict.ERROR if exact else Verdict.WARN,
        f"{plural(len(best), 'held-out row')} of {len(held):,} {be(len(best))} like a training row"
        f" at {threshold:g} or above, {exact:,} of them the same: their loss measures memory.",
        "Build the mixture with `curator mix`, which splits whole clusters.",
        first_few(
            [
                f"{subject.where(held[place][1], held[place][0])} is {score:.0f} like"
                f" {subject.where(number)}"
                for place, (score, number) in sorted(best.items())
            ]
        ),
    )


def check_contamination(subject: Subject) -> Iterator[Check]:
    """Yield which prompts of the suites a training row resembles."""
    if not subject.held_out:
        return
    from curator.neardup import find_twins, normalise

    asked: dict[str, int] = {}
    for number, row in enumerate(subject.mixture.train):
        asked.setdefault(normalise(user_of(row)), number)
    numbers = list(asked.values())
    report = find_twins(
        [normalise(one.text) for one in subject.held_out], list(asked), threshold=_CONTAMINATION
    )
    best: dict[int, tuple[float, int]] = {}
    for pair in report.pairs:
        if pair.a not in best or pair.score > best[pair.a][0]:
            best[pair.a] = (pair.score, numbers[pair.b])
    suites = ", ".join(sorted({one.suite for one in subject.held_out}))
    if not best:
        yield Check("contamination", Verdict.OK, f"No training row resembles a prompt of {suites}.")
        return
    exact = sum(score == 100 for score, _ in best.values())
    yield Check(
        "contamination",
        Verdict.WARN,
        f"{plural(len(best), 'prompt')} of {len(subject.held_out):,} in {suites}"
        f" {be(len(best), 'resembles', 'resemble')} a training row at {_CONTAMINATION:g} or above,"
        f" {exact:,} exactly; an evaluation leaves {be(len(best), 'it', 'them')} out.",
        "Mix again with these suites named in the recipe, or reword the curated examples.",
        first_few(
            [
                f"{subject.held_out[place].prompt} is {score:.0f} like {subject.where(number)}"
                for place, (score, number) in sorted(best.items())
            ]
        ),
    )
