"""Parquet, where the optional extra is installed."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from curator.errors import InputError
from curator.example import Example
from curator.store.decode import Problem, as_example
from curator.store.formats.format import Format, Ledger, Unfit
from curator.store.formats.table import MARK, cell_of, columns_of, fields_of

_BATCH = 1024


def _module(name: str) -> Any:
    """Return a module of pyarrow.

    Raises:
        InputError: It is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        raise InputError(
            "Parquet needs pyarrow, which is not installed.",
            hint="Install it: pip install 'curator[parquet]'",
        ) from None


def _read(file: BinaryIO, ledger: Ledger) -> Iterator[Example]:
    arrow, parquet = _module("pyarrow"), _module("pyarrow.parquet")
    try:
        table = parquet.ParquetFile(file if file.seekable() else io.BytesIO(file.read()))
        names = table.schema_arrow.names
        if len(set(names)) < len(names):
            raise InputError("Two columns of this table have one name.")
        for batch in table.iter_batches(batch_size=_BATCH):
            for record in batch.to_pylist():
                ledger.line += 1
                ledger.read += 1
                try:
                    yield _example(record, ledger)
                except Unfit as reason:
                    ledger.leave_out(str(reason))
    except (arrow.ArrowException, OSError) as error:
        raise InputError(f"This is not Parquet: {str(error).splitlines()[0]}") from None


def _example(record: dict[str, Any], ledger: Ledger) -> Example:
    texts = [(key, value) for key, value in record.items() if isinstance(value, str)]
    fields = fields_of(texts, ledger)
    for key, value in record.items():
        if value is not None and not isinstance(value, str):
            fields[key] = value
    try:
        # In the order of the columns; values such as dates and bytes are no JSON.
        ordered = {
            name: fields[name]
            for key in record
            if (name := key if key in fields else key.removesuffix(MARK)) in fields
        }
        cell_of(ordered)
    except (TypeError, ValueError):
        raise Unfit("It holds a value that JSON does not have.") from None
    example = as_example(ordered)
    if isinstance(example, Problem):
        raise Unfit(example.message)
    return example


def _write(examples: Iterable[Example], ledger: Ledger) -> Iterator[bytes]:
    arrow, parquet = _module("pyarrow"), _module("pyarrow.parquet")
    del ledger
    rows = list(examples)
    columns = columns_of(rows)
    # A cell may be without a value here, so that a missing key and an empty text stay apart.
    arrays = [
        arrow.array(
            [
                None
                if key not in row.fields
                else cell_of(row.fields[key])
                if marked
                else row.fields[key]
                for row in rows
            ],
            type=arrow.large_string(),
        )
        for key, marked in columns.items()
    ]
    names = [key + MARK * marked for key, marked in columns.items()]
    buffer = io.BytesIO()
    parquet.write_table(arrow.Table.from_arrays(arrays, names=names), buffer)
    yield buffer.getvalue()


PARQUET = Format(
    name="parquet",
    title="a table as Parquet (needs the extra: pip install 'curator[parquet]')",
    suffixes=(".parquet",),
    read=_read,
    write=_write,
    binary=True,
)
