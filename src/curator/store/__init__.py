"""Files of examples: reading rows, editing them with undo, saving them whole."""

from curator.store.atomic import write_atomic, write_text
from curator.store.decode import Problem, decode, encode
from curator.store.file import ExampleFile
from curator.store.lock import Holder
from curator.store.merge import Conflict, Merge, merge
from curator.store.recovery import Recovery, discard, pending_recovery
from curator.store.rows import Row, read_rows, stream_rows
from curator.store.saving import Saving
from curator.store.shipped import shipped_base, shipped_examples

__all__ = [
    "Conflict",
    "ExampleFile",
    "Holder",
    "Merge",
    "Problem",
    "Recovery",
    "Row",
    "Saving",
    "decode",
    "discard",
    "encode",
    "merge",
    "pending_recovery",
    "read_rows",
    "shipped_base",
    "shipped_examples",
    "stream_rows",
    "write_atomic",
    "write_text",
]
