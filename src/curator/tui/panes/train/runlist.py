"""Every run so far as a list: its status, how far it came, its losses, and which are compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from textual.content import Content

from curator.train import Run
from curator.tui.panes.train.story import Story
from curator.tui.text import ERROR, OK, PENDING, STYLES, WARNING, safe_line
from curator.tui.widgets.columns import Column, Row, Table

MUTED = "$foreground-muted"
_MARKS = {
    "starting": PENDING,
    "running": "▶",
    "paused": "‖",
    "stopped": WARNING,
    "finished": OK,
    "failed": ERROR,
}
_CHOSEN = "◉"
_WIDE = (
    Column("", 1),
    Column("", 1),
    Column("started", 16),
    Column("run"),
    Column("status", 8),
    Column("iterations", 13, right=True),
    Column("train", 7, right=True),
    Column("valid", 7, right=True),
    Column("best", 16),
)
# Without the training loss and where the best was.
_NARROW_CELLS = (0, 1, 2, 3, 4, 5, 7)
_NARROW = tuple(_WIDE[place] for place in _NARROW_CELLS)


class RunList(Table):
    """The runs, the newest first; the cursor chooses which one is shown."""

    def __init__(self) -> None:
        super().__init__(_WIDE, empty="No run yet.")

    def show(
        self,
        runs: Mapping[str, Run],
        *,
        shown: str | None,
        story: Story,
        chosen: Collection[str],
        narrow: bool,
    ) -> None:
        """Show runs.

        Args:
            runs: By id, the oldest first.
            shown: The id of the one whose curve is shown.
            story: What is known of that one by now.
            chosen: Ids of those to be compared.
            narrow: Whether there is no room for all columns.
        """
        rows = [
            _row(run, story if run.id == shown else None, run.id in chosen)
            for run in reversed(list(runs.values()))
        ]
        if narrow:
            rows = [Row(row.id, tuple(row.cells[place] for place in _NARROW_CELLS)) for row in rows]
        self.set_rows(rows, _NARROW if narrow else _WIDE)


def newest_before(runs: Iterable[str], run_id: str) -> str | None:
    """Return the run before `run_id` in `runs`, which are the oldest first; None for the first."""
    before = None
    for one in runs:
        if one == run_id:
            return before
        before = one
    return None


def _row(run: Run, story: Story | None, chosen: bool) -> Row:
    result = run.result
    done = (
        result.iterations if result else max(run.record.iteration, story.iteration if story else 0)
    )
    train = result.train_loss if result else None
    valid = result.val_loss if result else None
    best = result.best_val_loss if result else None
    where = result.best_iteration if result else None
    if result is None and story is not None:
        train = story.train[-1][1] if story.train else None
        valid = story.valid[-1][1] if story.valid else None
        if story.best is not None:
            where, best = int(story.best[0]), story.best[1]
    sign = _MARKS[run.status]
    return Row(
        run.id,
        (
            Content.styled(_CHOSEN if chosen else "", "bold $text-accent"),
            Content.styled(sign, STYLES.get(sign, "$text-primary")),
            safe_line(run.record.created[:16].replace("T", " "), style=MUTED),
            safe_line(run.name or run.mixture.name),
            Content.styled(run.status, MUTED),
            Content.assemble((f"{done:,}", "bold"), (f"/{run.spec.iters:,}", MUTED)),
            _loss(train),
            _loss(valid),
            Content.assemble(_loss(best), (f" at {where:,}", MUTED))
            if best is not None and where is not None
            else Content(""),
        ),
    )


def _loss(value: float | None) -> Content:
    return Content("") if value is None else Content.styled(f"{value:.3f}", "bold")
