"""Publish: the bundle as it would be uploaded, each file to look at, and the gates before it."""

from __future__ import annotations

import threading
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Select, Static

from curator.errors import CancelledError, ConfigError, CuratorError
from curator.publish import Bundle
from curator.publish.hub import Hub, Parcel, Plan
from curator.settings import Project
from curator.train import Run
from curator.tui.dialogs import Choice, Question
from curator.tui.panes.base import Pane
from curator.tui.panes.publish import figures
from curator.tui.panes.publish.bindings import KEYS
from curator.tui.panes.publish.work import (
    Asked,
    Ended,
    Listed,
    Looked,
    Made,
    Sent,
    Told,
    Written,
    listed,
    look,
    make,
    report,
    upload,
    write,
)
from curator.tui.text import ERROR, mark, safe, safe_line
from curator.tui.widgets.by_name import ByName
from curator.tui.widgets.columns import Table
from curator.tui.widgets.drawn import Drawn
from curator.tui.widgets.picker import Picker


class PublishPane(Pane):
    """The Publish pane."""

    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.runs: dict[str, Run] = {}
        self.bundle: Bundle | None = None
        self.parcel: Parcel | None = None
        self.private = False
        self._allowed: tuple[str, ...] = ()
        self._cancel: threading.Event | None = None

    @property
    def run(self) -> Run | None:
        """The run chosen."""
        choice = self.query_one("#publish-run", Picker).choice
        return self.runs.get(choice) if choice else None

    @property
    def repo(self) -> str:
        """Where to."""
        return self.query_one("#repo", Input).value.strip()

    @property
    def plan(self) -> Plan | None:
        """What the last dry run found, where nothing was changed since."""
        return self.parcel.plan if self.parcel else None

    @property
    def busy(self) -> bool:
        """Whether the Hub is being talked to."""
        return self._cancel is not None

    @property
    def subject(self) -> str:
        """The run chosen."""
        run = self.run if self.is_mounted else None
        return run.id if run else self.project.settings.runs

    def compose(self) -> ComposeResult:
        """Lay out the run, where to, the gates, the files and the preview."""
        with Vertical(id="what", classes="section") as what:
            what.border_title = "Bundle"
            with Horizontal(classes="choices"):
                yield Static("Run", classes="choice--label", markup=False)
                yield Picker("no run with an adapter yet", id="publish-run")
            with Horizontal(classes="choices"):
                yield Static("To", classes="choice--label", markup=False)
                yield Input(placeholder="USER/NAME", compact=True, id="repo")
                yield Static("Version", classes="choice--label", markup=False)
                yield Input(placeholder="the next", compact=True, id="tag")
            yield Static(id="state", markup=False)
        with VerticalScroll(id="gates", classes="section", can_focus=False) as gates:
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

    def on_unmount(self) -> None:
        """Stop when the studio closes; what is published by then stays, and is whole."""
        if self._cancel is not None:
            self._cancel.set()

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - Textual's signature
    ) -> bool | None:
        """Offer what there is something to do it with."""
        if action == "cancel":
            return self.busy
        if action in ("look", "upload", "bundle", "private"):
            if self.busy or self.bundle is None:
                return False
            return action != "upload" or self.plan is not None
        return self.run is not None or action != "report"

    def action_private(self) -> None:
        """Let a new repository be private, or public again."""
        self.private = not self.private
        self._changed()

    def action_look(self) -> None:
        """Say what publishing would change."""
        run = self.run
        if run is None or self.busy:
            return
        if not self.repo:
            self.query_one("#repo", Input).focus()
            self.notify_error(
                ConfigError("There is no repository named.", hint="Write USER/NAME, then enter.")
            )
            return
        self._begin("asking the Hub")
        assert self._cancel is not None
        self._look(run, self._asked(), self._cancel)

    def action_upload(self) -> None:
        """Publish what the dry run showed, once somebody says so."""
        parcel = self.parcel
        if parcel is None or self.busy:
            return
        if parcel.bundle.standing:
            problems = [(gate.code, gate.message) for gate in parcel.bundle.standing]

            def named(confirmed: bool | None) -> None:
                if confirmed:
                    self._allowed = (*self._allowed, *(code for code, _ in problems))
                    # The card names them now: what would change is another thing.
                    self.action_look()

            self.app.push_screen(ByName("Publish this all the same?", problems), named)
            return
        remote, plan = parcel.plan.remote, parcel.plan
        private = remote.private if remote.exists else plan.private
        seen = "Only its owners see it." if private else "Everybody can see it."

        def answered(answer: str | None) -> None:
            if answer == "publish":
                self._begin("publishing")
                assert self._cancel is not None
                self._upload(parcel, self._cancel)

        self.app.push_screen(
            Question(
                f"Publish to {remote.repo} as {plan.tag}?",
                f"{len(plan.sent)} of {len(plan.changes)} files are sent. {seen} A version is"
                " never changed afterwards.",
                (Choice("n", "leave", "leave it"), Choice("y", "publish", "publish it")),
            ),
            answered,
        )

    def action_cancel(self) -> None:
        """Stop talking to the Hub."""
        if self._cancel is not None:
            self._cancel.set()
            self.query_one("#state", Static).update(Content.styled("stopping …", figures.MUTED))

    def action_bundle(self) -> None:
        """Write the bundle, or say what stands in the way."""
        bundle, run = self.bundle, self.run
        if bundle is None or run is None:
            return
        if not bundle.standing:
            self._write(run, self._allowed)
            return
        problems = [(gate.code, gate.message) for gate in bundle.standing]

        def answer(confirmed: bool | None) -> None:
            if confirmed:
                self._allowed = (*self._allowed, *(code for code, _ in problems))
                self._write(run, self._allowed)
                self._make(run, self._allowed)

        self.app.push_screen(ByName("Write this bundle?", problems), answer)

    def action_report(self) -> None:
        """Write the run's report and show it."""
        if self.run is not None:
            self._report(self.run)

    @on(Select.Changed)
    def _chosen(self) -> None:
        self.parcel, self._allowed = None, ()
        if self.run is not None:
            self._make(self.run, ())

    @on(Input.Changed)
    def _changed(self) -> None:
        """What was looked at is not what would be published any more."""
        self.parcel = None
        self._show_state()
        if self.bundle is not None:
            self.query_one(Table).set_rows(figures.files(self.bundle, None))
        self.refresh_bindings()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_look()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        name = self.query_one(Table).selected
        if self.bundle is not None and name is not None and name in self.bundle.files:
            self._preview(name, figures.preview(self.bundle, name))

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
        if event.repo and not self.repo:
            with self.prevent(Input.Changed):
                self.query_one("#repo", Input).value = event.repo
        if self.run is not None:
            self._make(self.run, self._allowed)
        else:
            self.query_one(Drawn).show(
                lambda _: Content.styled(
                    "There is no run with an adapter yet: train one first.", figures.MUTED
                )
            )

    @on(Made)
    def _made(self, event: Made) -> None:
        if self.run is None or event.run != self.run.id:
            return
        self._show(event.bundle)
        if event.bundle is None:
            problem = str(event.error)
            self.query_one("#text", Static).update("")
            self.query_one(Drawn).show(lambda _: Content.assemble(mark(ERROR), " ", safe(problem)))

    @on(Written)
    def _written(self, event: Written) -> None:
        if event.error is not None:
            self.notify_error(event.error)
            return
        if event.text:
            self._preview(event.path.name, figures.text(event.text))
        root = self.project.root
        path = event.path
        shown = path.relative_to(root) if path.is_relative_to(root) else path
        self.notify(f"It is in {shown}.", title=f"{event.what} written", markup=False)

    @on(Told)
    def _told(self, event: Told) -> None:
        if self.busy:
            self.query_one("#state", Static).update(safe_line(event.text, 300, "$text-warning"))

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        self._cancel = None
        if event.parcel is not None:
            # Somebody may have chosen another thing while the Hub was asked.
            if event.asked == self._asked():
                self.parcel = event.parcel
                self._show(event.parcel.bundle)
        else:
            self._fail(event.error)
        self._show_state()
        self.refresh_bindings()

    @on(Sent)
    def _sent(self, event: Sent) -> None:
        state = self.query_one("#state", Static)
        width = max(state.content_size.width, 10)
        state.update(figures.under_way(event.done, event.total, event.step, width))
        if event.total:
            self.status = Content(f"{event.done / event.total:.0%} sent")

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        self._cancel, self.parcel = None, None
        done = event.published
        if done is None:
            self._fail(event.error)
            self._show_state()
        else:
            shown = figures.published(
                len(done.sent), done.tag, done.commit, f"{done.url}/tree/{done.tag}"
            )
            self.query_one("#state", Static).update(shown)
            self.notify(f"{done.repo} {done.tag}", title="Published", markup=False)
            if event.unnoted:
                self.notify(event.unnoted, severity="warning", markup=False)
        if self.bundle is not None:
            # What there was to send was so before.
            self.query_one(Table).set_rows(figures.files(self.bundle, None))
            self.status = figures.summary(self.bundle)
        self.refresh_bindings()

    def _asked(self) -> Asked:
        """Return what a dry run would be of, as it stands now."""
        return Asked(
            run=self.run.id if self.run else "",
            repo=self.repo,
            tag=self.query_one("#tag", Input).value.strip(),
            private=self.private,
            allow=self._allowed,
        )

    def _begin(self, step: str) -> None:
        self._cancel = threading.Event()
        self._sent(Sent(0, 0, step))
        self.refresh_bindings()

    def _fail(self, error: CuratorError | None) -> None:
        if isinstance(error, CancelledError):
            self.notify(str(error), title="Stopped", markup=False)
        elif error is not None:
            self.notify_error(error)

    def _show(self, bundle: Bundle | None) -> None:
        """Show a bundle, or that there is none."""
        self.bundle = bundle
        self.refresh_bindings()
        table = self.query_one(Table)
        if bundle is None:
            table.set_rows([])
            self.status = Content("")
            return
        self.query_one(Drawn).show(partial(figures.gates, bundle.gates, bundle.allowed))
        table.set_rows(figures.files(bundle, self.plan))
        self.status = figures.summary(bundle)
        self._highlighted()
        self._show_state()

    def _show_state(self) -> None:
        if self.busy:
            return
        plan = self.plan
        shown = (
            figures.planned(plan)
            if plan is not None
            else figures.invitation(self.repo, private=self.private)
        )
        self.query_one("#state", Static).update(shown)

    def _preview(self, name: str, content: Content) -> None:
        self.query_one("#preview").border_title = safe_line(name, 60)
        self.query_one("#text", Static).update(content)

    @work(thread=True, exclusive=True, group="publish.list")
    def _list(self) -> None:
        self.post_message(listed(self.project.path(self.project.settings.runs)))

    @work(thread=True, exclusive=True, group="publish.make")
    def _make(self, run: Run, allow: tuple[str, ...]) -> None:
        self.post_message(make(run, allow))

    @work(thread=True, exclusive=True, group="publish.write")
    def _write(self, run: Run, allow: tuple[str, ...]) -> None:
        self.post_message(write(run, allow))

    @work(thread=True, exclusive=True, group="publish.report")
    def _report(self, run: Run) -> None:
        self.post_message(report(run))

    @work(thread=True, group="publish.hub")
    def _look(self, run: Run, asked: Asked, cancel: threading.Event) -> None:
        self.post_message(look(self._hub(cancel), run, asked))

    @work(thread=True, group="publish.hub")
    def _upload(self, parcel: Parcel, cancel: threading.Event) -> None:
        self.post_message(upload(self._hub(cancel), parcel, tell=self.post_message))

    def _hub(self, cancel: threading.Event) -> Hub:
        return Hub(notice=self._tell, cancel=cancel)

    def _tell(self, text: str) -> None:
        self.post_message(Told(text))
