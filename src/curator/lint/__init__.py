"""Lint: the rules that judge an author's example and a model's answer alike."""

from curator.lint.book import all_rules, find_rule
from curator.lint.engine import LintReport, lint, lint_rows
from curator.lint.finding import Finding, Fix, Safety, Severity
from curator.lint.linter import Linter, make_linter

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
