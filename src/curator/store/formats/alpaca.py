"""``instruction``, ``input``, ``output``: as JSON Lines, Curator's own form, and as one array.

The array is how Stanford Alpaca and much that came after it was published.
"""

from __future__ import annotations

from curator.store.formats.format import Format
from curator.store.formats.rows import as_it_is, reading, writing_array, writing_lines

JSONL = Format(
    name="jsonl",
    title="instruction, input, output as JSON Lines; carries everything",
    suffixes=(".jsonl", ".ndjson"),
    read=reading(as_it_is),
    write=writing_lines(as_it_is),
)

ALPACA = Format(
    name="alpaca",
    title="the same as one JSON array",
    suffixes=(".json",),
    read=reading(as_it_is),
    write=writing_array(as_it_is),
)
