"""SEC008: a code block that is never closed."""

from __future__ import annotations

from collections.abc import Iterator

from curator.example import CodeBlock, Span
from curator.lint.case import GOOD_SOLUTION, output, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class UnclosedFence(RecordRule):
    """A code block is opened and never closed, so all that follows is code to a reader.

    A fence is closed by one of the same character that is at least as long.
    """

    code = "SEC008"
    name = "unclosed-fence"
    severity = Severity.ERROR
    why = (
        "Headings after an open fence are text within the code, so the sections that follow are"
        " not there; and the model learns to stop without closing what it opened."
    )
    valid = (
        parts(),
        parts(solution="FENCE = '''\n```python\n'''"),
        output("~~~~python\nx = 1\n~~~\n~~~~\n"),
    )
    invalid = (
        output(f"### Solution\n\n```python\n{GOOD_SOLUTION}\n"),
        output(f"### Solution\n\n````python\n{GOOD_SOLUTION}\n```\n"),
        output(f"```python\n### Solution\n\n{GOOD_SOLUTION}\n"),
        output("Here it is:\n\n~~~python\nprint(1)\n```\n"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each open block, at its opening fence."""
        answer = record.answer
        around = (answer.fence,) if answer.fence else ()
        for block in (*around, *answer.all_blocks):
            if not block.closed:
                yield Hit(
                    "This code block is never closed.", span=_opening(record.example.output, block)
                )


def _opening(text: str, block: CodeBlock) -> Span:
    """Return the line of the fence that opens `block`."""
    end = len(text[: block.span.start].rstrip("\r\n"))
    start = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
    return Span(start, end)
