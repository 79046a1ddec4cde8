"""An index of one set of texts: asked while somebody types, kept on disk, changed by a row.

A question costs one product of the sketches with one vector, and exact scores for the few rows
that come close: 3 ms among 100,000 rows. Below `SCORE_ALL_ROWS` rows, all are scored.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from curator.neardup.propose import stretch
from curator.neardup.search import Neighbour
from curator.neardup.sketch import SHORT, Basis, Vectors, cutoff, fit
from curator.neardup.twins import DEFAULT_THRESHOLD, LEAST_SKETCHED
from curator.neardup.wordjoin import signature
from curator.neardup.words import LEAST_WORDS, words_of

#: Up to this many rows, sketches are not worth asking.
SCORE_ALL_ROWS = 2000


class TwinIndex:
    """The texts of a set, ready to be asked for the twins of one text.

    Rows keep their numbers for good: one that is removed leaves an empty text behind.

    Args:
        texts: Normalised texts (see `curator.neardup.text`).
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts: list[str] = list(texts)
        self._words = [" ".join(words_of(text)) for text in self._texts]
        self._fit()
        words = [tuple(text.split()) for text in self._words]
        self._bits = np.array([signature(one) for one in words], np.uint64)
        self._sizes = np.array([len(one) for one in words], np.int64)

    @classmethod
    def restored(
        cls,
        texts: list[str],
        words: list[str],
        basis: Basis,
        fitted: int,
        arrays: tuple[Vectors, NDArray[np.int64], NDArray[np.uint64], NDArray[np.int64]],
    ) -> TwinIndex:
        """Return an index from its parts, as `curator.neardup.indexfile` stores them.

        Args:
            texts: The texts.
            words: The words of each, separated by blanks.
            basis: How sketches are made.
            fitted: How many rows the basis was made from.
            arrays: Sketches, lengths, signatures of words and numbers of words.
        """
        index = cls()
        index._texts, index._words, index._basis, index._fitted = texts, words, basis, fitted
        index._sketches, index._lengths, index._bits, index._sizes = arrays
        return index

    def parts(
        self,
    ) -> tuple[
        list[str],
        list[str],
        Basis,
        int,
        tuple[Vectors, NDArray[np.int64], NDArray[np.uint64], NDArray[np.int64]],
    ]:
        """Return what `restored` takes."""
        count = len(self._texts)
        arrays = self._sketches[:count], self._lengths[:count]
        return (
            self._texts,
            self._words,
            self._basis,
            self._fitted,
            (*arrays, self._bits[:count], self._sizes[:count]),
        )

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, row: int) -> str:
        return self._texts[row]

    @property
    def content_hash(self) -> str:
        """SHA-256 of the texts in their order, in hexadecimal."""
        return hash_texts(self._texts)

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
        row = len(self._texts)
        self._texts.append(text)
        self._words.append("")
        if row > 2 * self._fitted + SCORE_ALL_ROWS:
            # Twice as many rows as the sketches were made for: make them anew, which comes to a
            # few microseconds a row over all additions.
            self._fit()
        if row >= len(self._lengths) or row >= len(self._bits):
            self._grow(row + row // 2 + 64)
        self._put(row, text)
        return row

    def replace(self, row: int, text: str) -> None:
        """Change the text of a row.

        Raises:
            IndexError: There is no such row.
        """
        if not 0 <= row < len(self._texts):
            raise IndexError(row)
        self._put(row, text)

    def remove(self, row: int) -> None:
        """Take a row out; the others keep their numbers.

        Raises:
            IndexError: There is no such row.
        """
        self.replace(row, "")

    def _put(self, row: int, text: str) -> None:
        words = words_of(text)
        self._texts[row], self._words[row] = text, " ".join(words)
        self._sketches[row] = self._basis.project([text])[0]
        self._lengths[row], self._sizes[row] = len(text), len(words)
        self._bits[row] = signature(words)

    def _fit(self) -> None:
        self._basis = fit(self._texts)
        self._fitted = len(self._texts)
        self._sketches = self._basis.project(self._texts)
        self._lengths = np.fromiter(map(len, self._texts), np.int64, len(self._texts))

    def _grow(self, room: int) -> None:
        def longer(array: NDArray[np.generic]) -> NDArray[np.generic]:
            grown = np.zeros((room, *array.shape[1:]), array.dtype)
            grown[: len(array)] = array[:room]
            return grown

        self._sketches = longer(self._sketches)  # type: ignore[assignment] # of the same kind
        self._lengths = longer(self._lengths)  # type: ignore[assignment] # of the same kind
        self._bits = longer(self._bits)  # type: ignore[assignment] # of the same kind
        self._sizes = longer(self._sizes)  # type: ignore[assignment] # of the same kind

    def _by_characters(self, text: str, threshold: float) -> Iterable[tuple[int, float]]:
        from rapidfuzz import fuzz, process

        count = len(self._texts)
        lengths = self._lengths[:count]
        longest = stretch(threshold)
        fits = (lengths >= len(text) / longest) & (lengths <= len(text) * longest) & (lengths > 0)
        if count > SCORE_ALL_ROWS and threshold >= LEAST_SKETCHED and len(text) >= SHORT:
            (sketch,) = self._basis.project([text])
            fits &= (self._sketches[:count] @ sketch >= cutoff(threshold)) | (lengths < SHORT)
        rows = np.flatnonzero(fits).tolist()
        scored = process.extract(
            text,
            [self._texts[row] for row in rows],
            scorer=fuzz.ratio,
            score_cutoff=threshold,
            limit=None,
        )
        return [(rows[place], score) for _, score, place in scored]

    def _by_words(self, text: str, threshold: float) -> Iterable[tuple[int, float]]:
        from rapidfuzz import fuzz

        words = words_of(text)
        if len(words) < LEAST_WORDS:
            return
        count = len(self._texts)
        bits, sizes = self._bits[:count], self._sizes[:count]
        mine = np.uint64(signature(words))
        # Most rows lack most of the words: the first, cheap bound leaves few for the others.
        least = math.ceil(max(threshold, 1.0) * len(words) / 200 - 1e-9)
        rows = np.flatnonzero(len(words) - np.bitwise_count(mine & ~bits) >= max(1, least))
        theirs, counts = bits[rows], sizes[rows]
        need = np.maximum(1, np.ceil(threshold * (len(words) + counts) / 200 - 1e-9))
        fits = (
            (len(words) - np.bitwise_count(mine & ~theirs) >= need)
            & (counts - np.bitwise_count(theirs & ~mine) >= need)
            & (counts >= LEAST_WORDS)
        )
        for row in rows[fits].tolist():
            score = fuzz.ratio(words, tuple(self._words[row].split()))
            if score >= threshold:
                yield row, score


def hash_texts(texts: Iterable[str]) -> str:
    """Return the SHA-256 of texts in their order, in hexadecimal."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()
