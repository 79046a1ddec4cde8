"""Rows and columns: what tables have in common, whichever file they come in.

A column is a key. A table has no list and no object in a cell that every reader would understand,
so those are written as JSON text under a column whose name says so: ``tags:json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from curator.example import Example
from curator.store.decode import DECODER, JSON_SPACE
from curator.store.formats.format import TEXTS, Fields, Ledger, Unfit

MARK = ":json"


def columns_of(rows: Iterable[Example]) -> dict[str, bool]:
    """Return the columns that rows need, in order, and whether each holds JSON.

    A column holds plain text where every value of it is a text.
    """
    plain: dict[str, bool] = {}
    for row in rows:
        for key, value in row.fields.items():
            # A name with the mark at its end would be taken for JSON when it is read back.
            fits = isinstance(value, str) and not key.endswith(MARK)
            plain[key] = plain.get(key, True) and fits
    return {key: not fits for key, fits in plain.items()} or dict.fromkeys(TEXTS, False)


def cell_of(value: Any) -> str:
    """Return a value as the JSON text of a cell."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def fields_of(cells: Iterable[tuple[str, str | None]], ledger: Ledger) -> Fields:
    """Return the record of a row.

    Args:
        cells: Column names and texts; a cell without a value is not a key of the record.
        ledger: Counts nothing here; a cell that is not what its column says leaves the row out.

    Raises:
        Unfit: A cell of a JSON column is not JSON.
    """
    del ledger
    fields: Fields = {}
    for name, text in cells:
        if text is None:
            continue
        if not name.endswith(MARK):
            fields[name] = text
            continue
        try:
            value, end = DECODER.raw_decode(text.strip(JSON_SPACE))
        except (ValueError, RecursionError, MemoryError):
            raise Unfit(f"The column `{name}` does not hold JSON here.") from None
        if end != len(text.strip(JSON_SPACE)):
            raise Unfit(f"The column `{name}` does not hold one JSON value here.")
        fields[name.removesuffix(MARK)] = value
    return fields
