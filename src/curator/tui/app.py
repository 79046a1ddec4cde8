"""The shell around the five panes: title, pane bar, footer, palette, help, themes, leaving."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.containers import Container
from textual.content import Content
from textual.theme import BUILTIN_THEMES
from textual.widgets import Static

from curator.settings import Project
from curator.terminal import visible
from curator.tui.bar import PaneBar, PaneTab, TitleBar
from curator.tui.commands import StudioCommands
from curator.tui.dialogs import Choice, Question
from curator.tui.help import HelpScreen
from curator.tui.keys import bindings_of, key, key_name, unknown_ids
from curator.tui.memory import remember, remembered
from curator.tui.panes import PANES
from curator.tui.panes.base import Pane
from curator.tui.themes import ANSI_DEFAULTS, DARK, DEFAULTS, LIGHT, THEMES
from curator.tui.typeahead import TypedAhead
from curator.tui.widgets.footer import KeysFooter

if TYPE_CHECKING:
    from curator.train import TrainingSpec

#: Below this many columns or rows nothing useful can be drawn.
LEAST = (60, 16)

_LEAVING = (
    Choice("s", "save", "save, then quit"),
    Choice("d", "discard", "discard what is not saved, and quit"),
    Choice("c", "stay", "stay"),
)


class CuratorApp(App[int]):
    """The studio.

    Args:
        project: The project it is open on.
        file: The file of examples to open; the project's own by default.
    """

    TITLE = "curator"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar = {StudioCommands}
    ENABLE_COMMAND_PALETTE = True
    # Each pane knows where its cursor belongs; see `Pane.opened`.
    AUTO_FOCUS = ""
    NOTIFICATION_TIMEOUT = 4

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            key(
                str(number),
                f"goto('{spec.name}')",
                spec.title,
                id=f"app.{spec.name}",
                tooltip=f"{spec.title}: {spec.summary}.",
            )
            for number, spec in enumerate(PANES, start=1)
        ),
        key(
            "f6",
            "next_pane(1)",
            "next pane",
            id="app.next_pane",
            tooltip="Go to the next pane, from a text as well.",
            priority=True,
        ),
        key(
            "shift+f6",
            "next_pane(-1)",
            "pane before",
            id="app.pane_before",
            tooltip="Go to the pane before, from a text as well.",
            priority=True,
        ),
        key(
            "ctrl+p",
            "command_palette",
            "commands",
            id="app.commands",
            tooltip="Find any command by what it does.",
            show=True,
            priority=True,
        ),
        key(
            "question_mark,f1",
            "help",
            "help",
            id="app.help",
            tooltip="Show the keys that work here.",
            show=True,
        ),
        key("f9", "theme", "theme", id="app.theme", tooltip="Dark, light, the terminal's own."),
        key(
            "q,ctrl+q",
            "leave",
            "quit",
            id="app.quit",
            tooltip="Leave the studio; asks while something is unsaved.",
        ),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]

    def __init__(self, project: Project, file: Path | None = None) -> None:
        super().__init__()
        self._project = project
        self._file = file
        self._panes: dict[str, Pane] = {}
        self._spec: TrainingSpec | None = None
        # Kept by name, because a message may come while a dialog is in front or all is closing.
        self._title_bar = TitleBar()
        self._pane_bar = PaneBar()
        self._body = Container(id="panes")
        self._open = ""
        self._named: set[str] = set()
        self._typed_ahead = TypedAhead(self, super().on_event)
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        chosen = remembered().get("theme", "")
        self.theme = chosen if chosen in self.available_themes else DARK.name

    async def on_event(self, event: events.Event) -> None:
        """Let keys and pastes wait for their turn."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._typed_ahead.take(event)
        else:
            await super().on_event(event)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give themes from elsewhere the variables that only the studio knows."""
        return ANSI_DEFAULTS if self.current_theme.ansi else DEFAULTS

    def get_key_display(self, binding: Binding) -> str:
        """Write keys as people say them: ``ctrl+s``."""
        return binding.key_display or key_name(binding.key)

    def compose(self) -> ComposeResult:
        """Lay out the shell."""
        yield self._title_bar
        yield self._pane_bar
        yield self._body
        yield KeysFooter()
        yield Static(
            Content(
                f"The terminal is smaller than {LEAST[0]} × {LEAST[1]}.\n"
                "Make it larger; your work is kept."
            ),
            id="too-small",
            markup=False,
        )

    async def on_mount(self) -> None:
        """Take the project's own keys, and open the Author pane."""
        self.set_keymap(self._project.settings.keys)
        # However it is chosen: by its key, or in the palette.
        self.theme_changed_signal.subscribe(self, lambda theme: remember("theme", theme.name))
        await self.action_goto("author")
        self.call_after_refresh(_collect_again)

    def _check_keymap(self) -> None:
        """Name the keys of ``curator.toml`` that no action has, as far as the panes are built."""
        bindings = bindings_of({type(node) for node in [*self.query("*"), self]})
        known = {binding.id for binding in bindings if binding.id}
        unknown = unknown_ids(self._project.settings.keys, known) - self._named
        self._named |= unknown
        if unknown:
            self.notify(
                f"curator.toml names keys for actions that do not exist:"
                f" {visible(', '.join(sorted(unknown)))}.",
                title="Keys",
                severity="warning",
                markup=False,
            )

    @property
    def pane(self) -> Pane | None:
        """The pane in front."""
        return self._panes.get(self._open)

    async def action_goto(self, name: str) -> None:
        """Bring a pane to the front, building it the first time."""
        spec = next(spec for spec in PANES if spec.name == name)
        pane = self._panes.get(name)
        if pane is None:
            # Building it takes a moment, in which the keys of the pane before must not stand there.
            for other in self._panes.values():
                other.display = False
            self.screen_stack[0].set_focus(None)
            self._pane_bar.show(name)
            kind = spec.load()
            pane = kind(self._project, self._file) if name == "author" else kind(self._project)  # type: ignore[call-arg]
            pane.fit(self.size)
            self._panes[name] = pane
            if self._spec is not None:
                pane.heed_spec(self._spec)
            await self._body.mount(pane)
            self.call_after_refresh(self._check_keymap)
        for other_name, other in self._panes.items():
            other.display = other_name == name
        self._open = name
        self._pane_bar.show(name)
        self._show_title()
        pane.opened()

    async def action_next_pane(self, by: int) -> None:
        """Go to the pane beside this one."""
        names = [spec.name for spec in PANES]
        await self.action_goto(names[(names.index(self._open) + by) % len(names)])

    def action_help(self) -> None:
        """Show the keys that work here."""
        if not isinstance(self.screen, HelpScreen | CommandPalette):
            self.push_screen(HelpScreen(self.screen.active_bindings.values()))

    def action_theme(self) -> None:
        """Go to the next theme."""
        names = [name for name in THEMES if name in BUILTIN_THEMES or name in self.available_themes]
        at = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(at + 1) % len(names)]

    @work(exclusive=True, group="leave")
    async def action_leave(self) -> None:
        """Leave; ask only where something would be lost."""
        for pane in self._panes.values():
            await pane.settled()
        unsaved = [pane for pane in self._panes.values() if pane.unsaved]
        answer: str | None = ""
        if unsaved:
            names = ", ".join(pane.subject for pane in unsaved)
            answer = await self.push_screen_wait(
                Question("Not saved yet", f"There are unsaved changes in {names}.", _LEAVING)
            )
            if answer not in ("save", "discard"):
                return
            if answer == "save":
                # Every pane is asked, also after one that could not.
                done = [await pane.save_all() for pane in unsaved]
                if not all(done):
                    return
        for pane in self._panes.values():
            pane.closing(discard=answer == "discard")
        self.exit(0)

    def action_help_quit(self) -> None:
        """Say how to leave, to somebody who pressed ctrl+c for that."""
        keys = [
            key_name(active.binding.key)
            for active in self.active_bindings.values()
            if active.binding.action == "leave"
        ]
        if keys:
            self.notify(
                f"ctrl+c copies what is selected; {' or '.join(keys)} leaves the studio.",
                markup=False,
            )

    async def action_quit(self) -> None:
        """Leave, as every other way of leaving does."""
        self.action_leave()

    def on_resize(self, event: events.Resize) -> None:
        """Say when the terminal is too small; everything stays as it is behind that."""
        small = event.size.width < LEAST[0] or event.size.height < LEAST[1]
        self.screen_stack[0].set_class(small, "-too-small")

    @on(PaneTab.Chosen)
    async def _tab_chosen(self, message: PaneTab.Chosen) -> None:
        await self.action_goto(message.name)

    @on(Pane.Goto)
    async def _goto(self, message: Pane.Goto) -> None:
        await self.action_goto(message.name)

    @on(Pane.SpecChanged)
    def _spec_changed(self, message: Pane.SpecChanged) -> None:
        """Let every pane know what the training to come is like."""
        self._spec = message.spec
        for pane in self._panes.values():
            pane.heed_spec(message.spec)

    @on(Pane.OpenExample)
    async def _open_example(self, message: Pane.OpenExample) -> None:
        """Take an example to the Author pane as a new one."""
        from curator.tui.panes.author.pane import AuthorPane

        await self.action_goto("author")
        author = self._panes["author"]
        assert isinstance(author, AuthorPane)
        author.add(message.example)

    @on(Pane.StatusChanged)
    def _show_title(self) -> None:
        if self.pane is not None:
            self._title_bar.show(self.pane.subject, self.pane.status)


def _collect_again() -> None:
    """Look for garbage again where the start put that off, but not in what the start made."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
