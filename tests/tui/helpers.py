"""Driving the studio without a screen: projects to open, and waiting for a condition."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from curator.settings import Project, find_project
from curator.tui.app import CuratorApp
from curator.tui.panes.author.pane import AuthorPane

SIZE = (120, 40)

#: A few rules by name, so that a new rule never changes what these tests see.
SETTINGS = """examples = "examples.jsonl"
[lint]
select = ["COD001", "DOC005", "DOC006", "REC001", "REC004", "SEC001"]
"""

SOLUTION = '''def {name}(number: int) -> int:
    """Return {what} the number.

    Args:
        number: The number to start from.

    Returns:
        The result as an integer.
    """
    return number * {factor}'''


def output(name: str = "double", what: str = "twice", factor: int = 2) -> str:
    """Return an answer in the default profile that no rule speaks about."""
    solution = SOLUTION.format(name=name, what=what, factor=factor)
    return (
        f"### Solution\n\n```python\n{solution}\n```\n\n"
        f"### Usage\n\n```python\nprint({name}(4))  # Output: {4 * factor}\n```\n\n"
        "### Sanity test\n\n```python\n"
        f"assert {name}(0) == 0\nassert {name}(-3) == {-3 * factor}\n```\n"
    )


def record(instruction: str, answer: str | None = None, **more: Any) -> dict[str, Any]:
    """Return the fields of an example."""
    return {
        **more,
        "instruction": instruction,
        "input": "",
        "output": output() if answer is None else answer,
    }


THREE = (
    record("Write a function that doubles a whole number, negative ones included."),
    record("Triple an integer that the caller passes in.", output("triple", "three times", 3)),
    record("How do I make a value ten times as large?", output("tenfold", "ten times", 10)),
)


def project(folder: Path, rows: Iterable[dict[str, Any] | str] | None = THREE) -> Project:
    """Return a project in `folder` whose file holds `rows`; a str is a line as it is."""
    (folder / "curator.toml").write_text(SETTINGS, "utf-8")
    if rows is not None:
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        text = "".join(f"{line}\n" for line in lines)
        (folder / "examples.jsonl").write_bytes(text.encode("utf-8", "surrogateescape"))
    return find_project(folder)


def app_on(where: Project, file: Path | None = None) -> CuratorApp:
    """Return the studio on a project; what it says is kept, however long the test takes."""
    app = CuratorApp(where, file)
    said: list[str] = []
    notify = app.notify

    def noted(message: str, **options: Any) -> None:
        said.append(message)
        notify(message, **options)

    app.notify = noted  # type: ignore[method-assign]
    app.said = said  # type: ignore[attr-defined]
    return app


def notices(app: CuratorApp) -> str:
    """Return all that the studio said so far."""
    return " ".join(app.said)  # type: ignore[attr-defined]


def author(app: CuratorApp) -> AuthorPane:
    """Return the Author pane."""
    return app.query_one(AuthorPane)


def texts(app: CuratorApp) -> dict[str, str]:
    """Return what the editors hold."""
    return author(app).editor.texts


def codes(app: CuratorApp) -> list[str]:
    """Return the codes of the findings beside the editor."""
    return [finding.code for finding in author(app).findings]


async def until(pilot: Pilot[Any], condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until `condition` holds; fail when it does not within `seconds`.

    The seconds are for a machine with much else to do: a condition that holds is not waited for.
    """
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition never held"
        await pilot.pause()
        # Worker threads need the processor too.
        await asyncio.sleep(0.002)


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until the open file is checked and the example in the editor has its verdict."""
    app = pilot.app
    assert isinstance(app, CuratorApp)
    await until(pilot, lambda: author(app).session is not None)
    await until(
        pilot,
        lambda: not author(app).checking,
    )
    await pilot.pause()
