"""Train: a spec, a live loss, and every run so far.

The pane follows a run through its folder (`tail`), so a run that another studio or a shell started
looks the same as one started here.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Select, Static
from textual.worker import get_current_worker

from curator.errors import ConfigError, CuratorError
from curator.mix import Manifest, read_manifest
from curator.settings import Project
from curator.train import (
    AnyEvent,
    Run,
    Training,
    TrainingSpec,
    check_inputs,
    list_runs,
    read_run,
    start_training,
)
from curator.tui.keys import key
from curator.tui.panes.base import Pane
from curator.tui.panes.train import story as told
from curator.tui.panes.train.form import ENTRIES, SpecForm
from curator.tui.panes.train.story import Story
from curator.tui.panes.train.tail import Tail, ask_to_stop
from curator.tui.text import ERROR, OK, mark, plural, safe, safe_line
from curator.tui.widgets.chart import LossChart
from curator.tui.widgets.columns import Column, Row, Table
from curator.tui.widgets.drawn import Drawn
from curator.tui.widgets.picker import Picker

#: Seconds between two looks at a run that is at work.
POLL = 0.2

RUNS = (
    Column("", 1),
    Column("started", 16),
    Column("run"),
    Column("status", 8),
    Column("iterations", 11, right=True),
    Column("train", 7, right=True),
    Column("valid", 7, right=True),
    Column("best", 16),
)
NARROW_RUNS = (*RUNS[:3], *RUNS[3:5], RUNS[6])


class TrainPane(Pane):
    """The Train pane."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("t", "start", "train", id="train.start", tooltip="Start a training.", show=True),
        key(
            "space",
            "pause",
            "pause, go on",
            id="train.pause",
            tooltip="Pause after this iteration, or go on.",
            show=True,
        ),
        key("r", "resume", "go on", id="train.resume", tooltip="Go on after a pause."),
        key(
            "s",
            "stop",
            "stop and keep",
            id="train.stop",
            tooltip="Stop after this iteration and keep the adapter.",
            show=True,
        ),
    ]

    class Started(Message):
        """A training was started here."""

        def __init__(self, training: Training) -> None:
            super().__init__()
            self.training = training

    class Refused(Message):
        """A training could not be started, or does not do as it is told."""

        def __init__(self, error: CuratorError) -> None:
            super().__init__()
            self.error = error

    class Checked(Message):
        """What stands between the spec and a training: nothing, or an error."""

        def __init__(self, rows: int, model: str, error: CuratorError | None) -> None:
            super().__init__()
            self.rows = rows
            self.model = model
            self.error = error

    class Listed(Message):
        """The runs and the mixtures there are."""

        def __init__(self, runs: list[Run], mixtures: list[tuple[Path, Manifest]]) -> None:
            super().__init__()
            self.runs = runs
            self.mixtures = mixtures

    class Told(Message):
        """More of a run's events, and the run as it stands if it changed."""

        def __init__(self, story: Story, events: Sequence[AnyEvent], run: Run | None) -> None:
            super().__init__()
            self.story = story
            self.events = events
            self.run = run

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.runs: dict[str, Run] = {}
        self.story = Story()
        self._shown: str | None = None
        self._trainings: dict[str, Training] = {}
        self._wanted: str | None = None
        self._mixtures: dict[str, Manifest] = {}

    @property
    def runs_dir(self) -> Path:
        """The folder of runs."""
        return self.project.path(self.project.settings.runs)

    @property
    def run(self) -> Run | None:
        """The run whose curve is shown."""
        return self.runs.get(self._shown) if self._shown else None

    @property
    def subject(self) -> str:
        """The run that is shown."""
        return self._shown or self.project.settings.runs

    @property
    def form(self) -> SpecForm:
        """The spec's form."""
        return self.query_one(SpecForm)

    def compose(self) -> ComposeResult:
        """Lay out the spec beside the loss, over the runs."""
        with Horizontal(id="top"):
            with Vertical(id="spec", classes="section") as spec:
                spec.border_title = "Spec"
                yield SpecForm(TrainingSpec(model=self.project.model), id="form")
                yield Static(id="ready", markup=False)
            with Vertical(id="loss", classes="section") as loss:
                loss.border_title = "Loss"
                yield LossChart(id="chart")
                yield Static(id="state", markup=False)
                yield Drawn(id="numbers")
                with VerticalScroll(id="remarks", can_focus=False):
                    yield Static(id="remark", markup=False)
        with Vertical(id="runs", classes="section") as runs:
            runs.border_title = "Runs"
            yield Table(RUNS, empty="No run yet. Press t to start one.")

    def opened(self) -> None:
        """Look for mixtures and runs; one that is at work is followed."""
        if self.screen.focused is None or self not in self.screen.focused.ancestors:
            self.query_one("#mixture", Picker).focus()
        self._list()

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - Textual's signature
    ) -> bool | None:
        """Offer stopping and pausing only while the run that is shown is at work."""
        if action in {"pause", "stop", "resume"}:
            run = self.run
            if run is None or not run.active or self.story.end is not None:
                return False
            return action == "stop" or run.id in self._trainings or None
        return True

    def action_start(self) -> None:
        """Start a training with the spec as it stands."""
        spec, mixture = self.form.spec, self.query_one("#mixture", Picker).choice
        if spec is None:
            line = next(iter(self.form.problems.items()))
            self.notify_error(ConfigError(f"`{line[0]}` {line[1]}."))
        elif mixture is None:
            self.notify_error(
                ConfigError("There is no mixture to train on.", hint="Build one in Mix (2).")
            )
        else:
            self._start(Path(mixture), spec)

    def action_pause(self) -> None:
        """Pause the run that is shown, or go on with it."""
        training = self._trainings.get(self._shown or "")
        if training is not None:
            if self.story.paused:
                training.resume()
            else:
                training.pause()

    def action_resume(self) -> None:
        """Go on after a pause."""
        training = self._trainings.get(self._shown or "")
        if training is not None:
            training.resume()

    def action_stop(self) -> None:
        """Stop the run that is shown and keep its adapter."""
        run = self.run
        if run is None:
            return
        training = self._trainings.get(run.id)
        if training is not None:
            training.stop()
        else:
            try:
                ask_to_stop(read_run(run.folder))
            except CuratorError as error:
                self.notify_error(error)

    def on_resize(self) -> None:
        """Leave columns out where there is no room for them."""
        super().on_resize()
        self._show_runs()
        self._show_story()

    @on(SpecForm.Changed)
    @on(Select.Changed, "#mixture")
    def _spec_changed(self) -> None:
        self._explain()
        self._check()

    @on(OptionList.OptionHighlighted)
    def _run_highlighted(self) -> None:
        # Where the cursor is now, not where it was when the message was sent.
        selected = self.query_one(Table).selected
        if selected is not None and selected != self._shown:
            self._follow(selected)

    @on(Started)
    def _started(self, event: Started) -> None:
        run_id = event.training.folder.name
        self._trainings[run_id] = event.training
        self._wanted = run_id
        self._list()

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        self.notify_error(event.error)

    @on(Checked)
    def _checked(self, event: Checked) -> None:
        if event.error is not None:
            content = Content.assemble(mark(ERROR), " ", safe(str(event.error)))
        else:
            content = Content.assemble(
                mark(OK),
                f" {plural(event.rows, 'row')} to train on; t starts.",
            )
        self.query_one("#ready", Static).update(content)

    @on(Listed)
    def _listed(self, event: Listed) -> None:
        self._mixtures = {str(folder): manifest for folder, manifest in event.mixtures}
        choices = [
            (
                Content.assemble(
                    safe_line(folder.name),
                    (f"  {manifest.counts['train']:,.0f} rows", told.MUTED),
                ),
                str(folder),
            )
            for folder, manifest in event.mixtures
        ]
        self.query_one("#mixture", Picker).offer(choices)
        self.runs = {run.id: run for run in event.runs}
        self._show_runs()
        active = [run.id for run in event.runs if run.active]
        wanted = self._wanted or (active[-1] if active and self._shown not in active else None)
        self._wanted = None
        if wanted is not None or (self._shown is None and self.runs):
            self._follow(wanted or list(self.runs)[-1])
        self._spec_changed()

    @on(Told)
    def _told(self, event: Told) -> None:
        # A story that is no longer shown may still be told for a moment.
        if event.story is not self.story:
            return
        if event.run is not None:
            self.runs[event.run.id] = event.run
        self.story.take(event.events)
        self._show_story()
        self._show_runs()
        if event.run is not None:
            self.refresh_bindings()

    def _follow(self, run_id: str) -> None:
        """Show a run's curve, from its first event on."""
        self._shown = run_id
        self.story = Story()
        self.query_one(Table).select(run_id)
        self._show_story()
        self.refresh_bindings()
        if run_id in self.runs:
            self._read(self.story, self.runs[run_id].folder)

    def _show_runs(self) -> None:
        if not self.is_mounted:
            return
        narrow = self.has_class("-narrow")
        rows = []
        for run in reversed(self.runs.values()):
            iteration = self.story.iteration if run.id == self._shown else None
            row = told.run_row(run, iteration=iteration)
            if narrow:
                row = Row(row.id, (*row.cells[:5], row.cells[6]))
            rows.append(row)
        self.query_one(Table).set_rows(rows, NARROW_RUNS if narrow else RUNS)
        title = f"Runs  {len(rows)}" if rows else "Runs"
        self.query_one("#runs").border_title = title

    def _show_story(self) -> None:
        run = self.run
        if run is None:
            return
        story = self.story
        name = run.name or run.mixture.name
        self.query_one("#loss").border_title = safe_line(f"Loss  {name}", 40)
        self.query_one(LossChart).show(story.curves())
        self.query_one("#state", Static).update(told.state(story, run))
        self.query_one("#numbers", Drawn).show(partial(told.numbers, story))
        remark = told.remarks(story)
        self.query_one("#remarks").display = bool(len(remark))
        self.query_one("#remark", Static).update(remark)
        self.status = (
            Content(f"{story.iteration:,} of {story.iters:,}") if story.iters else Content("")
        )

    def _explain(self) -> None:
        spec, mixture = self.form.spec, self.query_one("#mixture", Picker).choice
        notes = {}
        manifest = self._mixtures.get(mixture or "")
        if spec is not None and manifest is not None:
            rows = manifest.counts["train"]
            epochs = spec.iters * spec.batch_size / rows if rows else 0
            notes["iters"] = f"{epochs:.1f} epochs"
        self.form.explain(notes)
        first = next(iter(self.form.problems.items()), None)
        if first is not None:
            label = next(e.label for e in ENTRIES if e.key == first[0])
            self.query_one("#ready", Static).update(
                Content.assemble(mark(ERROR), " ", safe(f"{label} {first[1]}."))
            )

    @work(thread=True, exclusive=True, group="train.list")
    def _list(self) -> None:
        mixtures = []
        folder = self.project.path(self.project.settings.mixtures)
        for path in folder.glob("*/manifest.json"):
            try:
                mixtures.append((path.stat().st_mtime, path.parent, read_manifest(path.parent)))
            except (CuratorError, OSError):
                # Not a mixture of ours, or gone since: there is nothing to offer.
                continue
        newest = sorted(mixtures, key=lambda found: found[0], reverse=True)
        found = [(path, manifest) for _, path, manifest in newest]
        self.post_message(self.Listed(list_runs(self.runs_dir), found))

    @work(thread=True, exclusive=True, group="train.check")
    def _check(self) -> None:
        worker = get_current_worker()
        spec, mixture = self.form.spec, self.query_one("#mixture", Picker).choice
        if spec is None or mixture is None:
            return
        try:
            inputs = check_inputs(Path(mixture), spec)
        except CuratorError as error:
            checked = self.Checked(0, spec.model, error)
        else:
            checked = self.Checked(len(inputs.mixture.train), inputs.model, None)
        if not worker.is_cancelled:
            self.post_message(checked)

    @work(thread=True, group="train.start")
    def _start(self, mixture: Path, spec: TrainingSpec) -> None:
        try:
            training = start_training(mixture, spec, runs_dir=self.runs_dir)
        except CuratorError as error:
            self.post_message(self.Refused(error))
        else:
            self.post_message(self.Started(training))

    @work(thread=True, exclusive=True, group="train.follow")
    def _read(self, story: Story, folder: Path) -> None:
        """Post a run's events as they are written, until its end."""
        worker = get_current_worker()
        tail = Tail(folder)
        pause = threading.Event()
        status = ""
        while not worker.is_cancelled:
            # Read first: what a run that is over has said by then is all there is.
            try:
                run = read_run(folder)
            except CuratorError as error:
                self.post_message(self.Refused(error))
                return
            events = tail.fresh()
            changed = run.status != status
            status = run.status
            if events or changed:
                self.post_message(self.Told(story, events, run if changed else None))
            if not run.active:
                return
            pause.wait(POLL)
