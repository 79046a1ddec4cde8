"""Sketches: a short vector for each text, so that texts which are alike have a high cosine.

A text's bigrams are counted into `BUCKETS` buckets, the square roots of the counts are taken, the
mean over the set is subtracted (else "write a function to" makes everything alike), and the result
is projected on the `DIMENSIONS` directions in which the set varies most. Sketches only propose
pairs: RapidFuzz decides. docs/twins.md gives the measurements behind every constant here.

Cost: 4 µs and 256 bytes a text of 90 characters, and one product of matrices for all cosines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

BUCKETS = 512
DIMENSIONS = 64
#: Texts shorter than this have too few bigrams for a cosine to mean much.
SHORT = 24

_SAMPLE = 8_000
_CHUNK_ROWS = 8192
_CHUNK_CHARACTERS = 4_000_000
_FIRST = np.uint32(0x9E3779B1)
_SECOND = np.uint32(0x85EBCA6B)
_SHIFT = np.uint32(32 - 9)


@dataclass(frozen=True)
class Basis:
    """How sketches are made from bucket counts.

    Attributes:
        mean: The mean of the square roots, shape (BUCKETS,).
        axes: The directions to project on, shape (BUCKETS, DIMENSIONS).
    """

    mean: Vectors
    axes: Vectors

    def project(self, texts: Sequence[str]) -> Vectors:
        """Return the sketches of `texts`, shape (len(texts), DIMENSIONS), each of length 1."""
        sketches = np.empty((len(texts), self.axes.shape[1]), np.float32)
        for begin, end in chunks(texts):
            part = (roots(texts[begin:end]) - self.mean) @ self.axes
            norms = np.linalg.norm(part, axis=1, keepdims=True)
            sketches[begin:end] = part / np.maximum(norms, 1e-12)
        return sketches


def fit(*sets: Sequence[str]) -> Basis:
    """Return the basis that tells the texts of some sets apart best.

    Looks at 8,000 texts at most, spread evenly over all of them, so the same texts in the same
    order give the same basis.
    """
    total = sum(map(len, sets))
    step = max(1, -(-total // _SAMPLE))
    sample = [text for texts in sets for text in texts[::step]]
    mean = np.zeros(BUCKETS, np.float32)
    spread = np.zeros((BUCKETS, BUCKETS), np.float32)
    # Of so few texts all can be kept: 16 MB.
    counted = [roots(sample[begin:end]) for begin, end in chunks(sample)]
    for each in counted:
        mean += each.sum(axis=0)
    mean /= max(1, len(sample))
    for each in counted:
        part = each - mean
        part /= np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12)
        spread += part.T @ part
    _, vectors = np.linalg.eigh(spread.astype(np.float64))
    return Basis(mean, np.ascontiguousarray(vectors[:, : -DIMENSIONS - 1 : -1], np.float32))


def cutoff(threshold: float) -> float:
    """Return the least cosine that a pair with a score of `threshold` may be expected to have.

    Chosen so that fewer than one pair in two thousand is missed; see docs/twins.md.
    """
    return 0.60 + 0.014 * (threshold - 85)


def roots(texts: Sequence[str]) -> Vectors:
    """Return the square roots of the bucket counts, shape (len(texts), BUCKETS)."""
    # Each text is followed by one character that is in no bigram of it.
    joined = "".join([f"{text}\0" for text in texts])
    characters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    with np.errstate(over="ignore"):
        mixed = characters[:-1] * _FIRST
        mixed += characters[1:] * _SECOND
        mixed ^= mixed >> np.uint32(15)
        mixed *= _FIRST
        mixed >>= _SHIFT
    place = np.repeat(np.arange(0, len(texts) * BUCKETS, BUCKETS), lengths + 1)
    place[:-1] += mixed
    # Bigrams begin at each character of a text but the last.
    ends = np.cumsum(lengths + 1) - 1
    begins = np.ones(len(place), np.bool_)
    begins[ends] = False
    begins[np.maximum(ends - 1, 0)] = False
    counts = np.bincount(place[begins], minlength=len(texts) * BUCKETS)
    return np.sqrt(counts.reshape(len(texts), BUCKETS), dtype=np.float32)


def chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield ranges of `texts` small enough to be worked on at once, in rows and in characters."""
    begin = size = 0
    for end, text in enumerate(texts):
        size += len(text)
        if end - begin >= _CHUNK_ROWS or (size > _CHUNK_CHARACTERS and end > begin):
            yield begin, end
            begin, size = end, len(text)
    if begin < len(texts):
        yield begin, len(texts)
