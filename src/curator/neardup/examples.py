"""Twins among examples: by what is asked, by what is answered, or by both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from curator.example import Example
from curator.neardup.code import output_text
from curator.neardup.report import SCORERS, Copies, Links, TwinReport, join_links
from curator.neardup.text import instruction_text
from curator.neardup.twins import DEFAULT_THRESHOLD, MOST_LINKS, find_twins

On = Literal["instruction", "output", "both"]
#: The scores that `find_example_twins` computes of instructions.
INSTRUCTION_SCORERS = ("ratio", "words")

_CODE = SCORERS.index("code")


def compared_text(example: Example, on: On) -> str:
    """Return the text by which two examples are compared; for ``both``, that of the instruction."""
    return output_text(example.output) if on == "output" else instruction_text(example)


def find_example_twins(
    examples: Sequence[Example],
    against: Sequence[Example] | None = None,
    *,
    on: On = "instruction",
    threshold: float = DEFAULT_THRESHOLD,
    scorers: Sequence[str] = INSTRUCTION_SCORERS,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> TwinReport:
    """Find the pairs of examples that are twins.

    Args:
        examples: The examples to search.
        against: Others to compare them with; None compares `examples` with one another.
        on: ``instruction`` compares what the user says, with its input; ``output`` the answers,
            their code with names and layout normalised; ``both`` wants both to be alike, and the
            score is the lower of the two.
        threshold: The least score, 0 to 100.
        scorers: The scores of instructions: ``ratio``, ``words`` or both. Outputs are always
            compared by ``code``.
        progress: Called with the rows done and the rows in all.
        cancelled: Asked between blocks; True ends the search with what was found.
    """
    report = find_twins(
        [compared_text(example, on) for example in examples],
        None if against is None else [compared_text(example, on) for example in against],
        threshold=threshold,
        scorers=("code",) if on == "output" else scorers,
        progress=progress,
        cancelled=cancelled,
    )
    if on == "both":
        report = _with_outputs(report, examples, against)
    return replace(report, on=on)


def _with_outputs(
    report: TwinReport, examples: Sequence[Example], against: Sequence[Example] | None
) -> TwinReport:
    """Keep the pairs whose outputs are alike as well."""
    from rapidfuzz import fuzz, process

    # So many rows that ask the same are compared each with the next one only.
    few = report.pair_count > MOST_LINKS
    others = examples if against is None else against
    mine: dict[int, str] = {}
    theirs: dict[int, str] = {}
    found: list[Links] = []
    # Score by score, so that a threshold can be raised afterwards without losing a pair.
    for kind in np.unique(report.found.scorer).tolist() or [0]:
        by_kind = report.found.take(report.found.scorer == kind)
        part = replace(report, found=by_kind)
        one, other, score, scorer = part.chain() if few else part.arrays()
        for rows, source, known in ((one, examples, mine), (other, others, theirs)):
            for row in np.unique(rows).tolist():
                if row not in known:
                    known[row] = output_text(source[row].output)
        outputs = process.cpdist(
            [mine[row] for row in one.tolist()],
            [theirs[row] for row in other.tolist()],
            scorer=fuzz.ratio,
            score_cutoff=report.threshold,
            dtype=np.float64,
        )
        lower = outputs < score
        both = np.minimum(outputs, score)
        links = Links(one, other, both, np.where(lower, np.uint8(_CODE), scorer))
        found.append(links.take(both >= max(report.threshold, 1e-9)))
    return replace(
        report,
        found=join_links(found),
        left=_single(len(examples)),
        right=None if against is None else _single(len(others)),
        scorers=(*report.scorers, "code"),
        complete=report.complete and not few,
    )


def _single(rows: int) -> Copies:
    """Return every row as a text of its own."""
    return Copies(np.arange(rows), np.arange(rows + 1))
