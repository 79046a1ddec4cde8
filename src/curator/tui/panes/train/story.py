"""What a run's events add up to: its curves, its figures, and what to say about it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from curator.train import (
    AnyEvent,
    Failed,
    Finished,
    Notice,
    Paused,
    Phase,
    Progress,
    Resumed,
    Run,
    Sample,
    Started,
    Stopped,
    Validation,
)
from curator.tui.text import ERROR, INFO, OK, PENDING, WARNING, mark, safe, safe_line
from curator.tui.widgets.bar import figure, flow, progress_bar
from curator.tui.widgets.chart import Curves
from curator.tui.widgets.columns import Row

MUTED = "$foreground-muted"
_MARKS = {
    "starting": PENDING,
    "running": "▶",
    "paused": "‖",
    "stopped": WARNING,
    "finished": OK,
    "failed": ERROR,
}


class Story:
    """The state of one run as its events tell it."""

    def __init__(self) -> None:
        self.train: list[tuple[float, float]] = []
        self.valid: list[tuple[float, float]] = []
        self.best: tuple[float, float] | None = None
        self.started: Started | None = None
        self.progress: Progress | None = None
        self.sample: Sample | None = None
        self.notices: list[Notice] = []
        self.phase = ""
        self.paused = False
        self.end: Finished | Stopped | Failed | None = None

    def take(self, events: Iterable[AnyEvent]) -> None:
        """Add events, in order."""
        for event in events:
            match event:
                case Phase(name=name):
                    self.phase = name
                case Started():
                    self.started = event
                case Progress(iteration=iteration, train_loss=loss):
                    self.progress = event
                    self.train.append((iteration, loss))
                case Validation(iteration=iteration, val_loss=loss):
                    self.valid.append((iteration, loss))
                    if self.best is None or loss < self.best[1]:
                        self.best = (iteration, loss)
                case Sample():
                    self.sample = event
                case Notice():
                    self.notices.append(event)
                case Paused():
                    self.paused = True
                case Resumed():
                    self.paused = False
                case Finished() | Stopped() | Failed():
                    self.end = event
                    self.paused = False
                case _:
                    pass

    @property
    def iteration(self) -> int:
        """Iterations done, as far as was reported."""
        return self.progress.iteration if self.progress else 0

    @property
    def iters(self) -> int:
        """Iterations in all; 0 before the start."""
        return self.started.iters if self.started else 0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at the present pace."""
        progress = self.progress
        if self.end or self.paused or progress is None or progress.iterations_per_second <= 0:
            return None
        return (progress.iters - progress.iteration) / progress.iterations_per_second

    def curves(self) -> Curves:
        """Return what the chart shows."""
        return Curves(tuple(self.train), tuple(self.valid), self.best, self.iters)


def duration(seconds: float) -> str:
    """Return ``0:42``, ``12:05`` or ``3:20:00``."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def state(story: Story, run: Run) -> Content:
    """Return one line on where the run stands."""
    end = story.end
    if isinstance(end, Failed) or (end is None and run.status == "failed"):
        message = end.message if isinstance(end, Failed) else run.record.message
        hint = end.hint if isinstance(end, Failed) else run.record.hint
        return Content.assemble(mark(ERROR), " ", safe(message), " ", safe(hint, MUTED))
    if isinstance(end, Finished):
        return Content.assemble(mark(OK), f" finished after {end.iteration:,} iterations")
    if isinstance(end, Stopped):
        kept = "its adapter is kept" if end.result else "before there was anything to keep"
        return Content.assemble(
            mark(WARNING), f" stopped after {end.iteration:,} iterations, {kept}"
        )
    if story.paused:
        return Content.styled("‖ paused; space goes on", "$text-warning")
    if story.progress is None:
        return Content.styled(f"{story.phase or 'starting'} …", MUTED)
    return Content.styled("▶ training", "$text-primary")


def numbers(story: Story, width: int) -> Content:
    """Return iteration, speed, time left, memory and device, with a bar of what is done."""
    progress, started = story.progress, story.started
    if started is None:
        return Content("")
    left = story.seconds_left
    parts = [figure(f"{story.iteration:,}", f"of {story.iters:,} iterations")]
    if progress is not None:
        parts.append(figure(f"{progress.epoch:.2f}", "epochs"))
        if left is not None:
            parts.append(figure(duration(left), "left"))
        parts.append(figure(f"{progress.tokens_per_second:,.0f}", "tokens/s"))
        parts.append(figure(f"{progress.train_loss:.3f}", "train"))
    if story.valid:
        parts.append(figure(f"{story.valid[-1][1]:.3f}", "validation"))
    if progress is not None:
        parts.append(figure(f"{progress.peak_memory_gb:.2f} GB", ""))
    parts.append(Content.styled(f"{started.device} · {started.blas}", MUTED))
    bar = progress_bar(story.iteration, story.iters, width)
    return Content("\n").join([bar, flow(parts, width)])


def remarks(story: Story) -> Content:
    """Return what the run wants known, and its latest sample answer."""
    lines = [
        Content.assemble(mark(INFO), " ", safe(notice.message), " ", safe(notice.hint, MUTED))
        for notice in story.notices[-2:]
    ]
    if story.sample is not None:
        lines.append(Content.styled(f"Sample at {story.sample.iteration:,}", MUTED))
        lines.append(safe(story.sample.text))
    return Content("\n").join(lines)


def run_row(run: Run, *, iteration: int | None = None) -> Row:
    """Return the row of one run for the list."""
    result = run.result
    done = result.iterations if result else iteration or run.record.iteration
    sign = _MARKS[run.status]
    best = result.best_val_loss if result else None
    return Row(
        run.id,
        (
            mark(sign)
            if sign in {OK, ERROR, WARNING, PENDING}
            else Content.styled(sign, "$text-primary"),
            safe_line(run.record.created[:16].replace("T", " "), style=MUTED),
            safe_line(run.name or run.mixture.name),
            Content.styled(run.status, MUTED),
            Content.assemble((f"{done:,}", "bold"), (f"/{run.spec.iters:,}", MUTED)),
            _loss(result.train_loss if result else None),
            _loss(result.val_loss if result else None),
            Content.assemble(_loss(best), (f" at {result.best_iteration:,}", MUTED))
            if result and best is not None and result.best_iteration is not None
            else Content(""),
        ),
    )


def _loss(value: float | None) -> Content:
    return Content("") if value is None else Content.styled(f"{value:.3f}", "bold")
