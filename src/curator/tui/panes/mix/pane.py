"""Mix: what goes in, what the trainer will see of it, and whether anything stands in the way."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.worker import get_current_worker

from curator.errors import CuratorError
from curator.mix import (
    PLAN_CHECKS,
    Check,
    Plan,
    Recipe,
    check_exposures,
    read_recipe,
)
from curator.mix.recipe_text import base_patterns, change_source, write_starter
from curator.preflight import Preflight
from curator.settings import Project
from curator.train import TrainingSpec
from curator.tui.keys import key
from curator.tui.panes.base import Pane
from curator.tui.panes.mix import figures
from curator.tui.panes.mix.flights import Flights
from curator.tui.panes.mix.removed import RemovedScreen
from curator.tui.panes.mix.sources import SourceLine, SourceTable
from curator.tui.panes.mix.work import (
    Built,
    Changes,
    Flown,
    Planned,
    Refused,
    Saved,
    Working,
    build,
    save,
    work_out,
)
from curator.tui.text import ERROR, mark, plural, safe
from curator.tui.widgets.by_name import ByName
from curator.tui.widgets.columns import Column, Table
from curator.tui.widgets.drawn import Drawn, hanging

#: A pause in the typing after which a number is taken, in seconds.
PAUSE = 0.3

_REASONS = (Column("reason"), Column("rows", 8, right=True))


class MixPane(Pane):
    """The Mix pane."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("b", "build", "build", id="mix.build", tooltip="Write the mixture.", show=True),
        key(
            "n",
            "start_recipe",
            "new recipe",
            id="mix.new",
            tooltip="Write a first recipe from this project's examples and base data.",
            show=True,
        ),
        key(
            "r",
            "reload",
            "read again",
            id="mix.reload",
            tooltip="Read the recipe and its sources again.",
            show=True,
        ),
    ]

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.recipe: Recipe | None = None
        self.plan: Plan | None = None
        self.checks: tuple[Check, ...] = ()
        self.preflight: Preflight | None = None
        self._flights = Flights(project)
        self._spec = TrainingSpec(model=project.model)
        self._waiting: Changes = {}
        self._timer: Timer | None = None
        # Whether something was changed that the plan does not know yet.
        self._stale = False

    @property
    def path(self) -> Path:
        """The recipe's file."""
        return self.project.path(self.project.settings.recipe)

    @property
    def subject(self) -> str:
        """The recipe, as the settings name it."""
        return self.project.settings.recipe

    @property
    def unsaved(self) -> bool:
        """Whether a number was typed that is not in the file yet."""
        return bool(self._waiting)

    def compose(self) -> ComposeResult:
        """Lay out the sources over what comes of them."""
        yield Static(id="nothing", markup=False)
        with VerticalScroll(id="mix", can_focus=False):
            with Vertical(id="sources", classes="section") as sources:
                sources.border_title = "Sources"
                yield SourceTable()
            with Vertical(id="seen", classes="section") as seen:
                seen.border_title = "What the trainer will see"
                yield Drawn(id="shares")
            with Horizontal(id="middle"):
                with Vertical(id="left-out", classes="section") as removed:
                    removed.border_title = "Left out"
                    yield Table(_REASONS, heading=False, empty="Nothing was left out.")
                with Vertical(id="split", classes="section") as rows:
                    rows.border_title = "Split"
                    yield Static(id="split-rows", markup=False)
            with Vertical(id="checks", classes="section") as checks:
                checks.border_title = "Checks"
                yield Drawn(id="check-list")
            with Vertical(id="preflight", classes="section") as flight:
                flight.border_title = figures.preflight_title(None)
                yield Drawn(id="preflight-list")

    def opened(self) -> None:
        """Read the recipe again: it may have been edited elsewhere."""
        self.call_later(self.action_reload)

    def heed_spec(self, spec: TrainingSpec) -> None:
        """Count for this training from the next plan on; the model stays the project's."""
        self._spec = replace(spec, model=self.project.model)

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - Textual's signature
    ) -> bool | None:
        """Offer a new recipe where there is none, and the rest where there is one."""
        if action == "start_recipe":
            return self.recipe is None and not self.path.exists()
        return self.recipe is not None or action not in {"build", "reload"}

    async def save_all(self) -> bool:
        """Write the numbers that were typed into the recipe."""
        while self._waiting:
            (index, name), value = next(iter(self._waiting.items()))
            del self._waiting[index, name]
            try:
                self.recipe = change_source(self.path, index, name, value)
            except CuratorError as error:
                self.notify_error(error)
                return False
        return True

    async def action_reload(self) -> None:
        """Read the recipe and work out its plan."""
        self.recipe = None
        problem = ""
        if self.path.exists():
            try:
                self.recipe = read_recipe(self.path)
            except CuratorError as error:
                problem = str(error)
        self._show_nothing(problem)
        self.refresh_bindings()
        # With nothing to type into, the pane itself takes the keys that begin a recipe.
        self.can_focus = self.recipe is None
        if self.recipe is None:
            self.focus()
            return
        table = self.query_one(SourceTable)
        new = await table.show_sources(self.recipe.source)
        focused = self.screen.focused
        if new or focused is None or not focused.display or self not in focused.ancestors:
            table.focus_first()
        self._replan()

    async def action_start_recipe(self) -> None:
        """Write a first recipe."""
        try:
            write_starter(self.project, self.path)
        except CuratorError as error:
            self.notify_error(error)
        await self.action_reload()

    def action_build(self) -> None:
        """Write the mixture, or say what stands in the way."""
        if self.plan is None or self._stale:
            self.notify("The plan is still being worked out; try again in a moment.")
            return
        standing = self.preflight.standing() if self.preflight else ()
        known = {check.code for check in self.checks}
        problems = figures.errors(
            [*self.checks, *(check for check in standing if check.code not in known)]
        )
        if not problems:
            self._build(self.plan, ())
            return
        found = self.plan

        def answer(confirmed: bool | None) -> None:
            if confirmed:
                codes = tuple(code for code, _ in problems if code in PLAN_CHECKS)
                self._build(found, codes)

        self.app.push_screen(ByName("Build this mixture?", problems), answer)

    def on_source_line_changed(self, event: SourceLine.Changed) -> None:
        """Take a number after a pause in the typing."""
        event.stop()
        self._waiting[event.index, event.key] = event.value
        self._stale = True
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._take_numbers)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Show the rows behind a reason."""
        if self.plan is not None and event.option_id:
            reason = event.option_id
            rows = [removed for removed in self.plan.removed if removed.reason == reason]
            self.app.push_screen(RemovedScreen(reason, rows))

    @on(Saved)
    def _saved(self, event: Saved) -> None:
        """Plan with the recipe as it is now; what was typed since waits for its own turn."""
        for place, value in event.changes.items():
            if place in self._waiting and self._waiting[place] == value:
                del self._waiting[place]
        if event.error is not None:
            self.notify_error(event.error)
        if event.recipe is not None:
            self.recipe = event.recipe
            self._replan()
        sources = self.recipe.source if self.recipe is not None else ()
        for index, (line, spec) in enumerate(zip(self.query(SourceLine), sources, strict=False)):
            line.set_spec(spec)
            if (index, "role") not in self._waiting:
                line.show_role()

    @on(Working)
    def _working(self, event: Working) -> None:
        """Say how far the plan is."""
        share = f" {event.done / event.total:.0%}" if event.total else ""
        self.status = Content.styled(f"planning: {event.stage}{share}", "$foreground-muted")

    @on(Planned)
    def _planned(self, event: Planned) -> None:
        """Show a plan."""
        found = self.plan = event.plan
        # A warm-up that is longer than the training is for preflight to tell.
        spec = replace(self._spec, warmup=0).for_rows(len(found.train))
        self.checks = (
            *found.checks,
            check_exposures(found, iters=spec.iters, batch_size=spec.rows_per_step),
        )
        self.query_one(SourceTable).show_figures(figures.source_figures(found))
        self.query_one("#shares", Drawn).show(partial(figures.shares, found))
        self.query_one("#split-rows", Static).update(figures.split(found))
        self.query_one(Table).set_rows(figures.left_out(found))
        self.query_one("#left-out").border_title = (
            f"Left out  {len(found.removed):,}" if found.removed else "Left out"
        )
        self.query_one("#check-list", Drawn).show(partial(figures.checks, self.checks))
        self._stale = bool(self._waiting)
        if found.tokens is None:
            self.preflight = None
        self.query_one("#mix").set_class(self._stale, "-stale")
        self.status = figures.summary(found, self.checks)

    @on(Flown)
    def _flown(self, event: Flown) -> None:
        """Show what preflight says."""
        self.preflight = event.report
        self.query_one("#preflight").border_title = figures.preflight_title(event.report)
        drawn = self.query_one("#preflight-list", Drawn)
        if event.report is not None:
            drawn.show(partial(figures.checks, figures.preflight_only(event.report, self.checks)))
        else:
            drawn.show(partial(hanging, Content(" "), safe(event.problem, "$foreground-muted")))
        if self.plan is not None:
            more = figures.preflight_only(event.report, self.checks) if event.report else ()
            self.status = figures.summary(self.plan, [*self.checks, *more])

    def on_unmount(self) -> None:
        """End the process that counts."""
        self._flights.close()

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        """Say what is wrong with the recipe, or why nothing was built."""
        if event.planning:
            self.plan = None
            told = safe(str(event.error))
            self.query_one("#check-list", Drawn).show(partial(hanging, mark(ERROR), told))
            self.status = Content.styled("1 error", "$text-error")
        else:
            self.notify_error(event.error)

    @on(Built)
    def _built(self, event: Built) -> None:
        """Say what was written and what comes next."""
        rows = plural(int(event.manifest.counts["train"]), "row")
        self.notify(
            f"{rows} to train on are in {self._shown(event.folder)}. Train is next.",
            title="Mixture built",
            markup=False,
        )

    def _shown(self, folder: Path) -> str:
        root = self.project.root
        return str(folder.relative_to(root) if folder.is_relative_to(root) else folder)

    def _show_nothing(self, problem: str) -> None:
        """Show the way to a first recipe, or what is wrong with the one there is."""
        there = self.recipe is not None
        self.query_one("#mix").display = there
        nothing = self.query_one("#nothing", Static)
        nothing.display = not there
        if there:
            return
        self.status = Content("")
        if problem:
            nothing.update(Content.assemble(mark(ERROR), " ", safe(problem)))
            return
        nothing.update(
            figures.invitation(
                self.subject, self.project.settings.examples, base_patterns(self.project)
            )
        )

    def _take_numbers(self) -> None:
        self._timer = None
        self._save(dict(self._waiting))

    def _replan(self) -> None:
        if self.recipe is not None:
            self._stale = True
            self.query_one("#mix").set_class(True, "-stale")
            self._work_out(self.recipe)

    @work(thread=True, group="mix.save")
    def _save(self, changes: Changes) -> None:
        self.post_message(save(self.path, changes))

    @work(thread=True, exclusive=True, group="mix.plan")
    def _work_out(self, recipe: Recipe) -> None:
        worker = get_current_worker()
        work_out(
            recipe,
            self.path.parent,
            self.project,
            flights=self._flights,
            spec=self._spec,
            tell=self.post_message,
            cancelled=lambda: worker.is_cancelled,
        )

    @work(thread=True, exclusive=True, group="mix.build")
    def _build(self, found: Plan, allow: tuple[str, ...]) -> None:
        folder = self.project.path(self.project.settings.mixtures) / found.recipe.name
        self.post_message(build(found, folder, allow))
