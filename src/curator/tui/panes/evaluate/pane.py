"""Evaluate: did this adapter change the behaviour, and how sure is that."""

from __future__ import annotations

import threading
import time
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Select, Static
from textual.worker import get_current_worker

from curator.errors import CancelledError, ConfigError, CuratorError
from curator.evaluate import (
    ALL,
    Evaluation,
    Sampling,
    Score,
    Suite,
    evaluate_run,
    read_suite,
    save_evaluation,
)
from curator.example import Example
from curator.settings import Project
from curator.train import Run
from curator.tui.panes.base import Pane
from curator.tui.panes.evaluate import figures, finding
from curator.tui.panes.evaluate.answer import AnswerScreen
from curator.tui.panes.evaluate.bindings import BINDINGS
from curator.tui.panes.evaluate.byhand import ByHand
from curator.tui.panes.evaluate.messages import Asked, Ended, Listed, Loaded, Looked
from curator.tui.panes.evaluate.query import WORDS
from curator.tui.panes.evaluate.view import View
from curator.tui.panes.train.figures import duration
from curator.tui.text import plural, safe_line
from curator.tui.widgets.bar import figure, flow, progress_bar
from curator.tui.widgets.columns import Table
from curator.tui.widgets.drawn import Drawn
from curator.tui.widgets.picker import Picker

#: The most tokens of an answer.
MAX_TOKENS = 512

STRICT, LOOSE, BASE = "strict", "loose", "base"


