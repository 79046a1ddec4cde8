"""COD005: an import that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from curator.example import Span
from curator.lint.case import GOOD_SOLUTION, parts
from curator.lint.finding import Fix, Safety, Severity
from curator.lint.names import NameProblem, import_at, name_problems
from curator.lint.rule import Hit, Record, RecordRule


class UnusedImport(RecordRule):
    """An import is used in none of the sections, as pyflakes sees it.

    What the solution imports may be used by usage or test alone, and each section may import again
    what it uses.
    """

    code = "COD005"
    name = "unused-import"
    severity = Severity.WARNING
    needs = "code"
    why = "Each one teaches the model to open its code with imports out of habit instead of need."
    fix_safety = (
        "Removes the statement where it imports this one name and has its line to itself; safe"
        " but for imports that are there for what importing them does."
    )
    valid = (
        parts(),
        parts(
            solution="import math\n\n\n" + GOOD_SOLUTION, test="assert double(2) == math.isqrt(16)"
        ),
        parts(solution="from __future__ import annotations\n\n\n" + GOOD_SOLUTION),
    )
    invalid = (
        parts(solution="import math\n\n\n" + GOOD_SOLUTION),
        parts(
            solution="from os import path, sep\n\n\n" + GOOD_SOLUTION.replace("* 2", "* len(sep)")
        ),
        parts(solution="import os.path as p\n\n\n" + GOOD_SOLUTION),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each name that is imported and not used, at the statement."""
        for problem in name_problems(record):
            if problem.kind == "unused":
                yield Hit(
                    f"Nothing uses the import `{problem.name}`.",
                    span=problem.span,
                    fix=_fix(record.example.output, problem),
                )


def _fix(text: str, problem: NameProblem) -> Fix | None:
    """Return the removal of the whole line, where that removes nothing else."""
    statement = import_at(problem.block, problem.line)
    if statement is None or len(statement.names) != 1 or statement.col_offset:
        return None
    start, end = problem.span
    # The blanks that an indented fence has before the line go with it.
    start -= min(problem.block.indent, start - problem.block.span.start)
    while end < len(text) and text[end] in " \t":
        end += 1
    if text[end : end + 1] not in ("\n", "\r") or end >= problem.block.span.end:
        return None
    end += 2 if text.startswith("\r\n", end) else 1
    whole = Span(start, end)
    if not text[problem.block.span.start : start].strip():
        # Nothing stands before it: the blank lines that set it off go as well.
        while whole.end < problem.block.span.end and text[whole.end] in "\r\n":
            whole = Span(start, whole.end + 1)
    return Fix("Remove the import", "/output", *whole, "", Safety.SAFE)
