"""A bundle in content: its gates, its files, and a look into each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from textual.content import Content

from curator.publish import Bundle, Gate
from curator.tui.text import ERROR, OK, WARNING, mark, safe, safe_line
from curator.tui.widgets.bar import figures
from curator.tui.widgets.columns import Column, Row
from curator.tui.widgets.drawn import hanging

MUTED = "$foreground-muted"
FILES = (Column("file", least=18), Column("size", 9, right=True))
#: Enough of a text file to judge it by.
_SHOWN = 60_000


def gates(found: Iterable[Gate], width: int) -> Content:
    """Return the gates, one below the other, those that stand in the way first."""
    ordered = sorted(found, key=lambda gate: gate.passed)
    return Content("\n").join(
        hanging(
            mark(OK if gate.passed else ERROR),
            Content.assemble(
                (f"{gate.code:<13}", "bold"),
                safe(gate.message),
                *((" ", safe(gate.remedy, MUTED)) if gate.remedy else ()),
            ),
            width,
            indent=15,
        )
        for gate in ordered
    )


def files(bundle: Bundle) -> list[Row]:
    """Return a row for each file with its size."""
    return [
        Row(name, (safe_line(name), Content.styled(size(bundle.size(name)), MUTED)))
        for name in bundle.files
    ]


def size(count: int) -> str:
    """Return ``512 B``, ``3.1 kB`` or ``12.4 MB``, in powers of ten."""
    if count < 1000:
        return f"{count} B"
    value = count / 1000
    for unit in ("kB", "MB"):
        if value < 1000:
            return f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def preview(bundle: Bundle, name: str) -> Content:
    """Return a file as text, or what is known of one that is not text."""
    content = bundle.files[name]
    if isinstance(content, Path):
        adapter = bundle.facts.adapter
        return Content("\n").join(
            [
                Content.styled("Weights of the adapter, taken as they are.", MUTED),
                figures(
                    [
                        (f"{adapter.parameters:,}", "parameters"),
                        (f"{adapter.rank}", "rank"),
                        (f"{adapter.scale:g}", "scale"),
                        (f"{adapter.layers}", "layers"),
                    ]
                ),
                Content.assemble(("SHA-256 ", MUTED), adapter.sha256),
                Content.assemble(("in ", MUTED), safe(", ".join(adapter.keys))),
            ]
        )
    text = content.decode("utf-8", "replace")
    if len(text) > _SHOWN:
        more = Content.assemble("\n", mark(WARNING), " The rest is not shown.")
        return safe(text[:_SHOWN]) + more
    return safe(text)


def summary(bundle: Bundle) -> Content:
    """Return the line for the title bar."""
    total = sum(bundle.size(name) for name in bundle.files)
    parts = [Content(f"{len(bundle.files)} files   {size(total)}")]
    if standing := len(bundle.standing):
        words = "gate stands" if standing == 1 else "gates stand"
        parts.append(Content.styled(f"{standing} {words}", "$text-error"))
    return Content("   ").join(parts)
