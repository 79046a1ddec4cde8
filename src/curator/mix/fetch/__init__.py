"""Base data brought into a project, with where it came from written beside it."""

from curator.mix.fetch.hub import KNOWN, fetch_dataset
from curator.mix.fetch.local import fetch_file
from curator.mix.fetch.note import Origin, note_path, read_origin
from curator.mix.fetch.rows import Fetched

__all__ = [
    "KNOWN",
    "Fetched",
    "Origin",
    "fetch_dataset",
    "fetch_file",
    "note_path",
    "read_origin",
]
