"""Findings as text: for people, for programs, for the services that run checks.

A format is a class whose methods return pieces of the output, so that findings of a large file go
out while the rest is still being read. SARIF, GitLab and JUnit documents hold all findings until
their end, because that is how these documents are built.
"""

from __future__ import annotations

from curator.lint.formats.base import Format, Summary
from curator.lint.formats.lines import Concise, GitHub, Json, JsonLines
from curator.lint.formats.reports import GitLab, JUnit
from curator.lint.formats.sarif import Sarif
from curator.lint.formats.text import Text

FORMATS: dict[str, type[Format]] = {
    "text": Text,
    "concise": Concise,
    "json": Json,
    "jsonl": JsonLines,
    "sarif": Sarif,
    "github": GitHub,
    "gitlab": GitLab,
    "junit": JUnit,
}

__all__ = ["FORMATS", "Format", "Summary", "Text"]
