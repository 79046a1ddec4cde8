"""Lint: the rules that judge an author's example and a model's answer alike."""

from curator.lint.engine import (
    Linter,
    LintReport,
    all_rules,
    find_rule,
    lint,
    lint_rows,
    make_linter,
)
from curator.lint.finding import Finding, Fix, Safety, Severity

__all__ = [
    "Finding",
    "Fix",
    "LintReport",
    "Linter",
    "Safety",
    "Severity",
    "all_rules",
    "find_rule",
    "lint",
    "lint_rows",
    "make_linter",
]
