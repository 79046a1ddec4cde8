"""COD001: Python that the interpreter cannot read."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import output, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule
from curator.terminal import one_line


class SyntaxProblem(RecordRule):
    """A block of Python is not valid Python.

    Read are the blocks whose fence says so, and the first block of every section that the profile
    wants in Python, whatever its fence says. The words and the place are the interpreter's own.
    """

    code = "COD001"
    name = "syntax-error"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "Code that cannot be read cannot run; a model trained on it learns that looking like code"
        " is enough."
    )
    valid = (
        parts(),
        output("```javascript\nlet x = 1;\n```\n"),
        output("No code at all."),
        parts(solution=r"PATTERN = '\d'"),
        parts(usage="async def main():\n    await double(4)"),
    )
    invalid = (
        parts(solution="def double(number)\n    return number * 2"),
        parts(test="assert double(1) = 2"),
        parts(usage=">>> double(2)\n4"),
        output("Some words first.\n\n```py\nprint('no end\n```\n"),
        parts(usage="print(double(4))\nreturn 0"),
        parts(usage="def add(number, number):\n    return double(number)"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each block, where the interpreter stopped."""
        wanted = {id(block) for block in record.code_blocks}
        for block in record.answer.all_blocks:
            if not (id(block) in wanted or block.is_python):
                continue
            error = block.error
            if error is not None:
                place = f" (line {error.lineno} of the block)" if error.lineno else ""
                words = one_line(error.msg or "invalid syntax", 200)
                yield Hit(f"Python cannot read this: {words}{place}.", span=block.error_span)
