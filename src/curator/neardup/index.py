"""An index of one set of texts: asked while somebody types, kept on disk, changed by a row.

A question costs one product of the sketches with one vector, and exact scores for the few rows
that come close: 3 ms among 100,000 rows. Below `SCORE_ALL_ROWS` rows, all are scored.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curator.neardup.propose import stretch
from curator.neardup.score import one_thread_a_product, score_proposed
from curator.neardup.search import Neighbour
from curator.neardup.sketch import SHORT, Basis, Vectors, cutoff, fit
from curator.neardup.twins import DEFAULT_THRESHOLD, LEAST_SKETCHED
from curator.neardup.wordjoin import least_shared, signature
from curator.neardup.words import LEAST_WORDS, words_of

#: Up to this many rows, sketches are not worth asking.
SCORE_ALL_ROWS = 2000


@dataclass
class Parts:
    """What an index consists of, as it is stored.

    Texts are by row. The rest is by slot: the rows that the sketches were made for stand shortest
    first, so that a question reads only those of a fitting length, and those that came or changed
    since stand behind them.

    Attributes:
        texts: The texts.
        words: The words of each text, separated by blanks.
        basis: How sketches are made.
        fitted: How many slots, the first ones, are in order of length.
        used: How many slots are in use or were; the arrays may be longer.
        row: The row in each slot; −1 where it has moved.
        lengths: Its length in characters.
        sketches: Its sketch.
        bits: The signature of its words.
        sizes: How many words it has.
    """

    texts: list[str]
    words: list[str]
    basis: Basis
    fitted: int
    used: int
    row: NDArray[np.int64]
    lengths: NDArray[np.int64]
    sketches: Vectors
    bits: NDArray[np.uint64]
    sizes: NDArray[np.int64]


class TwinIndex:
    """The texts of a set, ready to be asked for the twins of one text.

    Rows keep their numbers for good: one that is removed leaves an empty text behind.

    Args:
        texts: Normalised texts (see `curator.neardup.text`).
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._take(_made(list(texts)))

    @classmethod
    def restored(cls, parts: Parts) -> TwinIndex:
        """Return an index from its parts."""
        index = cls.__new__(cls)
        index._take(parts)  # noqa: SLF001 - its own
        return index

    def _take(self, parts: Parts) -> None:
        self._parts = parts
        self._slot = [-1] * len(parts.texts)
        for slot, row in enumerate(parts.row[: parts.used].tolist()):
            if row >= 0:
                self._slot[row] = slot

    @property
    def parts(self) -> Parts:
        """What `restored` takes."""
        return self._parts

    def __len__(self) -> int:
        return len(self._parts.texts)

    def __getitem__(self, row: int) -> str:
        return self._parts.texts[row]

    @property
    def content_hash(self) -> str:
        """SHA-256 of the texts in their order, in hexadecimal."""
        return hash_texts(self._parts.texts)

    def nearest(
        self,
        text: str,
        *,
        threshold: float = DEFAULT_THRESHOLD,
        scorers: Sequence[str] = ("ratio", "words"),
        limit: int | None = 10,
        skip: int | None = None,
    ) -> tuple[Neighbour, ...]:
        """Return the rows at least as like `text` as `threshold`, likest first.

        Args:
            text: A normalised text.
            threshold: The least score, 0 to 100.
            scorers: ``ratio``, ``words`` or both; ``words`` tells where ``ratio`` finds no twin.
            limit: The most to return; None for all.
            skip: The number of a row to leave out, such as that of `text` itself.
        """
        if not text:
            return ()
        found: dict[int, Neighbour] = {}
        if "ratio" in scorers:
            for row, score in self._by_characters(text, threshold):
                found[row] = Neighbour(row, score)
        if "words" in scorers:
            for row, score in self._by_words(text, threshold):
                found.setdefault(row, Neighbour(row, score, "words"))
        if skip is not None:
            found.pop(skip, None)
        return tuple(sorted(found.values(), key=lambda one: (-one.score, one.index))[:limit])

    def add(self, text: str) -> int:
        """Put a text at the end and return its number."""
        self._parts.texts.append("")
        self._parts.words.append("")
        self._slot.append(-1)
        self.replace(len(self) - 1, text)
        return len(self) - 1

    def replace(self, row: int, text: str) -> None:
        """Change the text of a row.

        Raises:
            IndexError: There is no such row.
        """
        if not 0 <= row < len(self):
            raise IndexError(row)
        parts = self._parts
        parts.texts[row] = text
        if parts.used > parts.fitted + parts.fitted // 4 + SCORE_ALL_ROWS:
            # Sketches fit what they were made for, so they are made anew now and then. Over all
            # changes that comes to some ten microseconds each.
            self._take(_made(parts.texts))
            return
        if parts.used == len(parts.row):
            _grow(parts, parts.used + parts.used // 4 + 64)
        if self._slot[row] >= 0:
            parts.row[self._slot[row]] = -1
        slot = self._slot[row] = parts.used
        parts.used += 1
        words = words_of(text)
        parts.words[row] = " ".join(words)
        parts.row[slot] = row
        parts.lengths[slot], parts.sizes[slot] = len(text), len(words)
        parts.sketches[slot] = parts.basis.project([text])[0]
        parts.bits[slot] = signature(words)

    def remove(self, row: int) -> None:
        """Take a row out; the others keep their numbers.

        Raises:
            IndexError: There is no such row.
        """
        self.replace(row, "")

    def _by_characters(self, text: str, threshold: float) -> Iterable[tuple[int, float]]:
        parts, longest = self._parts, stretch(threshold)
        ordered = parts.lengths[: parts.fitted]
        first = int(np.searchsorted(ordered, len(text) / longest, "left"))
        last = int(np.searchsorted(ordered, len(text) * longest, "right"))
        sketched = len(self) > SCORE_ALL_ROWS and threshold >= LEAST_SKETCHED and len(text) >= SHORT
        sketch = parts.basis.project([text])[0] if sketched else None
        rows: list[int] = []
        for begin, end in ((first, last), (parts.fitted, parts.used)):
            lengths = parts.lengths[begin:end]
            fits = (lengths >= len(text) / longest) & (lengths <= len(text) * longest)
            if sketch is not None:
                # Not as a product of BLAS, whose threads wait for one another on a busy machine:
                # 8 ms in the middle of a training, against 1 ms so.
                cosines = np.einsum("ij,j->i", parts.sketches[begin:end], sketch)
                fits &= (cosines >= cutoff(threshold)) | (lengths < SHORT)
            found = parts.row[begin:end][fits]
            rows += found[found >= 0].tolist()
        if not rows:
            return []
        texts = np.array([parts.texts[row] for row in rows], object)
        one, places = np.zeros(len(rows), np.int64), np.arange(len(rows))
        query = np.array([text], object)
        _, places, scores = score_proposed(query, texts, one, places, threshold)
        pairs = zip(places.tolist(), scores.tolist(), strict=True)
        return [(rows[place], score) for place, score in pairs if texts[place]]

    def _by_words(self, text: str, threshold: float) -> Iterable[tuple[int, float]]:
        from rapidfuzz import fuzz

        words, parts = words_of(text), self._parts
        if len(words) < LEAST_WORDS:
            return
        threshold = max(threshold, 1.0)
        mine = np.uint64(signature(words))
        # What any row must share, however few words it has: a cheap bound that leaves few rows.
        fewest = math.ceil(len(words) / stretch(threshold) - 1e-6)
        # A byte, which would not hold what a long text comes to.
        lacking = np.bitwise_count(mine & ~parts.bits[: parts.used]).astype(np.int64)
        slots = np.flatnonzero(lacking <= len(words) - least_shared(len(words), fewest, threshold))
        slots = slots[parts.row[slots] >= 0]
        theirs, counts = parts.bits[slots], parts.sizes[slots]
        need = np.maximum(1, np.ceil(threshold * (len(words) + counts) / 200 - 1e-9))
        fits = (
            (len(words) - lacking[slots] >= need)
            & (counts - np.bitwise_count(theirs & ~mine) >= need)
            & (counts >= LEAST_WORDS)
        )
        for row in parts.row[slots[fits]].tolist():
            score = fuzz.ratio(words, tuple(parts.words[row].split()))
            if score >= threshold:
                yield row, score


def _made(texts: list[str]) -> Parts:
    """Return the parts of an index made anew."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    order = np.argsort(lengths, kind="stable")
    with one_thread_a_product():
        basis = fit(texts)
        sketches = basis.project([texts[row] for row in order.tolist()])
    words = [words_of(text) for text in texts]
    return Parts(
        texts=texts,
        words=[" ".join(one) for one in words],
        basis=basis,
        fitted=len(texts),
        used=len(texts),
        row=order,
        lengths=lengths[order],
        sketches=sketches,
        bits=np.array([signature(words[row]) for row in order.tolist()], np.uint64),
        sizes=np.array([len(words[row]) for row in order.tolist()], np.int64),
    )


def _grow(parts: Parts, room: int) -> None:
    for name in ("row", "lengths", "sketches", "bits", "sizes"):
        array = getattr(parts, name)
        grown = np.zeros((room, *array.shape[1:]), array.dtype)
        grown[: len(array)] = array
        setattr(parts, name, grown)


def hash_texts(texts: Iterable[str]) -> str:
    """Return the SHA-256 of texts in their order, in hexadecimal."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()
