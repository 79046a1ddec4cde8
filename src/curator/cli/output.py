"""How subcommands speak: results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from curator.terminal import plural as plural  # noqa: PLC0414 - offered from here too
from curator.terminal import visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How results are printed.",
)


def stdout() -> Console:
    """Return a console for results; colours only on a terminal, and never with NO_COLOR."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


def stderr() -> Console:
    """Return a console for narration."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output.

    Where it holds anything that a terminal might act on, all that is not ASCII is escaped.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2)
    if visible(text, newlines=True) != text:
        text = json.dumps(value, indent=2)
    click.echo(text)


_live: list[Progress] = []


def say(text: str) -> None:
    """Say something on standard error, whatever names and messages are in it."""
    shown = visible(text, newlines=True)
    if _live:
        # Above the bar, which would else be torn in two.
        _live[-1].console.print(shown)
    else:
        click.echo(shown, err=True)


def print_result(text: str, *, color: bool | None = None) -> None:
    """Print a piece of a result on standard output as it is; a bar on the terminal makes way."""
    bar = _live[-1] if _live and sys.stdout.isatty() else None
    if bar is not None:
        bar.stop()
    click.echo(text, nl=False, color=color)
    if bar is not None:
        bar.start()


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show a bar on standard error while work goes on; nothing where that is no terminal.

    Yields:
        A function to call with what is done, what there is in all (0 while unknown) and a word
        about the present step. It may be called from any thread.
    """
    if not sys.stderr.isatty():
        yield lambda _done, _total, _note: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        console=stderr(),
        transient=True,
    )
    with bar, _narrating(bar):
        task = bar.add_task(title, total=None, note="")
        yield lambda done, total, note: bar.update(
            task, completed=done, total=total or None, note=note
        )


@contextmanager
def _narrating(bar: Progress) -> Iterator[None]:
    _live.append(bar)
    try:
        yield
    finally:
        _live.remove(bar)


@contextmanager
def cancel_on_interrupt() -> Iterator[threading.Event]:
    """Turn a first Ctrl-C into a set event, so that work can end cleanly; a second one raises."""
    import signal

    event = threading.Event()

    def handler(_number: int, _frame: Any) -> None:
        if event.is_set():
            raise KeyboardInterrupt
        event.set()

    previous = signal.signal(signal.SIGINT, handler)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, previous)
