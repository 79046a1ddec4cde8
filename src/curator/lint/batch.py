"""Rows linted together: the unit that a process works on, and that the cache keeps."""

from __future__ import annotations

import hashlib
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from curator.example import Example
from curator.lint.collection import Facts, facts_of
from curator.lint.finding import Finding, Fix
from curator.lint.linter import Linter
from curator.lint.record import Record
from curator.store import Row
from curator.store.rows import row_from_bytes

_MOST = 1024
_CUT = 0xFF
_BYTES = 1 << 20


@dataclass(slots=True)
class Work:
    """Some rows of one file, still as bytes.

    Attributes:
        source: The number of the file.
        lines: The line of each row.
        rows: The rows, without line ends.
        bom: Whether a byte order mark stands before the first.
    """

    source: int
    lines: list[int]
    rows: list[bytes]
    bom: bool = False

    @property
    def key(self) -> bytes:
        """A hash of the content, whatever lines it stands on."""
        head = b"\xef\xbb\xbf" if self.bom else b""
        return hashlib.sha256(head + b"\n".join(self.rows)).digest()


class Found(msgspec.Struct, array_like=True, gc=False):
    """A finding whose row is known by its place in the batch: the file may have moved it since."""

    index: int
    code: str
    message: str
    id: str | None
    pointer: str
    start: int
    end: int
    digest: str
    fix: Fix | None = None
    crashed: bool = False

    def at(self, linter: Linter, path: str, line: int) -> Finding:
        """Return the finding of the row that stands at `line` of `path`."""
        return Finding(
            self.code,
            linter.names[self.code],
            linter.grave if self.crashed else linter.severities[self.code],
            self.message,
            path,
            line,
            self.id,
            self.pointer,
            self.start,
            self.end,
            self.fix,
            self.digest,
            self.crashed,
        )


class Batch(msgspec.Struct, array_like=True):
    """What linting some rows gave.

    Attributes:
        rows: How many rows there were, blank ones left out.
        found: The findings, by row.
        examples: Which of the rows are examples, as 16-bit numbers.
        facts: What rules about sets need, as MessagePack of a list of `Facts`: most runs that find
            a batch in the cache never look at them.
    """

    rows: int
    found: list[Found]
    examples: bytes
    facts: msgspec.Raw

    def read_facts(self) -> list[Facts]:
        """Return what rules about sets need."""
        return read_facts(self.facts)


_FACTS = msgspec.msgpack.Decoder(list[Facts])


def read_facts(facts: bytes | msgspec.Raw) -> list[Facts]:
    """Return facts from their MessagePack form."""
    return _FACTS.decode(facts)


def lint_batch(linter: Linter, rows: Iterable[Row], raws: Sequence[bytes] | None = None) -> Batch:
    """Lint some rows.

    Args:
        linter: Which rules run.
        rows: The rows; a byte order mark before the first shows in its `start`.
        raws: Their bytes, by which a baseline knows those that cannot be read.
    """
    found: list[Found] = []
    facts: list[Facts] = []
    counted = 0
    wanted = bool(linter.set_rules)
    for index, row in enumerate(rows):
        example = row.example
        record = Record(example, linter.profile) if example is not None else None
        bom = row.line == 1 and row.start == len(_BOM) and raws is not None
        hits = linter.hits(row, record, bom=bom)
        counted += row.problem is None or row.problem.kind != "blank"
        digest = ""
        if hits or (wanted and record):
            digest = digest_of(example, raws[index] if raws is not None else None)
        for rule, hit, crashed in hits:
            found.append(
                Found(
                    index,
                    rule.code,
                    hit.message,
                    example.id if example is not None else None,
                    hit.pointer,
                    hit.span.start,
                    hit.span.end,
                    digest,
                    hit.fix,
                    crashed,
                )
            )
        if wanted and record is not None:
            facts.append(facts_of(record, index, digest))
    examples = array("H", [one.index for one in facts]).tobytes()
    return Batch(counted, found, examples, msgspec.Raw(msgspec.msgpack.encode(facts)))


def lint_work(linter: Linter, rows: Sequence[bytes], *, bom: bool) -> Batch:
    """Lint rows that are still bytes."""
    start = len(_BOM) if bom else 0
    read = (
        row_from_bytes(raw, line=1 if index == 0 else 2, start=start if index == 0 else 0)
        for index, raw in enumerate(rows)
    )
    return lint_batch(linter, read, rows)


def digest_of(example: Example | None, raw: bytes | None) -> str:
    """Return the hash by which a baseline knows a row: of its texts, or of the row itself.

    Empty for a row that cannot be read and whose bytes are not known.
    """
    if example is not None:
        return example.content_hash
    return hashlib.sha256(raw).hexdigest() if raw is not None else ""


def batches(source: int, rows: Iterable[tuple[int, bytes, bool]]) -> Iterator[Work]:
    """Cut rows into batches where their content says so.

    A cut comes after a row whose checksum ends in eight zero bits, so a row that is added or taken
    away changes the batch it is in and no other, and the cache still knows the rest.

    Args:
        source: The number of the file.
        rows: For each its line, its bytes, and whether a byte order mark stands before it.
    """
    work = Work(source, [], [])
    size = 0
    for line, raw, bom in rows:
        work.lines.append(line)
        work.rows.append(raw)
        work.bom |= bom
        size += len(raw)
        if len(work.rows) >= _MOST or size >= _BYTES or not zlib.crc32(raw) & _CUT:
            yield work
            work, size = Work(source, [], []), 0
    if work.rows:
        yield work


_BOM = b"\xef\xbb\xbf"
