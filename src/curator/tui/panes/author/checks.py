"""The work behind the marks: lint, likeness and size, done off the thread that draws.

Nothing here knows a widget. The pane runs these in worker threads and takes the results back in
messages; a check that has been overtaken is dropped by whoever asked for it. `curator.neardup` is
imported by the first check and not with this module, so that the first paint does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from curator.example import Example
from curator.lint import Finding, Linter
from curator.store import Problem, Row, decode
from curator.tui.panes.author.likeness import likest_pairs

#: Files of more rows than this are checked row by row as they are opened, and not as a whole.
MOST_ROWS_CHECKED = 200_000
#: Above this many rows, comparing all of them with one another takes minutes.
MOST_ROWS_FOR_TWINS = 100_000
#: Of how many twins of one row a file as a whole keeps note; the likest ones.
MOST_TWINS = 20
_BATCH = 16

Cancelled = Callable[[], bool]
Twins = tuple[tuple[int, float], ...]
Likest = Callable[[str], Twins]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says about one content of one row.

    Attributes:
        text: What twins are compared by.
        findings: What the rules say.
        twins: The rows most like it by their keys, likest first, with their scores.
    """

    text: str
    findings: tuple[Finding, ...]
    twins: Twins = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be checked: a row as it stands in the editor.

    Attributes:
        line: Its line in the file, from 1.
        content: The example, or the line itself where it is edited as one.
        key: The number of the content that the file holds for the row.
    """

    line: int
    content: Example | str
    key: int


def check(
    subject: Subject,
    linter: Linter,
    path: str,
    likest: Likest = lambda _text: (),
) -> Verdict:
    """Check one row and find its twins.

    Args:
        subject: The row.
        linter: Which rules to run.
        path: What findings call the file.
        likest: Gives the rows most like a text, with their scores.
    """
    from curator.neardup import instruction_text

    row = _row(subject)
    findings = tuple(linter.row(row, path))
    if row.example is None:
        return Verdict("", findings)
    text = instruction_text(row.example)
    return Verdict(text, findings, likest(text))


def scan(
    rows: Iterable[Row], linter: Linter, name: str, keys: Sequence[int], cancelled: Cancelled
) -> Iterator[list[tuple[int, Verdict]]]:
    """Check rows one after the other, in batches.

    Args:
        rows: The rows: those of the file on disk, or some that were just added.
        linter: Which rules to run.
        name: What findings call the file.
        keys: What to attach each row's verdict to.
        cancelled: Asked before each batch; True ends the scan.

    Raises:
        InputError: The rows come from a file that cannot be read any more.
    """
    from curator.neardup import instruction_text

    batch: list[tuple[int, Verdict]] = []
    for key, row in zip(keys, rows, strict=False):
        text = instruction_text(row.example) if row.example else ""
        batch.append((key, Verdict(text, tuple(linter.row(row, name)))))
        if len(batch) >= _BATCH:
            if cancelled():
                return
            yield batch
            batch = []
    yield batch


def twins_of_all(
    texts: Sequence[tuple[int, str]],
    threshold: float,
    cancelled: Cancelled,
    compared: Callable[[float], None] = lambda _share: None,
) -> list[tuple[int, int, float]]:
    """Return the pairs of twins among rows; none where there are too many rows to compare.

    Of a row that has very many twins, only the likest are among them.

    Args:
        texts: Each row's key and what it is compared by.
        threshold: The least score, 0 to 100.
        cancelled: Asked between blocks; True ends the search with what was found.
        compared: Told now and then which share of the rows was compared, 0 to 1.
    """
    from curator.neardup import INSTRUCTION_SCORERS, find_twins

    if len(texts) > MOST_ROWS_FOR_TWINS:
        return []
    report = find_twins(
        [text for _, text in texts],
        threshold=threshold,
        scorers=INSTRUCTION_SCORERS,
        progress=lambda rows, total: compared(rows / max(total, 1)),
        cancelled=cancelled,
    )
    return [(texts[a][0], texts[b][0], score) for a, b, score in likest_pairs(report, MOST_TWINS)]


def _row(subject: Subject) -> Row:
    if isinstance(subject.content, Example):
        return Row(subject.line, 0, 0, subject.content)
    raw = subject.content.encode("utf-8", "surrogateescape")
    read = decode(raw)
    if isinstance(read, Problem):
        return Row(subject.line, 0, len(raw), None, read)
    return Row(subject.line, 0, len(raw), read)
