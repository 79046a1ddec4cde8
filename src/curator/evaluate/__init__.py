"""Evaluate: rates that can be believed, before and after a training."""

from curator.evaluate.asking import Trained, evaluate, evaluate_run, trained_in
from curator.evaluate.contamination import Contamination, find_contamination
from curator.evaluate.evaluation import Evaluation, save_evaluation
from curator.evaluate.paired import Paired
from curator.evaluate.sampling import Completion, Sampling
from curator.evaluate.score import Check, Score, Verdict, checks_for, checks_of, score
from curator.evaluate.side import ALL, Side, paired
from curator.evaluate.statistics import PassAt, Rate, pass_at, wilson
from curator.evaluate.suite import (
    DEFAULT_SUITE,
    Prompt,
    Suite,
    builtin_suites,
    read_suite,
)

__all__ = [
    "ALL",
    "DEFAULT_SUITE",
    "Check",
    "Completion",
    "Contamination",
    "Evaluation",
    "Paired",
    "PassAt",
    "Prompt",
    "Rate",
    "Sampling",
    "Score",
    "Side",
    "Suite",
    "Trained",
    "Verdict",
    "builtin_suites",
    "checks_for",
    "checks_of",
    "evaluate",
    "evaluate_run",
    "find_contamination",
    "paired",
    "pass_at",
    "read_suite",
    "save_evaluation",
    "score",
    "trained_in",
    "wilson",
]
