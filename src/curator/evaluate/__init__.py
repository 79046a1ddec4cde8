"""Evaluate: rates that can be believed, before and after a training."""

from curator.evaluate.evaluation import (
    Evaluation,
    Side,
    evaluate,
    evaluate_run,
    save_evaluation,
)
from curator.evaluate.score import Score, checks_of, score
from curator.evaluate.statistics import Rate, wilson
from curator.evaluate.suite import (
    DEFAULT_SUITE,
    Contamination,
    Prompt,
    Suite,
    builtin_suites,
    find_contamination,
    read_suite,
)

__all__ = [
    "DEFAULT_SUITE",
    "Contamination",
    "Evaluation",
    "Prompt",
    "Rate",
    "Score",
    "Side",
    "Suite",
    "builtin_suites",
    "checks_of",
    "evaluate",
    "evaluate_run",
    "find_contamination",
    "read_suite",
    "save_evaluation",
    "score",
    "wilson",
]
