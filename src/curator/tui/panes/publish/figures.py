"""A bundle in content: its gates, its files, what would change there, and a look into each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from textual.content import Content

from curator.publish import Bundle, Gate
from curator.publish.hub import Plan
from curator.tui.text import ERROR, OK, WARNING, join, mark, plural, safe, safe_line
from curator.tui.widgets.bar import figure, figures, flow, progress_bar
from curator.tui.widgets.columns import Column, Row
from curator.tui.widgets.drawn import hanging

MUTED = "$foreground-muted"
FILES = (Column("file", least=16), Column("size", 9, right=True), Column("there", 7))
#: Enough of a text file to judge it by.
_SHOWN = 60_000
_STATES = {"new": ("+ new", "$text-success"), "changed": ("~ other", "$text-warning")}


def gates(found: Iterable[Gate], allowed: Sequence[str], width: int) -> Content:
    """Return the gates, one below the other, those that stand in the way first.

    Args:
        found: The gates.
        allowed: Codes of those that somebody goes on against.
        width: In cells.
    """
    ordered = sorted(found, key=lambda gate: gate.passed)
    lines = []
    for gate in ordered:
        going = not gate.passed and gate.code in allowed
        sign = OK if gate.passed else WARNING if going else ERROR
        remedy = "Allowed by name: the card says so." if going else gate.remedy
        text = Content.assemble(
            (f"{gate.code:<13}", "bold"),
            safe(gate.message),
            *((" ", safe(remedy, MUTED)) if remedy else ()),
        )
        lines.append(hanging(mark(sign), text, width, indent=15))
    return Content("\n").join(lines)


def files(bundle: Bundle, plan: Plan | None) -> list[Row]:
    """Return a row for each file with its size, and what would become of the one there."""
    states = {change.name: change.state for change in plan.changes} if plan else {}
    rows = [
        Row(
            name,
            (
                safe_line(name),
                Content.styled(size(bundle.size(name)), MUTED),
                _state(states.get(name, "")),
            ),
        )
        for name in bundle.files
    ]
    if plan is not None:
        rows += [
            Row(f"there/{name}", (safe_line(name, 60, MUTED), Content(""), _state("kept")))
            for name in plan.kept
        ]
    return rows


def _state(state: str) -> Content:
    text, style = _STATES.get(state, ({"same": "= same", "kept": "stays"}.get(state, ""), MUTED))
    return Content.styled(text, style)


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
    return text(content.decode("utf-8", "replace"))


def text(content: str) -> Content:
    """Return the beginning of a text, and that there is more where there is."""
    if len(content) > _SHOWN:
        more = Content.assemble("\n", mark(WARNING), " The rest is not shown.")
        return safe(content[:_SHOWN]) + more
    return safe(content)


def summary(bundle: Bundle) -> Content:
    """Return the line for the title bar."""
    total = sum(bundle.size(name) for name in bundle.files)
    parts = [Content(f"{len(bundle.files)} files   {size(total)}")]
    if standing := len(bundle.standing):
        words = "gate stands" if standing == 1 else "gates stand"
        parts.append(Content.styled(f"{standing} {words}", "$text-error"))
    return Content("   ").join(parts)


def invitation(repo: str, *, private: bool) -> Content:
    """Return what can be done before anybody has looked at the Hub."""
    seen = "private" if private else "public"
    if not repo:
        return Content.styled("Write where to: USER/NAME. Then a dry run.", MUTED)
    return Content.assemble(
        ("d", "bold $text-primary"),
        (" looks at ", MUTED),
        safe_line(repo, 60),
        (f" and says what would change there; a new one would be {seen} (", MUTED),
        ("p", "bold $text-primary"),
        (").", MUTED),
    )


def planned(plan: Plan) -> Content:
    """Return what a dry run found, and what comes next."""
    remote = plan.remote
    private = remote.private if remote.exists else plan.private
    where = Content.assemble(
        safe_line(remote.repo, 60, "bold"),
        f" {'private' if private else 'public'}, ",
        f"commit {remote.head[:12]}" if remote.exists else "new",
    )
    if plan.done:
        return join([where, Content.styled(f"All of it stands there as {plan.tag}.", MUTED)])
    count = {state: sum(c.state == state for c in plan.changes) for state in ("new", "changed")}
    amount = figures(
        [
            (f"{count['new']}" if count["new"] else "", "new"),
            (f"{count['changed']}" if count["changed"] else "", "changed"),
            (size(sum(change.size for change in plan.sent)), "to send"),
        ]
    )
    then = Content.assemble(("u", "bold $text-primary"), (f" publishes it as {plan.tag}", MUTED))
    return join([where, amount, then])


def under_way(done: int, total: int, step: str, width: int) -> Content:
    """Return how far an upload is."""
    parts = [Content.styled(step, "$text-primary")]
    if total:
        parts.append(figure(size(done), f"of {size(total)}"))
    parts.append(Content.styled("x stops", MUTED))
    if not total:
        return flow(parts, width)
    return Content("\n").join([progress_bar(done, total, width), flow(parts, width)])


def published(sent: int, tag: str, commit: str, url: str) -> Content:
    """Return what stands on the Hub now."""
    return Content.assemble(
        mark(OK),
        f" {tag} is commit {commit[:12]}: {plural(sent, 'file')} sent. ",
        safe_line(url, 200, "$text-primary"),
    )
