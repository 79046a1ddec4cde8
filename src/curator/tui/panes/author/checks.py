"""The work behind the marks: lint, likeness and size, done off the thread that draws.

Nothing here knows a widget. The pane runs these in worker threads and takes the results back in
messages; a check that has been overtaken is dropped by whoever asked for it. `curator.neardup` is
imported by the first check and not with this module, so that the first paint does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curator.example import Example, Profile, parse
from curator.lint import Finding, Linter
from curator.store import Problem, Row, decode
from curator.tui.panes.author.ledger import Entry

if TYPE_CHECKING:
    from curator.sandbox import Outcome

#: Above this many rows, comparing all of them with one another takes longer than 20 s here.
MOST_ROWS_FOR_TWINS = 20_000
_BATCH = 16


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says about one content of one row.

    Attributes:
        text: What twins are compared by.
        findings: What the rules say.
        twins: The rows most like it, likest first, with their scores.
        characters: How long the three texts are together.
    """

    text: str
    findings: tuple[Finding, ...]
    twins: tuple[tuple[Entry, float], ...] = ()
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be checked: a row as it stands in the editor.

    Attributes:
        line: Its line in the file, from 1.
        content: The example, or the line itself where it is edited as one.
        entry: What the ledger holds for the row.
    """

    line: int
    content: Example | str
    entry: Entry


def check(
    subject: Subject, linter: Linter, path: str, entries: Sequence[Entry], threshold: float
) -> Verdict:
    """Check one row and find its twins among `entries`."""
    from curator.neardup import instruction_text, nearest

    row = _row(subject)
    findings = tuple(linter.row(row, path))
    if row.example is None:
        return Verdict("", findings, characters=len(str(subject.content)))
    text = instruction_text(row.example)
    texts = [entry.text or None if entry is not subject.entry else None for entry in entries]
    found = nearest(text, texts, threshold=threshold) if text else ()
    twins = tuple((entries[one.index], one.score) for one in found)
    return Verdict(text, findings, twins, size(row.example))


def scan(
    rows: Iterable[Row],
    linter: Linter,
    name: str,
    entries: Sequence[Entry],
    cancelled: Callable[[], bool],
) -> Iterator[list[tuple[Entry, Verdict]]]:
    """Check rows one after the other, in batches.

    Args:
        rows: The rows: those of the file on disk, or some that were just added.
        linter: Which rules to run.
        name: What findings call the file.
        entries: What to attach each row's verdict to.
        cancelled: Asked before each batch; True ends the scan.

    Raises:
        InputError: The rows come from a file that cannot be read any more.
    """
    from curator.neardup import instruction_text

    batch: list[tuple[Entry, Verdict]] = []
    for entry, row in zip(entries, rows, strict=False):
        text = instruction_text(row.example) if row.example else ""
        batch.append((entry, Verdict(text, tuple(linter.row(row, name)))))
        if len(batch) >= _BATCH:
            if cancelled():
                return
            yield batch
            batch = []
    yield batch


def twins_of_all(
    texts: Sequence[tuple[Entry, str]], threshold: float, cancelled: Callable[[], bool]
) -> list[tuple[Entry, Entry, float]]:
    """Return every pair of twins among rows; none where there are too many to compare.

    Args:
        texts: Each row's entry and what it is compared by.
        threshold: The least score, 0 to 100.
        cancelled: Asked between blocks; True ends the search with what was found.
    """
    from curator.neardup import find_twins

    if len(texts) > MOST_ROWS_FOR_TWINS:
        return []
    report = find_twins([text for _, text in texts], threshold=threshold, cancelled=cancelled)
    return [(texts[pair.a][0], texts[pair.b][0], pair.score) for pair in report.pairs]


def run_example(example: Example, profile: Profile) -> Outcome:
    """Run an example's code, sealed.

    Raises:
        SandboxError: There is no way here to run it sealed.
    """
    from curator.sandbox import Limits, Program, run

    answer = parse(example.output, profile)
    names = [
        next((spec.title for spec in profile.by_role(role)), role)
        for role in ("solution", "usage", "test")
    ]
    program = Program(
        solution=answer.source("solution"),
        usage=answer.source("usage"),
        test=answer.source("test"),
        names=(names[0], names[1], names[2]),
    )
    return run(program, Limits())


def _row(subject: Subject) -> Row:
    if isinstance(subject.content, Example):
        return Row(subject.line, 0, 0, subject.content)
    raw = subject.content.encode("utf-8", "surrogateescape")
    read = decode(raw)
    if isinstance(read, Problem):
        return Row(subject.line, 0, len(raw), None, read)
    return Row(subject.line, 0, len(raw), read)


def size(example: Example) -> int:
    """Return how many characters the three texts of an example have together."""
    return len(example.instruction) + len(example.input) + len(example.output)
