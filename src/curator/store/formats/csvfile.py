"""CSV as spreadsheets write it: UTF-8, a header line, quotes where a cell needs them."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from curator.errors import InputError
from curator.example import Example
from curator.store.formats.format import Fields, Format, Ledger, Unfit
from curator.store.formats.table import MARK, cell_of, columns_of, fields_of

#: The longest cell that is read, in characters; the module's own limit is far too low for answers.
_LONGEST = 1 << 30
_limit = threading.Lock()


def _read(file: BinaryIO, ledger: Ledger) -> Iterator[Example]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    with _limit:
        before = csv.field_size_limit(_LONGEST)
    try:
        yield from _rows(text, ledger)
    finally:
        with _limit:
            csv.field_size_limit(before)
        # Whoever opened the file closes it.
        text.detach()


def _rows(text: io.TextIOWrapper, ledger: Ledger) -> Iterator[Example]:
    reader = csv.reader(text, strict=True)
    try:
        header = next(reader, None)
        if header is None:
            return
        if len(set(header)) < len(header):
            raise InputError("Two columns of this table have one name.", line=1)
        for row in reader:
            if not row:
                continue
            ledger.line = reader.line_num
            ledger.read += 1
            try:
                yield Example(_fields(header, row, ledger))
            except Unfit as reason:
                ledger.leave_out(str(reason))
    except csv.Error as error:
        raise InputError(f"This is not CSV: {error}.", line=reader.line_num) from None


def _fields(header: list[str], row: list[str], ledger: Ledger) -> Fields:
    if len(row) != len(header):
        raise Unfit(f"It has {len(row)} cells, and the header has {len(header)}.")
    if any("\ud800" <= character <= "\udfff" for cell in row for character in cell):
        raise Unfit("It is not UTF-8 text.")
    cells = [
        # An empty cell of a JSON column is a key that is not there; of a text, an empty text.
        (name, None if name.endswith(MARK) and not cell else cell)
        for name, cell in zip(header, row, strict=True)
    ]
    return fields_of(cells, ledger)


def _write(examples: Iterable[Example], ledger: Ledger) -> Iterator[bytes]:
    # Each with the line that it came from, which the ledger has while it is being read.
    rows = [(ledger.line, example) for example in examples]
    columns = columns_of(row for _, row in rows)
    buffer = io.StringIO(newline="")
    # A lone empty cell and an empty line look alike.
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL if len(columns) == 1 else csv.QUOTE_MINIMAL)
    writer.writerow([key + MARK * marked for key, marked in columns.items()])
    for ledger.line, row in rows:
        cells = []
        for key, marked in columns.items():
            if key in row.fields:
                cells.append(cell_of(row.fields[key]) if marked else row.fields[key])
            else:
                cells.append("")
                if not marked:
                    ledger.lose(f"that `{key}` is missing: it becomes an empty text")
        writer.writerow(cells)
        if buffer.tell() > 1 << 20:
            yield buffer.getvalue().encode("utf-8")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8")


CSV = Format(
    name="csv",
    title="a table with a header, as CSV",
    suffixes=(".csv",),
    read=_read,
    write=_write,
)
