"""COD012: code that is indented with tabs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from curator.example import CodeBlock, Span
from curator.example.code import LINE_END, dedented, parse_python
from curator.lint.case import parts
from curator.lint.finding import Edit, Fix, Safety, Severity
from curator.lint.rule import Hit, Record, RecordRule

_TAB = re.compile(r"(?m)^[ ]*\t[ \t]*")
_TABBED = 'def double(n):\n\t"""Double it.\n\n\tArgs:\n\t\tn: What.\n\t"""\n\treturn n * 2'


class TabIndentation(RecordRule):
    """Lines of code begin with tabs. Tabs within a string that spans lines do not count."""

    code = "COD012"
    name = "tab-indentation"
    severity = Severity.WARNING
    needs = "code"
    why = (
        "Python code is indented with four blanks nearly everywhere; a model that has met both"
        " mixes them, and mixed code does not run."
    )
    fix_safety = (
        "Writes four blanks for each tab at the beginning of lines, docstrings included. Safe where"
        " the program stays the same but for the blanks in its docstrings, and unsafe otherwise."
    )
    valid = (parts(), parts(usage='print(double(4), """\n\tdone""")'))
    invalid = (parts(solution=_TABBED), parts(test="if True:\n \tassert double(1) == 2"))

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each block, at the first such line."""
        for block, tree in record.trees:
            if "\t" not in block.text:
                continue
            inside = _lines_in_strings(tree)
            starts = [0, *(end.end() for end in LINE_END.finditer(block.text))]
            numbers = {start: number for number, start in enumerate(starts, start=1)}
            lines = [
                match
                for match in _TAB.finditer(block.text)
                if numbers.get(match.start(), 0) not in inside
            ]
            if lines:
                begin = block.span.start
                more = f" {len(lines):,} lines do." if len(lines) > 1 else ""
                yield Hit(
                    f"This line is indented with a tab.{more}",
                    span=Span(begin + lines[0].start(), begin + lines[0].end()),
                    fix=_fix(record, block, tree),
                )


def _lines_in_strings(tree: ast.Module) -> set[int]:
    """Return the lines, from 1, that begin within a string, docstrings left out."""
    inside: set[int] = set()
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in documented:
            inside.update(range(node.lineno + 1, (node.end_lineno or node.lineno) + 1))
    return inside


def _fix(record: Record, block: CodeBlock, tree: ast.Module) -> Fix | None:
    inside = _lines_in_strings(tree)
    edits: list[Edit] = []
    starts = [0, *(end.end() for end in LINE_END.finditer(block.text)), len(block.text)]
    for number, (place, end) in enumerate(pairwise(starts), start=1):
        line = block.text[place:end]
        head = line[: len(line) - len(line.lstrip(" \t"))]
        if "\t" in head and number not in inside:
            start = block.span.start + place
            edits.append(Edit(start, start + len(head), head.expandtabs(4)))
    if not edits:
        return None
    fix = Fix.of("Indent with blanks", record.example.output, edits, Safety.SAFE)
    begin = block.span.start
    text = block.text[: fix.start - begin] + fix.text + block.text[fix.end - begin :]
    after = parse_python(dedented(text, block.indent))
    if isinstance(after, SyntaxError) or _shape(after) != _shape(tree):
        return Fix(fix.title, fix.pointer, fix.start, fix.end, fix.text, Safety.UNSAFE)
    return fix


def _shape(tree: ast.Module) -> str:
    """Return a program's structure, blanks at the beginning of docstring lines left out."""
    return re.sub(r"(\\n|\\t| )+", " ", ast.dump(tree))
