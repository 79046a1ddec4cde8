"""Twins: examples so like one another that they count as near-duplicates."""

from curator.neardup.report import Cluster, Pair, TwinReport, clustered
from curator.neardup.search import Neighbour, nearest
from curator.neardup.text import instruction_text, normalise
from curator.neardup.twins import find_twins

__all__ = [
    "Cluster",
    "Neighbour",
    "Pair",
    "TwinReport",
    "clustered",
    "find_twins",
    "instruction_text",
    "nearest",
    "normalise",
]
