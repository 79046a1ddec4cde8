"""Sheets as Markdown and as a page of HTML that stands by itself.

Model answers and suites are untrusted text: in Markdown they cannot leave their cell, in HTML they
are escaped, and the page loads nothing and runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from curator.evaluate.evaluation import Evaluation
from curator.evaluate.score import Score
from curator.evaluate.sheets import Sheet
from curator.terminal import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#])")

_STYLE = """
:root { color-scheme: light dark; --muted: #667; --rule: #8884; --good: #1a7f37; --bad: #b42318; }
@media (prefers-color-scheme: dark) { :root { --muted: #9aa; --good: #5ad17f; --bad: #ff8f84; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem 1.2rem .25rem 0; border-bottom: 1px solid var(--rule);
  white-space: pre; }
tr.strong td { font-weight: 600; }
p.note { color: var(--muted); }
pre { overflow-x: auto; white-space: pre-wrap; border-left: 3px solid var(--rule);
  padding-left: 1rem; }
summary { cursor: pointer; } .good { color: var(--good); } .bad { color: var(--bad); }
"""


def to_markdown(sheets: Sequence[Sheet]) -> str:
    """Return sheets as GitHub's Markdown."""
    return "\n\n".join(part for sheet in sheets for part in _markdown(sheet)) + "\n"


def to_html(sheets: Sequence[Sheet], *, answers: Sequence[Evaluation] = ()) -> str:
    """Return sheets as a page of HTML.

    Args:
        sheets: What it shows.
        answers: Evaluations whose answers it shows as well, the failing ones first.
    """
    title = escape(sheets[0].title) if sheets else "Evaluation"
    body = [part for sheet in sheets for part in _html(sheet)]
    for evaluation in answers:
        body += _answers(evaluation)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def failing_first(scores: Sequence[Score], *, loose: bool = False) -> list[Score]:
    """Return answers with those that pass the fewest checks first, else in their order."""
    return sorted(scores, key=lambda one: _passes(one, loose=loose))


def _passes(one: Score, *, loose: bool) -> tuple[bool, int]:
    verdict = one.verdict(loose=loose)
    return verdict.all, sum(verdict.passed.values())


def _markdown(sheet: Sheet) -> Iterator[str]:
    yield f"**{_quoted(sheet.title)}**"
    if sheet.legend:
        yield "\n".join(f"- {_quoted(line)}" for line in sheet.legend)
    for warning in sheet.warnings:
        yield f"> ⚠ {_quoted(warning)}"
    lines = [_line(sheet.head), "|" + "---|" * len(sheet.head)]
    for number, row in enumerate(sheet.rows):
        strong = number in sheet.strong
        lines.append(_line([f"**{row[0]}**", *row[1:]] if strong else row, quote=not strong))
    yield "\n".join(lines)
    for note in sheet.notes:
        yield _quoted(note)


def _line(cells: Sequence[str], *, quote: bool = True) -> str:
    texts = [" ".join(cell.split()) for cell in cells]
    return "| " + " | ".join(_quoted(text) if quote else text for text in texts) + " |"


def _quoted(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", visible(text))


def _html(sheet: Sheet) -> Iterator[str]:
    yield f"<h2>{escape(sheet.title)}</h2>"
    for line in sheet.legend:
        yield f"<p>{escape(line)}</p>"
    for warning in sheet.warnings:
        yield f'<p class="bad">! {escape(warning)}</p>'
    rows = [f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in sheet.head)}</tr>"]
    for number, row in enumerate(sheet.rows):
        kind = ' class="strong"' if number in sheet.strong else ""
        rows.append(f"<tr{kind}>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>")
    yield "<table>\n" + "\n".join(rows) + "\n</table>"
    for note in sheet.notes:
        yield f'<p class="note">{escape(note)}</p>'


def _answers(evaluation: Evaluation) -> Iterator[str]:
    for side in evaluation.sides:
        yield f"<h3>Answers of the {escape(side.name)}</h3>"
        for one in failing_first(side.scores):
            yield _answer(one)


def _answer(one: Score) -> str:
    mark = '<span class="good">✓</span>' if one.all else '<span class="bad">✗</span>'
    missed = [name for name, passed in one.passed.items() if not passed]
    said = [f"<p>{escape(visible(one.prompt.instruction, newlines=True))}</p>"]
    if one.prompt.input.strip():
        said.append(f"<pre>{escape(visible(one.prompt.input, newlines=True))}</pre>")
    text = one.failure or one.text or "An empty answer."
    said.append(f"<pre>{escape(visible(text, newlines=True, tabs=True))}</pre>")
    findings = [
        f"<li><b>{escape(finding.code)}</b> {escape(visible(finding.message))}</li>"
        for finding in one.findings
    ]
    findings += [
        f"<li><b>{escape(name)}</b> {escape(visible(note))}</li>"
        for name, note in one.notes.items()
        if not one.passed.get(name, True)
    ]
    cut = " (cut)" if one.truncated else ""
    name = escape(visible(one.prompt.id)) + (f" · {one.sample + 1}" if one.sample else "")
    failed = f": fails {escape(visible(', '.join(missed)))}" if missed else ""
    return (
        f"<details><summary>{mark} {name}{cut}{failed}</summary>\n"
        + "\n".join(said)
        + (f"\n<ul>{''.join(findings)}</ul>" if findings else "")
        + "\n</details>"
    )
