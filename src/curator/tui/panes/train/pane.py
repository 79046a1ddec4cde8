"""Train: a spec with its preflight, a live loss, and every run so far.

The pane follows a run through its folder (`tail`), so a run that another studio or a shell started
looks the same as one started here.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import OptionList, Select

from curator.errors import ConfigError
from curator.mix import Manifest
from curator.preflight import Preflight
from curator.settings import Project
from curator.train import Run, Training, TrainingSpec
from curator.tui.dialogs import Choice, Question
from curator.tui.panes.base import Pane
from curator.tui.panes.train import bindings, figures, messages
from curator.tui.panes.train.compare import CompareScreen
from curator.tui.panes.train.entries import ENTRIES, SAMPLE_PROMPT
from curator.tui.panes.train.form import SpecForm
from curator.tui.panes.train.hands import Hands
from curator.tui.panes.train.panels import LossPanel, PreflightPanel
from curator.tui.panes.train.runlist import RunList, newest_before
from curator.tui.panes.train.story import Story
from curator.tui.text import ERROR, WARNING, mark, safe, safe_line
from curator.tui.widgets.by_name import ByName
from curator.tui.widgets.picker import Picker

#: A pause in the typing after which preflight looks, in seconds.
PAUSE = 0.3

_DELETING = (
    Choice("k", "keep", "keep it"),
    Choice("d", "delete", "delete it with its adapter"),
)


class TrainPane(Pane):
    """The Train pane."""

    BINDINGS: ClassVar[list[BindingType]] = bindings.BINDINGS

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.runs: dict[str, Run] = {}
        self.story = Story()
        self.report: Preflight | None = None
        self.trainings: dict[str, Training] = {}
        self._hands = Hands(self)
        self._shown: str | None = None
        self._wanted: str | None = None
        self._chosen: list[str] = []
        self._mixtures: dict[str, Manifest] = {}
        self._timer: Timer | None = None
        self._launching = False

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

    @property
    def mixture(self) -> Path | None:
        """The mixture that is chosen."""
        choice = self.query_one("#mixture", Picker).choice
        return Path(choice) if choice is not None else None

    def compose(self) -> ComposeResult:
        """Lay out the spec and its preflight beside the loss, over the runs."""
        with Horizontal(id="top"):
            with Vertical(id="left"):
                with Vertical(id="spec", classes="section") as spec:
                    spec.border_title = "Spec"
                    start = TrainingSpec(model=self.project.model, sample_prompt=SAMPLE_PROMPT)
                    yield SpecForm(start, id="form")
                yield PreflightPanel(id="preflight", classes="section")
            yield LossPanel(id="loss", classes="section")
        with Vertical(id="runs", classes="section") as runs:
            runs.border_title = "Runs"
            yield RunList()

    def opened(self) -> None:
        """Look for mixtures and runs; one that is at work is followed."""
        focused = self.screen.focused
        if focused is None or self not in focused.ancestors:
            # At once, or the keys of the pane before would stand in the footer for a moment.
            self.screen.set_focus(self.query_one("#mixture", Picker))
        self._hands.list_all()

    def on_unmount(self) -> None:
        """End the process that counts."""
        self._hands.close()

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - Textual's signature
    ) -> bool | None:
        """Offer what can be done with the run that is shown, and a start with a mixture."""
        run = self.run
        if action == "start":
            there = self.is_mounted and self.mixture is not None
            return (there and not self._launching) or None
        if action in {"pause", "stop", "resume", "delete", "choose", "compare"} and run is None:
            return False
        at_work = run is not None and run.active and self.story.end is None
        match action:
            case "pause" | "stop":
                return at_work
            case "resume":
                return self.story.paused or (run is not None and run.resumable)
            case "delete":
                return not at_work or None
            case "compare":
                return len(self.runs) > 1
            case _:
                return True

    def action_start(self) -> None:
        """Look at the mixture with the spec as it stands, and start if nothing is in the way."""
        spec, mixture = self.form.spec, self.mixture
        if spec is None:
            self.notify_error(ConfigError(self._problem()))
        elif mixture is not None:
            self._launching = True
            self.refresh_bindings()
            self._hands.look(mixture, spec, launching=True)

    def action_pause(self) -> None:
        """Pause the run that is shown, or go on with it."""
        if self.run is not None:
            self._hands.tell(self.run, "resume" if self.story.paused else "pause")

    def action_resume(self) -> None:
        """Go on after a pause, or take up a run that ended too soon."""
        if self.run is not None and self.story.paused:
            self._hands.tell(self.run, "resume")
        elif self.run is not None:
            self._hands.take_up(self.run)

    def action_stop(self) -> None:
        """Stop the run that is shown and keep its adapter."""
        if self.run is not None:
            self._hands.tell(self.run, "stop")

    def action_choose(self) -> None:
        """Choose the run under the cursor for a comparison, or no longer."""
        if self._shown in self._chosen:
            self._chosen.remove(self._shown)
        elif self._shown is not None:
            self._chosen.append(self._shown)
        self._show_runs()

    def action_compare(self) -> None:
        """Compare the chosen runs; this one with another where fewer than two are chosen."""
        wanted = [one for one in self._chosen if one in self.runs]
        if len(wanted) < 2 and self._shown is not None:
            others = [one for one in (newest_before(self.runs, self._shown), *self.runs) if one]
            wanted = [*wanted, self._shown, *others]
            wanted = list(dict.fromkeys(wanted))[:2]
        self._hands.compare([self.runs[one] for one in wanted], self._show_comparison)

    def _show_comparison(self, screen: CompareScreen) -> None:
        self.app.push_screen(screen)

    def action_delete(self) -> None:
        """Delete the run that is shown, if the person says so."""
        run = self.run
        if run is None:
            return

        def answered(answer: str | None) -> None:
            if answer == "delete":
                self._hands.delete(run)

        what = f"{run.id} would be gone with its adapter, and this cannot be undone."
        self.app.push_screen(Question("Delete this run?", what, _DELETING), answered)

    def on_resize(self) -> None:
        """Leave columns out where there is no room for them."""
        super().on_resize()
        self._show_runs()
        self._show_story()

    @on(SpecForm.Changed)
    @on(Select.Changed, "#mixture")
    def _spec_changed(self) -> None:
        """Look again after a pause in the typing."""
        manifest = self._mixtures.get(str(self.mixture))
        rows = int(manifest.counts["train"]) if manifest is not None else 0
        if rows != self.form.rows:
            self.form.rows = rows
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._look)
        self._show_ready(None)
        self.refresh_bindings()
        if self.form.spec is not None:
            self.post_message(self.SpecChanged(self.form.spec))

    def _look(self) -> None:
        self._timer = None
        spec, mixture = self.form.spec, self.mixture
        if spec is not None and mixture is not None and not self._launching:
            self._hands.look(mixture, spec)

    @on(OptionList.OptionHighlighted)
    def _run_highlighted(self) -> None:
        # Where the cursor is now, not where it was when the message was sent.
        selected = self.query_one(RunList).selected
        if selected is not None and selected != self._shown:
            self._follow(selected)

    @on(messages.Started)
    def _started(self, event: messages.Started) -> None:
        self._wanted = event.training.folder.name
        self.trainings[self._wanted] = event.training
        self._hands.list_all()

    @on(messages.Refused)
    def _refused(self, event: messages.Refused) -> None:
        self.notify_error(event.error)

    @on(messages.Looked)
    def _looked(self, event: messages.Looked) -> None:
        """Show what preflight says, and start the training that waited for it."""
        if event.launching:
            self._launching = False
            self.refresh_bindings()
        elif event.spec != self.form.spec or event.mixture != self.mixture:
            # Of a spec that is no longer on the screen.
            return
        self._show_ready(event)
        if not event.launching:
            return
        if event.error is not None:
            self.notify_error(event.error)
            return
        standing = event.report.standing() if event.report else ()
        if not standing:
            self._hands.start(event.mixture, event.spec)
            return

        def answered(confirmed: bool | None) -> None:
            if confirmed:
                self._hands.start(event.mixture, event.spec)

        problems = [(check.code, check.message) for check in standing]
        self.app.push_screen(ByName("Train all the same?", problems), answered)

    @on(messages.Listed)
    def _listed(self, event: messages.Listed) -> None:
        self._mixtures = {str(folder): manifest for folder, manifest in event.mixtures}
        choices = [
            (
                Content.assemble(
                    safe_line(folder.name),
                    (f"  {manifest.counts['train']:,.0f} rows", figures.MUTED),
                ),
                str(folder),
            )
            for folder, manifest in event.mixtures
        ]
        self.query_one("#mixture", Picker).offer(choices)
        self.runs = {run.id: run for run in event.runs}
        self._chosen = [one for one in self._chosen if one in self.runs]
        self._show_runs()
        active = [run.id for run in event.runs if run.active]
        wanted = self._wanted or (active[-1] if active and self._shown not in active else None)
        self._wanted = None
        if wanted is not None or (self._shown not in self.runs and self.runs):
            self._follow(wanted or list(self.runs)[-1])
        self._spec_changed()

    @on(messages.Told)
    def _told(self, event: messages.Told) -> None:
        # A story that is no longer shown may still be told for a moment.
        if event.story is not self.story:
            return
        paused = self.story.paused
        if event.run is not None:
            self.runs[event.run.id] = event.run
        self.story.take(event.events)
        self._show_story()
        self._show_runs()
        if event.run is not None or paused != self.story.paused or self.story.end is not None:
            self.refresh_bindings()

    @on(messages.Deleted)
    def _deleted(self, event: messages.Deleted) -> None:
        self.runs.pop(event.run_id, None)
        self.trainings.pop(event.run_id, None)
        if self._shown == event.run_id:
            self._shown, self.story = None, Story()
            self._show_story()
        self._hands.list_all()

    def _follow(self, run_id: str) -> None:
        """Show a run's curve, from its first event on."""
        self._shown = run_id
        run = self.runs.get(run_id)
        self.story = Story(run.spec.steps_per_eval if run else 0)
        self.query_one(RunList).select(run_id)
        self._show_story()
        self.refresh_bindings()
        if run is not None:
            self._hands.follow(self.story, run.folder)

    def _show_runs(self) -> None:
        if not self.is_mounted:
            return
        self.query_one(RunList).show(
            self.runs,
            shown=self._shown,
            story=self.story,
            chosen=self._chosen,
            narrow=self.has_class("-narrow"),
        )
        title = f"Runs  {len(self.runs):,}" if self.runs else "Runs"
        self.query_one("#runs").border_title = title

    def _show_story(self) -> None:
        if not self.is_mounted:
            return
        story = self.story
        self.query_one(LossPanel).show(self.run, story)
        self.status = (
            Content(f"{story.iteration:,} of {story.iters:,}") if story.iters else Content("")
        )

    def _problem(self) -> str:
        """Return what is wrong with the form, in a sentence."""
        key, reason = next(iter(self.form.problems.items()))
        label = next((entry.label for entry in ENTRIES if entry.key == key), key)
        return f"{label} {reason}."

    def _show_ready(self, looked: messages.Looked | None) -> None:
        """Show whether a training can start, and what is to be heeded before."""
        self.report = looked.report if looked else None
        if self.form.problems:
            told = Content.assemble(mark(ERROR), " ", safe(self._problem()))
        elif self.mixture is None:
            told = Content.assemble(
                mark(WARNING), " There is no mixture to train on yet; build one in Mix (2)."
            )
        elif looked is None:
            told = Content.styled("· looking at the mixture …", figures.MUTED)
        elif looked.error is not None:
            told = Content.assemble(mark(ERROR), " ", safe(str(looked.error)))
        elif looked.report is None:
            told = Content.assemble(
                mark(WARNING),
                " This model is not on this machine; t fetches it, looks once more and starts.",
            )
        else:
            told = figures.ready(looked.report)
        self.query_one(PreflightPanel).show(told, self.report)
