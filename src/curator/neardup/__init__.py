"""Twins: examples so like one another that they count as near-duplicates."""

from curator.neardup.code import output_text
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
    "open_index",
    "output_text",
    "save_index",
    "words_score",
]
