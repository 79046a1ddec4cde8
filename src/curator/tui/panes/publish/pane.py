"""Publish: the bundle as it would be uploaded, each file to look at, and the gates before it."""

from __future__ import annotations

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

from curator.errors import CuratorError, InputError
from curator.publish import Bundle, bundle_files, write_bundle
from curator.settings import Project
from curator.train import Run, list_runs
from curator.tui.keys import key
from curator.tui.panes.base import Pane
from curator.tui.panes.publish import figures
from curator.tui.text import ERROR, mark, safe, safe_line
from curator.tui.widgets.by_name import ByName
from curator.tui.widgets.columns import Table
from curator.tui.widgets.drawn import Drawn
from curator.tui.widgets.picker import Picker

#: The folder in a run that its bundle is written to.
BUNDLE = "bundle"


class PublishPane(Pane):
    """The Publish pane."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "b",
            "bundle",
            "write bundle",
            id="publish.bundle",
            tooltip="Write the bundle into the run's folder.",
            show=True,
        ),
    ]

    class Listed(Message):
        """The runs with an adapter there are."""

        def __init__(self, runs: list[Run]) -> None:
            super().__init__()
            self.runs = runs

    class Made(Message):
        """A bundle is ready to look at, or cannot be made."""

        def __init__(self, bundle: Bundle | None, error: CuratorError | None) -> None:
            super().__init__()
            self.bundle = bundle
            self.error = error

    class Written(Message):
        """A bundle is on disk, or could not be written."""

        def __init__(self, folder: Path, error: CuratorError | None) -> None:
            super().__init__()
            self.folder = folder
            self.error = error

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.runs: dict[str, Run] = {}
        self.bundle: Bundle | None = None

    @property
    def run(self) -> Run | None:
        """The run chosen."""
        choice = self.query_one("#publish-run", Picker).choice
        return self.runs.get(choice) if choice else None

    @property
    def subject(self) -> str:
        """The run chosen."""
        run = self.run if self.is_mounted else None
        return run.id if run else self.project.settings.runs

    def compose(self) -> ComposeResult:
        """Lay out the run, the gates, the files and the preview."""
        with Vertical(id="what", classes="section") as what:
            what.border_title = "Bundle"
            with Horizontal(id="choices"):
                yield Static("Run", classes="choice--label", markup=False)
                yield Picker("no run with an adapter yet", id="publish-run")
        with Vertical(id="gates", classes="section") as gates:
            gates.border_title = "Gates"
            yield Drawn(id="gate-list")
        with Horizontal(id="inside"):
            with Vertical(id="files", classes="section") as files:
                files.border_title = "Files"
                yield Table(figures.FILES, heading=False, empty="A trained run has files here.")
            with VerticalScroll(id="preview", classes="section") as preview:
                preview.border_title = "Preview"
                yield Static(id="text", markup=False)

    def opened(self) -> None:
        """Look for runs and evaluations; there may be new ones."""
        focused = self.screen.focused
        if focused is None or self not in focused.ancestors:
            self.query_one("#publish-run", Picker).focus()
        self._list()

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - Textual's signature
    ) -> bool | None:
        """Offer writing when there is something to write."""
        return action != "bundle" or self.bundle is not None

    def action_bundle(self) -> None:
        """Write the bundle, or say what stands in the way."""
        bundle, run = self.bundle, self.run
        if bundle is None or run is None:
            return
        if not bundle.standing:
            self._write(run, ())
            return
        problems = [(gate.code, gate.message) for gate in bundle.standing]

        def answer(confirmed: bool | None) -> None:
            if confirmed:
                self._write(run, tuple(code for code, _ in problems))

        self.app.push_screen(ByName("Write this bundle?", problems), answer)

    @on(Select.Changed)
    def _chosen(self) -> None:
        if self.run is not None:
            self._make(self.run)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        name = self.query_one(Table).selected
        if self.bundle is not None and name is not None and name in self.bundle.files:
            self.query_one("#preview").border_title = safe_line(name, 60)
            self.query_one("#text", Static).update(figures.preview(self.bundle, name))

    @on(Listed)
    def _listed(self, event: Listed) -> None:
        self.runs = {run.id: run for run in event.runs}
        choices = [
            (
                Content.assemble(safe_line(run.id, 60), (f"  {run.status}", figures.MUTED)),
                run.id,
            )
            for run in reversed(event.runs)
        ]
        self.query_one("#publish-run", Picker).offer(choices)
        if self.run is not None:
            self._make(self.run)
        else:
            self.query_one(Drawn).show(
                lambda _: Content.styled(
                    "There is no run with an adapter yet: train one first.", figures.MUTED
                )
            )

    @on(Made)
    def _made(self, event: Made) -> None:
        bundle = self.bundle = event.bundle
        self.refresh_bindings()
        table = self.query_one(Table)
        if bundle is None:
            problem = str(event.error)
            table.set_rows([])
            self.query_one("#text", Static).update("")
            self.query_one(Drawn).show(lambda _: Content.assemble(mark(ERROR), " ", safe(problem)))
            self.status = Content("")
            return
        self.query_one(Drawn).show(partial(figures.gates, bundle.gates))
        table.set_rows(figures.files(bundle))
        self.status = figures.summary(bundle)
        self._highlighted()

    @on(Written)
    def _written(self, event: Written) -> None:
        if event.error is not None:
            self.notify_error(event.error)
            return
        root = self.project.root
        folder = event.folder
        shown = folder.relative_to(root) if folder.is_relative_to(root) else folder
        self.notify(f"The bundle is in {shown}.", title="Bundle written", markup=False)

    @work(thread=True, exclusive=True, group="publish.list")
    def _list(self) -> None:
        runs = list_runs(self.project.path(self.project.settings.runs))
        usable = [run for run in runs if run.adapter is not None and not run.active]
        self.post_message(self.Listed(usable))

    @work(thread=True, exclusive=True, group="publish.make")
    def _make(self, run: Run) -> None:
        try:
            made = self.Made(bundle_files(run), None)
        except CuratorError as error:
            made = self.Made(None, error)
        except OSError as error:
            made = self.Made(
                None, InputError(f"Cannot be read: {error.strerror}.", path=run.folder)
            )
        self.post_message(made)

    @work(thread=True, exclusive=True, group="publish.write")
    def _write(self, run: Run, allow: tuple[str, ...]) -> None:
        folder = run.folder / BUNDLE
        try:
            # Made again, so that the card names the gates that somebody went on against.
            write_bundle(bundle_files(run, allow=allow), folder)
        except CuratorError as error:
            self.post_message(self.Written(folder, error))
        else:
            self.post_message(self.Written(folder, None))