class EvaluatePane(Pane):
    """The Evaluate pane."""

    BINDINGS: ClassVar[list[BindingType]] = [*BINDINGS]

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.runs: dict[str, Run] = {}
        self.suite: Suite | None = None
        self.evaluation: Evaluation | None = None
        self.others: dict[str, Evaluation] = {}
        self.view: View | None = None
        self.max_tokens = MAX_TOKENS
        self._cancel: threading.Event | None = None

    @property
    def run(self) -> Run | None:
        """The run chosen."""
        choice = self.query_one("#run", Picker).choice
        return self.runs.get(choice) if choice else None

    @property
    def subject(self) -> str:
        """The run chosen."""
        run = self.run if self.is_mounted else None
        return run.id if run else self.project.settings.runs

    @property
    def busy(self) -> bool:
        """Whether prompts are being asked."""
        return self._cancel is not None

    def compose(self) -> ComposeResult:
        """Lay out what is asked, the rates, the grid, and the line to ask by hand."""
        with Vertical(id="question", classes="section") as question:
            question.border_title = "Question"
            with Horizontal(classes="choices"):
                yield Static("Run", classes="choice--label", markup=False)
                yield Picker("no run with an adapter yet", id="run")
                yield Static("Suite", classes="choice--label", markup=False)
                yield Picker("no suite", id="suite")
            with Horizontal(classes="choices"):
                yield Static("Against", classes="choice--label", markup=False)
                yield Picker("the base", id="against")
                yield Static("Read", classes="choice--label", markup=False)
                yield Picker("strictly", id="reading")
            yield Static(id="state", markup=False)
        with VerticalScroll(id="rates", classes="section", can_focus=False) as rates:
            rates.border_title = "Rates"
            yield Drawn(id="rate-table")
        with Vertical(id="answers", classes="section") as answers:
            answers.border_title = "Answers"
            yield Input(placeholder=WORDS, compact=True, id="filter")
            yield Table(empty="Each prompt with a mark for each check will stand here.")
        yield ByHand(id="by-hand", classes="section")

    def on_mount(self) -> None:
        """Offer the two readings."""
        readings = [(Content("strictly"), STRICT), (Content("loosely"), LOOSE)]
        self.query_one("#reading", Picker).offer(readings)

    def opened(self) -> None:
        """Look for runs; another one may have finished."""
        focused = self.screen.focused
        if focused is None or self not in focused.ancestors:
            self.query_one("#run", Picker).focus()
        self._list()

    def on_unmount(self) -> None:
        """Stop asking when the studio closes."""
        if self._cancel is not None:
            self._cancel.set()

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - Textual's signature
    ) -> bool | None:
        """Offer what there is something for."""
        if action == "cancel":
            return self.busy
        if action in {"evaluate", "ask"}:
            return not self.busy
        return self.view is not None or action not in {"take", "filter", "loose"}

    def action_evaluate(self) -> None:
        """Ask base and adapter the prompts of the suite."""
        run, suite = self.run, self.query_one("#suite", Picker).choice
        if run is None or suite is None:
            self.notify_error(
                ConfigError(
                    "There is no run with an adapter to evaluate.", hint="Train one in Train (3)."
                )
            )
            return
        # Two loaded models are one too many for a small machine.
        self.query_one(ByHand).close()
        self._cancel = threading.Event()
        self.query_one("#state", Static).update(
            Content.styled("loading the model …", figures.MUTED)
        )
        self.status = Content.styled("evaluating", figures.MUTED)
        self.refresh_bindings()
        self._ask(run, suite, self._cancel)

    def action_cancel(self) -> None:
        """Stop asking."""
        if self._cancel is not None:
            self._cancel.set()

    def action_loose(self) -> None:
        """Read the answers the other way."""
        reading = self.query_one("#reading", Picker)
        reading.value = STRICT if reading.choice == LOOSE else LOOSE

    def action_filter(self) -> None:
        """Put the cursor into the filter."""
        self.query_one("#filter", Input).focus()

    def action_back(self) -> None:
        """Empty the filter and go back to the answers, or stop asking."""
        line = self.query_one("#filter", Input)
        if self.busy and not line.has_focus:
            self.action_cancel()
        elif line.has_focus or line.value:
            line.value = ""
            self.query_one(Table).lines.focus()
        elif self.query_one(ByHand).has_focus_within:
            self.query_one(Table).lines.focus()

    def action_ask(self) -> None:
        """Put the cursor into the line to ask by hand."""
        self.query_one(ByHand).begin()

    def action_take(self) -> None:
        """Take the answer under the cursor to Author."""
        scores = self._scores()
        if scores:
            self._take(list(scores.values())[-1])

    @on(Select.Changed, "#run, #suite")
    def _chosen(self) -> None:
        self.query_one(ByHand).ask_of(self.run)
        self._load()

    @on(Select.Changed, "#against, #reading")
    @on(Input.Changed, "#filter")
    def _asked_to_show(self) -> None:
        if not self.busy:
            self._show()

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.query_one(Table).lines.focus()

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        scores = self._scores()
        if scores:
            self.app.push_screen(AnswerScreen(scores), self._take)

    @on(ByHand.Taken)
    def _taken(self, event: ByHand.Taken) -> None:
        self.post_message(self.OpenExample(event.example))

    @on(Listed)
    def _listed(self, event: Listed) -> None:
        self.runs = {run.id: run for run in event.runs}
        runs = [
            (
                Content.assemble(safe_line(run.id, 60), (f"  {run.status}", figures.MUTED)),
                run.id,
            )
            for run in reversed(event.runs)
        ]
        self.query_one("#run", Picker).offer(runs)
        suites = [(safe_line(Path(name).stem, 40), name) for name in event.suites]
        self.query_one("#suite", Picker).offer(suites, "runnable-first")
        self.query_one(ByHand).ask_of(self.run)
        self._load()

    @on(Loaded)
    def _loaded(self, event: Loaded) -> None:
        if self.busy:
            return
        self.suite, self.evaluation = event.suite, event.evaluation
        self._offer_others(event.others)
        self._show()
        if event.error is not None:
            self.notify_error(event.error)

    @on(Asked)
    def _asked(self, event: Asked) -> None:
        sides = (BASE, "adapter")
        before = sides.index(event.step) * event.total if event.step in sides else 0
        whole = event.total * len(sides) if event.step in sides else event.total
        done = before + event.done
        rate = done / event.seconds if event.seconds > 0 else 0.0
        what = "answers" if event.step in sides else "programs"
        doing = f"asking the {event.step}" if event.step in sides else "running the answers, sealed"
        parts = [
            Content.styled(doing, "$text-primary"),
            figure(f"{done}", f"of {whole} {what}"),
            figure(f"{rate:.2f}", f"{what}/s"),
            figure(duration((whole - done) / rate) if rate else "", "left"),
            Content.styled("x stops", figures.MUTED),
        ]
        state = self.query_one("#state", Static)
        width = max(state.content_size.width, 10)
        state.update(Content("\n").join([progress_bar(done, whole, width), flow(parts, width)]))
        self.status = Content(f"{done} of {whole}")

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        self._cancel = None
        self.refresh_bindings()
        if isinstance(event.error, CancelledError):
            self.notify(str(event.error), title="Stopped", markup=False)
        elif event.error is not None:
            self.notify_error(event.error)
        run, suite = self.run, self.query_one("#suite", Picker).choice
        if run is None or (run.id, suite) != (event.run_id, event.suite):
            # Something else was chosen meanwhile.
            self._load()
            return
        # It is shown even where it could not be saved.
        self.evaluation = event.evaluation or self.evaluation
        self._show()

    def _scores(self) -> dict[str, Score]:
        """Return the answers under the cursor, by side."""
        selected = self.query_one(Table).selected
        if self.view is None or selected is None:
            return {}
        return self.view.answers(self.view.order[int(selected)])

    def _take(self, score: Score | None) -> None:
        if score is not None:
            example = Example.new(
                instruction=score.prompt.instruction, input=score.prompt.input, output=score.text
            )
            self.post_message(self.OpenExample(example))

    def _offer_others(self, others: dict[str, Evaluation]) -> None:
        self.others = others
        choices = [(Content("the base"), BASE)]
        choices += [(safe_line(name, 60), name) for name in reversed(others)]
        against = self.query_one("#against", Picker)
        with self.prevent(Select.Changed):
            against.offer(choices)

    def _show(self) -> None:
        """Look at the evaluation as it is asked for; what comes of it is `_looked`'s."""
        name = self.query_one("#against", Picker).choice
        other = self.others.get(name) if name is not None else None
        self._look(
            self.evaluation,
            None if name is None or other is None else (name, other),
            loose=self.query_one("#reading", Picker).choice == LOOSE,
            typed=self.query_one("#filter", Input).value,
        )

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        if self.busy:
            return
        view = self.view = event.view
        if event.error is not None:
            self.notify_error(event.error)
        rates = partial(figures.rates, view) if view else figures.no_rates
        self.query_one("#rate-table", Drawn).show(rates)
        self.query_one("#filter").display = view is not None
        state, run, title = self.query_one("#state", Static), self.run, "Answers"
        if view is None:
            state.update(self._invitation(run))
            self.status = Content("")
        else:
            adapter = run.result.adapter_sha256 if run and run.result else None
            state.update(figures.state(view, adapter))
            self.status = Content(f"all checks: {view.sides[-1].rate(ALL, loose=view.loose)}")
            shown, count = len(event.rows), len(view.order)
            title += f"  {shown}" + (f" of {count}" if shown < count else "")
        self.query_one(Table).set_rows(event.rows, event.columns)
        self.query_one("#answers").border_title = title
        self.refresh_bindings()

    def _invitation(self, run: Run | None) -> Content:
        if run is None:
            return Content.styled(
                "There is no run with an adapter yet: train one first.", figures.MUTED
            )
        if self.suite is None:
            return Content("")
        count = plural(len(self.suite.prompt), "prompt")
        return Content.assemble(
            ("v", "bold $text-primary"), (f" asks base and adapter {count}.", figures.MUTED)
        )

    @work(thread=True, exclusive=True, group="evaluate.list")
    def _list(self) -> None:
        self.post_message(finding.list_all(self.project))

    def _load(self) -> None:
        name = self.query_one("#suite", Picker).choice
        if name is not None and not self.busy:
            run = self.run
            self._find(name, run, [one for one in self.runs.values() if one is not run])

    @work(thread=True, exclusive=True, group="evaluate.load")
    def _find(self, name: str, run: Run | None, others: list[Run]) -> None:
        self.post_message(finding.find(name, run, others))

    @work(thread=True, exclusive=True, group="evaluate.look")
    def _look(
        self,
        evaluation: Evaluation | None,
        other: tuple[str, Evaluation] | None,
        *,
        loose: bool,
        typed: str,
    ) -> None:
        found = finding.look(evaluation, other, loose=loose, typed=typed)
        if not get_current_worker().is_cancelled:
            self.post_message(found)

    @work(thread=True, group="evaluate.ask")
    def _ask(self, run: Run, suite: str, cancel: threading.Event) -> None:
        began = time.monotonic()

        def progress(step: str, done: int, total: int) -> None:
            self.post_message(Asked(step, done, total, time.monotonic() - began))

        evaluation, problem = None, None
        try:
            evaluation = evaluate_run(
                run,
                read_suite(suite),
                sampling=Sampling(max_tokens=self.max_tokens),
                progress=progress,
                cancel=cancel,
            )
            save_evaluation(evaluation, run)
        except CuratorError as error:
            problem = error
        self.post_message(Ended(run.id, suite, evaluation, problem))
