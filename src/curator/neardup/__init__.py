"""Twins: examples so like one another that they count as near-duplicates.

Names are imported when they are first used: comparing one text while somebody types needs no NumPy,
which takes a tenth of a second to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from curator.neardup.code import normalise_code, output_text
    from curator.neardup.copies import Multiplied, multiplied
    from curator.neardup.examples import INSTRUCTION_SCORERS, On, compared_text, find_example_twins
    from curator.neardup.index import TwinIndex
    from curator.neardup.indexfile import load_index, open_index, save_index
    from curator.neardup.keep import Leaving, Standing, leaving
    from curator.neardup.report import Cluster, Pair, TwinReport, clustered
    from curator.neardup.search import Neighbour, nearest
    from curator.neardup.text import instruction_text, normalise
    from curator.neardup.twins import find_twins
    from curator.neardup.words import words_score

_HOMES = {
    "Cluster": "report",
    "INSTRUCTION_SCORERS": "examples",
    "Leaving": "keep",
    "Multiplied": "copies",
    "Neighbour": "search",
    "On": "examples",
    "Pair": "report",
    "Standing": "keep",
    "TwinIndex": "index",
    "TwinReport": "report",
    "clustered": "report",
    "compared_text": "examples",
    "find_example_twins": "examples",
    "find_twins": "twins",
    "instruction_text": "text",
    "leaving": "keep",
    "load_index": "indexfile",
    "multiplied": "copies",
    "nearest": "search",
    "normalise": "text",
    "normalise_code": "code",
    "open_index": "indexfile",
    "output_text": "code",
    "save_index": "indexfile",
    "words_score": "words",
}

__all__ = [
    "INSTRUCTION_SCORERS",
    "Cluster",
    "Leaving",
    "Multiplied",
    "Neighbour",
    "On",
    "Pair",
    "Standing",
    "TwinIndex",
    "TwinReport",
    "clustered",
    "compared_text",
    "find_example_twins",
    "find_twins",
    "instruction_text",
    "leaving",
    "load_index",
    "multiplied",
    "nearest",
    "normalise",
    "normalise_code",
    "open_index",
    "output_text",
    "save_index",
    "words_score",
]


def __getattr__(name: str) -> Any:
    """Import a name from the module it lives in."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
