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
from textual.message import Message
from textual.widgets import OptionList, Select, Static

from curator.errors import CancelledError, ConfigError, CuratorError
from curator.evaluate import (
    Evaluation,
    Sampling,
    Score,
    Suite,
    builtin_suites,
    evaluate_run,
    read_suite,
    save_evaluation,
)
from curator.evaluate.saved import load_evaluation, saved_evaluations
from curator.example import Example
from curator.settings import Project
from curator.train import Run, list_runs
from curator.tui.keys import key
from curator.tui.panes.base import Pane
from curator.tui.panes.evaluate import figures
from curator.tui.panes.evaluate.answer import AnswerScreen
from curator.tui.panes.train.story import duration
from curator.tui.text import plural, safe_line
from curator.tui.widgets.bar import figure, flow, progress_bar
from curator.tui.widgets.columns import Table
from curator.tui.widgets.drawn import Drawn
from curator.tui.widgets.picker import Picker

#: The most tokens of an answer.
MAX_TOKENS = 512


class EvaluatePane(Pane):
    """The Evaluate pane."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "v",
            "evaluate",
            "evaluate",
            id="evaluate.start",
            tooltip="Ask base and adapter the prompts of the suite.",
            show=True,
        ),
        key(
            "x,escape",
            "cancel",
            "cancel",
            id="evaluate.cancel",
            tooltip="Stop asking.",
            show=True,
        ),
        key(
            "e",
            "take",
            "to Author",
            id="evaluate.take",
            tooltip="Take the adapter's answer to Author as a new example.",
            show=True,
        ),
    ]

    class Listed(Message):
        """The runs with an adapter, and the suites, there are."""

        def __init__(self, runs: list[Run], suites: list[str]) -> None:
            super().__init__()
            self.runs = runs
            self.suites = suites

    class Loaded(Message):
        """What is known about a run and a suite: an evaluation, or none yet."""

        def __init__(
            self, suite: Suite | None, evaluation: Evaluation | None, error: CuratorError | None
        ) -> None:
            super().__init__()
            self.suite = suite
            self.evaluation = evaluation
            self.error = error

    class Asked(Message):
        """One more answer is in."""

        def __init__(self, side: str, done: int, total: int, seconds: float) -> None:
            super().__init__()
            self.side = side
            self.done = done
            self.total = total
            self.seconds = seconds

    class Ended(Message):
        """The asking is over, with a result or an error."""

        def __init__(
            self, run_id: str, evaluation: Evaluation | None, error: CuratorError | None
        ) -> None:
            super().__init__()
            self.run_id = run_id
            self.evaluation = evaluation
            self.error = error

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.runs: dict[str, Run] = {}
        self.suite: Suite | None = None
        self.evaluation: Evaluation | None = None
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
        """Lay out what is asked, the rates, and the grid."""
        with Vertical(id="question", classes="section") as question:
            question.border_title = "Question"
            with Horizontal(id="choices"):
                yield Static("Run", classes="choice--label", markup=False)
                yield Picker("no run with an adapter yet", id="run")
                yield Static("Suite", classes="choice--label", markup=False)
                yield Picker("no suite", id="suite")
            yield Static(id="state", markup=False)
        with VerticalScroll(id="rates", classes="section", can_focus=False) as rates:
            rates.border_title = "Rates"
            yield Drawn(id="rate-table")
        with Vertical(id="answers", classes="section") as answers:
            answers.border_title = "Answers"
            yield Table(empty="Each prompt with a mark for each check will stand here.")

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
        """Offer cancelling while there is something to cancel, and taking where there is one."""
        if action == "cancel":
            return self.busy
        if action == "evaluate":
            return not self.busy
        return self.evaluation is not None or action != "take"

    def action_evaluate(self) -> None:
        """Ask base and adapter the prompts of the suite."""
        run, suite = self.run, self.suite
        if run is None or suite is None:
            self.notify_error(
                ConfigError(
                    "There is no run with an adapter to evaluate.", hint="Train one in Train (3)."
                )
            )
            return
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

    def action_take(self) -> None:
        """Take the answer under the cursor to Author."""
        scores = self._scores()
        if scores:
            self._take(list(scores.values())[-1])

    @on(Select.Changed)
    def _chosen(self) -> None:
        self._load()

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        scores = self._scores()
        if scores:
            self.app.push_screen(AnswerScreen(scores), self._take)

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
        self._load()

    @on(Loaded)
    def _loaded(self, event: Loaded) -> None:
        if self.busy:
            return
        self.suite = event.suite
        self._show(event.evaluation)
        if event.error is not None:
            self.notify_error(event.error)

    @on(Asked)
    def _asked(self, event: Asked) -> None:
        sides = ("base", "adapter")
        if event.side not in sides:
            return
        done = sides.index(event.side) * event.total + event.done
        whole = event.total * len(sides)
        rate = done / event.seconds if event.seconds > 0 else 0.0
        parts = [
            Content.styled(f"asking the {event.side}", "$text-primary"),
            figure(f"{event.done}", f"of {event.total} answers"),
            figure(f"{rate:.2f}", "answers/s"),
            figure(duration((whole - done) / rate) if rate else "", "left"),
            Content.styled("x stops", figures.MUTED),
        ]
        state = self.query_one("#state", Static)
        width = max(state.content_size.width, 10)
        bar = progress_bar(done, whole, width)
        state.update(Content("\n").join([bar, flow(parts, width)]))
        self.status = Content(f"{done} of {whole}")

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        self._cancel = None
        self.refresh_bindings()
        if event.error is None and event.evaluation is not None:
            run = self.run
            if run is not None and run.id == event.run_id:
                self._show(event.evaluation)
            return
        self._show(self.evaluation)
        if event.error is not None:
            if isinstance(event.error, CancelledError):
                self.notify(str(event.error), title="Stopped", markup=False)
            else:
                self.notify_error(event.error)

    def _scores(self) -> dict[str, Score]:
        """Return the answers to the prompt under the cursor, by side."""
        selected = self.query_one(Table).selected
        if self.evaluation is None or selected is None:
            return {}
        sides = (self.evaluation.base, self.evaluation.tuned)
        return {side.name: side.scores[int(selected)] for side in sides if side is not None}

    def _take(self, score: Score | None) -> None:
        if score is not None:
            example = Example.new(
                instruction=score.prompt.instruction, input=score.prompt.input, output=score.text
            )
            self.post_message(self.OpenExample(example))

    def _show(self, evaluation: Evaluation | None) -> None:
        """Show an evaluation, or what evaluating would do."""
        self.evaluation = evaluation
        rates = partial(figures.rates, evaluation) if evaluation else figures.no_rates
        self.query_one("#rate-table", Drawn).show(rates)
        table = self.query_one(Table)
        state = self.query_one("#state", Static)
        run = self.run
        if evaluation is None:
            table.set_rows([], ())
            self.query_one("#answers").border_title = "Answers"
            state.update(self._invitation(run))
            self.status = Content("")
        else:
            columns, rows = figures.grid(evaluation)
            table.set_rows(rows, columns)
            self.query_one("#answers").border_title = f"Answers  {len(rows)}"
            state.update(
                figures.state(evaluation, run.result.adapter_sha256 if run and run.result else None)
            )
            rate = (evaluation.tuned or evaluation.base).all
            self.status = Content(f"all checks: {rate}")
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
        runs = list_runs(self.project.path(self.project.settings.runs))
        own = sorted(str(path) for path in self.project.root.glob("suites/*.toml"))
        usable = [run for run in runs if run.adapter is not None and not run.active]
        self.post_message(self.Listed(usable, [*builtin_suites(), *own]))

    def _load(self) -> None:
        name = self.query_one("#suite", Picker).choice
        if name is not None and not self.busy:
            self._find(name, self.run)

    @work(thread=True, exclusive=True, group="evaluate.load")
    def _find(self, name: str, run: Run | None) -> None:
        """Read the suite, and what was measured with it before."""
        suite, evaluation, problem = None, None, None
        try:
            suite = read_suite(name)
            for path in saved_evaluations(run.folder) if run is not None else ():
                found = load_evaluation(path)
                if found.suite == suite.name:
                    evaluation = found
        except CuratorError as error:
            problem = error
        self.post_message(self.Loaded(suite, evaluation, problem))

    @work(thread=True, group="evaluate.ask")
    def _ask(self, run: Run, suite: Suite, cancel: threading.Event) -> None:
        began = time.monotonic()

        def progress(side: str, done: int, total: int) -> None:
            self.post_message(self.Asked(side, done, total, time.monotonic() - began))

        evaluation, problem = None, None
        try:
            evaluation = evaluate_run(
                run,
                suite,
                sampling=Sampling(max_tokens=self.max_tokens),
                progress=progress,
                cancel=cancel,
            )
            save_evaluation(evaluation, run)
        except CuratorError as error:
            problem = error
        self.post_message(self.Ended(run.id, evaluation, problem))
