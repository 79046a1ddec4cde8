"""Linting whole files: rows stream through, in this process or in several, and findings come out.

Memory holds a window of batches and what rules about sets keep of a row, never a file. Batches
that the cache knows are not linted again; the first rows that it does not know are linted here,
and only more of them are worth the start of other processes.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from curator.lint.batch import Batch, Found, Work, batches, lint_work, read_facts
from curator.lint.book import matches
from curator.lint.cache import Cache
from curator.lint.collection import FULL, Collection
from curator.lint.finding import Finding
from curator.lint.linter import Linter, breakdown, sound
from curator.lint.rule import Hit
from curator.lint.sources import Source

if TYPE_CHECKING:
    from curator.lint.workers import Workers

_LINTED_HERE = 200
_FACTS_HELD = 16 << 20
_SET_AT_ONCE = 1000
_BATCH = msgspec.msgpack.Decoder(Batch)


class _OfSet(msgspec.Struct, array_like=True):
    """What the rules about sets said, and which of them could not, beyond how many rows."""

    found: list[Found]
    left_out: dict[str, int]


_SET = msgspec.msgpack.Decoder(_OfSet)


@dataclass(slots=True)
class _Pending:
    """A batch on its way: its rows' lines, its key, and its result or what waits for it."""

    source: int
    lines: list[int]
    rows: list[bytes]
    key: bytes
    result: bytes | Batch | Callable[[], bytes]


