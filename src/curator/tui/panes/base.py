"""What every pane has: the project, a line of status, a way to report an error, and its size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import Container
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive

from curator.errors import CuratorError
from curator.example import Example
from curator.settings import Project
from curator.tui.styled import Styled
from curator.tui.text import error_text

if TYPE_CHECKING:
    from curator.train import TrainingSpec

NARROW = 110
WIDE = 160
SHORT = 30


class Pane(Styled, Container):
    """One of the five panes. Derive from it, compose, and add `BINDINGS` made with `keys.key`.

    The rules in the ``.tcss`` file beside the module are its styles. The classes ``-narrow``
    (below 110 columns), ``-wide`` (from 160) and ``-short`` (below 30 rows) are kept on it.

    Args:
        project: The project that the studio is open on.
    """

    #: What the title bar shows at its right while this pane is open.
    status: reactive[Content] = reactive(Content(""))

    class StatusChanged(Message):
        """The pane's status is another one now."""

    class OpenExample(Message):
        """Take `example` to the Author pane as a new one, and go there.

        Attributes:
            example: The example to put into the open file.
        """

        def __init__(self, example: Example) -> None:
            super().__init__()
            self.example = example

    class Goto(Message):
        """Go to another pane.

        Attributes:
            name: Its name in `curator.tui.panes.PANES`.
        """

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    class SpecChanged(Message):
        """The spec of the training to come is another one now.

        Attributes:
            spec: As it holds together.
        """

        def __init__(self, spec: TrainingSpec) -> None:
            super().__init__()
            self.spec = spec

    def __init__(self, project: Project, **options: Any) -> None:
        super().__init__(**options)
        self._project = project

    @property
    def project(self) -> Project:
        """The project that the studio is open on."""
        return self._project

    @property
    def subject(self) -> str:
        """What is being worked on, for the title bar: a path or a name; untrusted text is fine."""
        return ""

    @property
    def unsaved(self) -> bool:
        """Whether closing the studio now would lose work of this pane."""
        return False

    def opened(self) -> None:
        """Called each time the pane comes to the front, after it is mounted: set the focus here."""

    def heed_spec(self, spec: TrainingSpec) -> None:
        """Called with the spec of the training to come, whenever that is another one."""

    async def save_all(self) -> bool:
        """Save what is unsaved; return whether nothing is left to lose."""
        return not self.unsaved

    async def settled(self) -> None:
        """Return once nothing is under way that leaving the studio would cut off."""

    def closing(self, *, discard: bool) -> None:
        """Called before the studio closes; `discard` says that unsaved work is not wanted."""

    def notify_error(self, error: CuratorError) -> None:
        """Show an error that a person can mend as a notice."""
        self.notify(error_text(error), title=error.title, severity="error", markup=False, timeout=8)

    def watch_status(self) -> None:
        """Tell the title bar."""
        self.post_message(self.StatusChanged())

    def on_resize(self) -> None:
        """Keep the size classes."""
        self.fit(self.app.size)

    def fit(self, size: Size) -> None:
        """Take the size classes for a terminal of `size`.

        The app also asks for it before a pane is mounted: one that is opened while the studio
        still starts may get no event of its size.
        """
        self.set_class(size.width < NARROW, "-narrow")
        self.set_class(size.width >= WIDE, "-wide")
        self.set_class(size.height < SHORT, "-short")
