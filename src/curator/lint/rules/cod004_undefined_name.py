"""COD004: a name that nothing defines."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import GOOD_SOLUTION, parts
from curator.lint.finding import Severity
from curator.lint.names import name_problems
from curator.lint.rule import Hit, Record, RecordRule


class UndefinedName(RecordRule):
    """A name is used that neither the answer nor the interpreter defines, as pyflakes sees it.

    Solution, usage and test count as one program in that order. Where one of them cannot be read,
    COD001 speaks and this rule is silent.
    """

    code = "COD004"
    name = "undefined-name"
    severity = Severity.ERROR
    needs = "code"
    why = "The code stops with a NameError; most often an import was forgotten or a name mistyped."
    valid = (
        parts(),
        parts(test="import math\n\nassert math.isclose(double(0.5), 1.0)"),
        parts(usage="values = [double(n) for n in range(3)]\nprint(values)"),
    )
    invalid = (
        parts(solution=GOOD_SOLUTION.replace("number * 2", "numbr * 2")),
        parts(test="assert math.isclose(double(0.5), 1.0)"),
        parts(usage="print(triple(4))"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each place where such a name is used."""
        for problem in name_problems(record):
            if problem.kind == "undefined":
                yield Hit(f"Nothing defines `{problem.name}`.", span=problem.span)