class Scan:
    """One run of a linter over some sources.

    Args:
        linter: Which rules run.
        jobs: How many processes lint; 1 is this one alone.
        cache: What is known already.
        progress: Called with the rows read so far, now and then.

    Attributes:
        rows: How many rows were read, blank lines left out.
        files: How many sources were read.
        notes: What was left out and why, in sentences.
    """

    def __init__(
        self,
        linter: Linter,
        *,
        jobs: int = 1,
        cache: Cache | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.rows = self.files = 0
        self.notes: list[str] = []
        self._linter = linter
        self._jobs = jobs
        self._cache = cache
        self._progress = progress
        self._workers: Workers | None = None
        self._missed = 0
        self._shown: tuple[str, _Pending] | None = None
        self._broken = False
        self._linters: dict[tuple[str, ...], Linter] = {(): linter}

    def findings(self, sources: Sequence[Source]) -> Iterator[list[Finding]]:
        """Yield the findings, by file and line; those about the whole set come last.

        Raises:
            InputError: A source cannot be read at all.
            CuratorError: A process that linted was ended by somebody.
        """
        collection = _Collecting(self._linter, sources)
        window: deque[_Pending] = deque()
        try:
            for work in self._read(sources):
                window.append(self._begin(work, sources[work.source].ignore))
                while len(window) > (self._jobs * 3 if self._workers else 0):
                    yield self._finish(window.popleft(), sources, collection)
            while window:
                yield self._finish(window.popleft(), sources, collection)
            if self._linter.set_rules:
                self._shown = None
                yield from self._about_the_set(collection, sources)
        finally:
            if self._workers is not None:
                self._workers.close()
                self._workers = None
        if self._cache is not None:
            self._cache.save()

    def raw_of(self, finding: Finding) -> bytes | None:
        """Return the row that one of the findings yielded last is about, or None if it is gone."""
        if self._shown is None or self._shown[0] != finding.path:
            return None
        pending = self._shown[1]
        place = bisect_left(pending.lines, finding.line)
        found = place < len(pending.lines) and pending.lines[place] == finding.line
        return pending.rows[place] if found else None

    @property
    def key(self) -> bytes:
        """By what the cache knows the rows that the findings yielded last are about.

        Empty without a cache, where a rule broke down, and for findings about the set.
        """
        return self._shown[1].key if self._shown is not None and not self._broken else b""

    def _read(self, sources: Sequence[Source]) -> Iterator[Work]:
        for number, source in enumerate(sources):
            self.files += 1
            yield from batches(number, source.rows)

    def _begin(self, work: Work, ignore: tuple[str, ...]) -> _Pending:
        # Without a cache nobody asks for the key.
        key = b""
        if self._cache is not None:
            key = work.key + ",".join(ignore).encode()
            known = self._cache.get(key)
            if known is not None:
                return _Pending(work.source, work.lines, work.rows, key, known)
        result: bytes | Batch | Callable[[], bytes]
        if self._jobs > 1 and self._missed > _LINTED_HERE:
            result = self._others().lint(work.rows, bom=work.bom, ignore=ignore)
        else:
            result = lint_work(self._narrowed(ignore), work.rows, bom=work.bom)
        self._missed += len(work.rows)
        return _Pending(work.source, work.lines, work.rows, key, result)

    def _narrowed(self, ignore: tuple[str, ...]) -> Linter:
        if ignore not in self._linters:
            self._linters[ignore] = self._linter.without(ignore)
        return self._linters[ignore]

    def _others(self) -> Workers:
        if self._workers is None:
            # What processes are made of takes a while to import, and most runs need none.
            from curator.lint.workers import Workers

            self._workers = Workers(self._linter.spec, self._jobs)
        return self._workers

    def _finish(
        self, pending: _Pending, sources: Sequence[Source], collection: _Collecting
    ) -> list[Finding]:
        result = pending.result
        data = result() if callable(result) else result
        batch = data if isinstance(data, Batch) else _BATCH.decode(data)
        self._broken = not isinstance(result, bytes) and _broke(batch.found)
        if self._cache is not None and not isinstance(result, bytes) and not self._broken:
            encoded = msgspec.msgpack.encode(data) if isinstance(data, Batch) else data
            self._cache.put(pending.key, encoded)
        self.rows += batch.rows
        if self._progress:
            self._progress(self.rows)
        if self._linter.set_rules:
            collection.take(pending, batch)
        self._shown = (sources[pending.source].name, pending)
        name, lines, linter = sources[pending.source].name, pending.lines, self._linter
        return [one.at(linter, name, lines[one.index]) for one in batch.found]

    def _about_the_set(
        self, collection: _Collecting, sources: Sequence[Source]
    ) -> Iterator[list[Finding]]:
        known = self._cache.get(collection.key) if self._cache is not None else None
        if known is not None:
            said = _SET.decode(known)
            found = said.found
            self.notes += notes_of(said.left_out)
            places = collection.places(one.index for one in found)
            yield [one.at(self._linter, *place) for one, place in zip(found, places, strict=True)]
            return
        whole = collection.whole()
        ignores = {source.name: source.ignore for source in sources}
        kept: list[Found] = []
        findings: list[Finding] = []
        for one in lint_set(self._linter, whole):
            path, line = whole.where(one.index)
            if matches(one.code, ignores.get(path, ())):
                continue
            if self._cache is not None and len(kept) <= FULL:
                kept.append(one)
            findings.append(one.at(self._linter, path, line))
            if len(findings) >= _SET_AT_ONCE:
                yield findings
                findings = []
        yield findings
        self.notes += notes_of(whole.left_out)
        if self._cache is not None and len(kept) <= FULL and not _broke(kept):
            said = _OfSet(kept, whole.left_out)
            self._cache.put(collection.key, msgspec.msgpack.encode(said))


def _broke(found: Sequence[Found]) -> bool:
    """Return whether a rule broke down: why it did may lie outside of the rows, and be mended."""
    return any(one.crashed for one in found)


class _Collecting:
    """What rules about sets need, kept unread for as long as it is small.

    A run that changes nothing finds its answer under `key` and never reads any of it.
    """

    def __init__(self, linter: Linter, sources: Sequence[Source]) -> None:
        # Of each batch its file, its rows' lines, which of them are examples, and their facts;
        # copies, because a batch would keep its findings alive.
        self._held: list[tuple[int, list[int], bytes, bytes]] = []
        self._size = 0
        self._sources = sources
        self._source = -1
        self._collection = Collection(linter.spec.held_out)
        self._hash = hashlib.sha256(b"set")

    @property
    def key(self) -> bytes:
        """A hash of all rows in their order."""
        return self._hash.digest()

    def take(self, pending: _Pending, batch: Batch) -> None:
        """Take a batch."""
        self._hash.update(pending.key + pending.source.to_bytes(4, "little"))
        facts = bytes(batch.facts)
        self._held.append((pending.source, pending.lines, batch.examples, facts))
        self._size += len(facts)
        if self._size > _FACTS_HELD or len(self._collection) > FULL:
            self._read()

    def whole(self) -> Collection:
        """Return everything that was taken."""
        self._read()
        return self._collection

    def places(self, numbers: Iterable[int]) -> list[tuple[str, int]]:
        """Return the file and line of rows, by their numbers."""
        wanted = list(numbers)
        if not wanted:
            return []
        if len(self._collection):
            whole = self.whole()
            return [whole.where(number) for number in wanted]
        # Nothing was read yet, and the numbers of the examples are enough to know their lines.
        found, before = [], 0
        held = iter(self._held)
        source, lines, rows = 0, list[int](), array("H")
        for number in sorted(wanted):
            while number - before >= len(rows):
                before += len(rows)
                source, lines, examples, _ = next(held)
                rows = array("H", examples)
            found.append((number, (self._sources[source].name, lines[rows[number - before]])))
        known = dict(found)
        return [known[number] for number in wanted]

    def _read(self) -> None:
        for source, lines, _, facts_of_batch in self._held:
            if source != self._source:
                self._source = source
                self._collection.begin(self._sources[source].name)
            for facts in read_facts(facts_of_batch):
                self._collection.add(facts, lines[facts.index])
        self._held.clear()
        self._size = 0


def notes_of(left_out: Mapping[str, int]) -> list[str]:
    """Return in sentences which rules about sets were left out, by how many rows they compare."""
    by_most: dict[int, list[str]] = {}
    for code, most in left_out.items():
        by_most.setdefault(most, []).append(code)
    return [
        f"{_joined(codes)} {'was' if len(codes) == 1 else 'were'} left out: there are more than"
        f" {most:,} rows. `curator dupes` compares them."
        for most, codes in by_most.items()
    ]


def _joined(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def lint_set(linter: Linter, collection: Collection) -> Iterator[Found]:
    """Yield what the rules about sets say, each with the number of its row.

    A set without examples is spoken of nowhere: there is no row to say it of.
    """
    for rule in linter.set_rules if len(collection) else ():
        try:
            for number, hit in rule.check(collection):
                if not collection.ignores(number, rule.code):
                    yield _found(collection, number, rule.code, sound(hit))
        except (Exception, SystemExit) as error:
            yield _found(collection, 0, rule.code, breakdown(error), crashed=True)


def _found(
    collection: Collection, number: int, code: str, hit: Hit, *, crashed: bool = False
) -> Found:
    identity = collection.ids[number] if collection.full else None
    digest = collection.digests[number] if collection.full else ""
    return Found(
        number,
        code,
        hit.message,
        identity,
        hit.pointer,
        hit.span.start,
        hit.span.end,
        digest,
        hit.fix,
        crashed,
    )
