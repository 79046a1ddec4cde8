"""Cells: parts of the space of sketches, so that a row is compared with its surroundings only.

Centres are found by k-means. A row stands in the cell whose centre is nearest, and looks into every
cell whose centre is nearly as near. Two twins are missed only if neither looks into the cell where
the other one stands; docs/twins.md says how seldom that happens.

Cost: one product of rows and centres; memory: one bit for each row and cell, 512 MB for a million.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curator.neardup.sketch import Vectors

Places = NDArray[np.int64]

#: How much smaller than with the nearest centre a cosine may be for a cell to be looked into.
REACH = 0.30

_ROWS = 2048
_ROUNDS = 4
_ROWS_A_CELL = 250
_SAMPLED_A_CELL = 16
_MOST_CELLS = 4096


@dataclass(frozen=True)
class Cells:
    """Where the rows of one set stand, and where they look.

    Attributes:
        home: The cell in which each row stands, shape (rows,).
        looks: Bit ``cell % 8``, counted from the high end, of ``looks[cell // 8, row]`` says
            whether the row looks into the cell.
        order: The rows by cell, ascending within each.
        bounds: Where each cell begins in `order`, and last where the last one ends.
    """

    home: NDArray[np.int32]
    looks: NDArray[np.uint8]
    order: Places
    bounds: Places

    @property
    def count(self) -> int:
        """How many cells there are."""
        return len(self.bounds) - 1

    def standing(self, cell: int) -> Places:
        """Return the rows that stand in `cell`, ascending."""
        return self.order[self.bounds[cell] : self.bounds[cell + 1]]

    def looking(self, cell: int, begin: int, end: int) -> Places:
        """Return the rows from `begin` up to `end` that look into `cell`, ascending."""
        bit = np.uint8(0x80 >> (cell % 8))
        return np.flatnonzero(self.looks[cell // 8, begin:end] & bit) + begin

    def sees(self, rows: Places, cells: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return for each pair of a row and a cell whether the row looks into it."""
        shift = (7 - (cells & 7)).astype(np.uint8)
        seen: NDArray[np.bool_] = (self.looks[cells >> 3, rows] >> shift) & 1 == 1
        return seen


def place(sketches: Vectors, centres: Vectors) -> Cells:
    """Return where rows stand and look."""
    home = np.empty(len(sketches), np.int32)
    looks = np.empty((-(-len(centres) // 8), len(sketches)), np.uint8)
    turned = np.ascontiguousarray(centres.T)
    for begin, end in _blocks(len(sketches)):
        cosines = sketches[begin:end] @ turned
        nearest = cosines.argmax(axis=1)
        home[begin:end] = nearest
        limit = cosines[np.arange(len(cosines)), nearest] - np.float32(REACH)
        looks[:, begin:end] = np.packbits(cosines >= limit[:, None], axis=1).T
    order = np.argsort(home, kind="stable")
    bounds = np.concatenate([[0], np.cumsum(np.bincount(home, minlength=len(centres)))])
    return Cells(home, looks, order, bounds.astype(np.int64))


def find_centres(sketches: Vectors) -> Vectors:
    """Return centres for `sketches`, shape (cells, dimensions), each of length 1.

    Spherical k-means from a fixed beginning: one cell for 250 rows, 4,096 at most, four rounds on
    a sample of 16 rows a cell.
    """
    cells = int(np.clip(len(sketches) // _ROWS_A_CELL, 1, _MOST_CELLS))
    generator = np.random.default_rng(0)
    sample = sketches[generator.permutation(len(sketches))[: _SAMPLED_A_CELL * cells]]
    centres = sample[:cells].copy()
    for _ in range(_ROUNDS):
        nearest = np.concatenate(
            [(sample[a:b] @ centres.T).argmax(axis=1) for a, b in _blocks(len(sample))]
        )
        order = np.argsort(nearest, kind="stable")
        filled, begins = np.unique(nearest[order], return_index=True)
        centres[filled] = np.add.reduceat(sample[order], begins, axis=0)
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12)
    return centres


def _blocks(rows: int) -> Iterator[tuple[int, int]]:
    for begin in range(0, rows, _ROWS):
        yield begin, min(begin + _ROWS, rows)
