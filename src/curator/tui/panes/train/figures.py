"""The Train pane in content: where a run stands, its figures, what it said, what preflight says."""

from __future__ import annotations

from textual.content import Content

from curator.mix import Check, Verdict
from curator.preflight import Preflight
from curator.train import Failed, Finished, Run, Stopped
from curator.tui.panes.train.story import Story
from curator.tui.text import ERROR, INFO, OK, WARNING, mark, plural, safe, safe_line
from curator.tui.widgets.bar import figure, flow, progress_bar
from curator.tui.widgets.drawn import hanging

MUTED = "$foreground-muted"
_TAKE_UP = "r takes it up."


def duration(seconds: float) -> str:
    """Return ``0:42``, ``12:05`` or ``3:20:00``."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def state(story: Story, run: Run, width: int) -> Content:
    """Return where the run stands, and what can be done about it."""
    end = story.end
    if isinstance(end, Failed) or (end is None and run.status == "failed"):
        message = end.message if isinstance(end, Failed) else run.record.message
        hint = end.hint if isinstance(end, Failed) else run.record.hint
        told = Content.assemble(safe(message), " ", safe(f"{hint} {_TAKE_UP}".strip(), MUTED))
        return hanging(mark(ERROR), told, width)
    if isinstance(end, Finished):
        early = ", as patience ended" if end.result.early else ""
        return Content.assemble(
            mark(OK), f" finished after {plural(end.iteration, 'iteration')}{early}", _kept(run)
        )
    if isinstance(end, Stopped):
        kept = "its adapter is kept" if end.result else "before there was anything to keep"
        where = f"stopped after {plural(end.iteration, 'iteration')}, {kept}. "
        return hanging(mark(WARNING), Content.assemble(where, (_TAKE_UP, MUTED)), width)
    if story.paused:
        return Content.styled("‖ paused; space goes on", "$text-warning")
    if story.progress is None:
        return Content.styled(f"{story.phase or 'starting'} …", MUTED)
    return Content.styled("▶ training", "$text-primary")


def _kept(run: Run) -> Content:
    result = run.result
    if result is None or result.kept_iteration in (None, result.iterations):
        return Content("")
    return Content.styled(f"; the adapter is that of iteration {result.kept_iteration:,}", MUTED)


def progress(story: Story, width: int) -> Content:
    """Return how far a run came, as a bar and a figure."""
    if story.started is None:
        return Content("")
    done = figure(f"{story.iteration:,}", f"of {plural(story.iters, 'iteration')}")
    return Content("\n").join([progress_bar(story.iteration, story.iters, width), done])


def numbers(story: Story, width: int) -> Content:
    """Return iteration, speed, time left, memory and device, with a bar of what is done."""
    progress, started = story.progress, story.started
    if started is None:
        return Content("")
    left = story.seconds_left
    parts = [figure(f"{story.iteration:,}", f"of {plural(story.iters, 'iteration')}")]
    if progress is not None:
        parts.append(figure(f"{progress.epoch:.2f}", "epochs"))
        if left is not None:
            parts.append(figure(duration(left), "left"))
        parts.append(figure(f"{progress.tokens_per_second:,.0f}", "tokens/s"))
        parts.append(figure(f"{progress.train_loss:.3f}", "train"))
    if story.valid:
        parts.append(figure(f"{story.valid[-1][1]:.3f}", "validation"))
    if progress is not None:
        parts.append(figure(f"{progress.peak_memory_gb:.2f} GB", "memory"))
        parts.append(figure(f"{progress.learning_rate:.2g}", "rate"))
    device = f"{started.device} · {started.blas}" if started.blas else started.device
    parts.append(Content.styled(device, MUTED))
    bar = progress_bar(story.iteration, story.iters, width)
    return Content("\n").join([bar, flow(parts, width)])


def remarks(story: Story) -> Content:
    """Return what the run wants known, and its latest sample answer."""
    lines = []
    if story.continued is not None:
        lines.append(Content.styled(f"Taken up after iteration {story.continued:,}.", MUTED))
    lines += [
        Content.assemble(mark(INFO), " ", safe(notice.message), " ", safe(notice.hint, MUTED))
        for notice in story.notices[-2:]
    ]
    if story.sample is not None:
        cut = ", cut" if story.sample.truncated else ""
        lines.append(Content.styled(f"Sample answer at {story.sample.iteration:,}{cut}", MUTED))
        lines.append(safe(story.sample.text))
    return Content("\n").join(lines)


def heed(report: Preflight) -> list[Check]:
    """Return the checks that are no good news."""
    return [check for check in report.checks if check.verdict is not Verdict.OK]


def ready(report: Preflight) -> Content:
    """Return whether a training can start, in a line."""
    standing = len(report.standing())
    if standing:
        many = f"{plural(standing, 'check')} {'stands' if standing == 1 else 'stand'} in the way"
        return Content.assemble(mark(ERROR), f" {many}; t asks for ", _name(standing), ".")
    learned = f", {report.learned_tokens:,} tokens to learn" if report.learned_tokens else ""
    return Content.assemble(
        mark(OK),
        f" {plural(report.train_rows, 'row')} to train on",
        Content.styled(learned, MUTED),
        "; t starts.",
    )


def _name(count: int) -> str:
    return "its name" if count == 1 else "their names"


def preflight_title(report: Preflight | None) -> Content:
    """Return the heading of the preflight list: how many checks are well."""
    if report is None:
        return Content("Preflight")
    well = len(report.checks) - len(heed(report))
    return safe_line(f"Preflight  {well} of {plural(len(report.checks), 'check')} well")
