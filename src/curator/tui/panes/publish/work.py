"""What the Publish pane does outside the thread that draws, and how it says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from curator.errors import CuratorError, InputError
from curator.publish import Bundle, bundle_files, write_bundle
from curator.publish.hub import Hub, Parcel, Published, deliver, prepare, read_receipts
from curator.publish.report import make_report, markdown, write_report
from curator.train import Run, list_runs

#: The folder in a run that its bundle is written to.
BUNDLE = "bundle"
REPORT = "report"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a dry run is of.

    Attributes:
        run: The run's id.
        repo: Where to.
        tag: The version; empty for the next.
        private: Whether a new repository would be private.
        allow: Codes of gates that somebody goes on against.
    """

    run: str
    repo: str
    tag: str
    private: bool
    allow: tuple[str, ...]


class Listed(Message):
    """The runs with an adapter there are, and the repository that was used last."""

    def __init__(self, runs: list[Run], repo: str) -> None:
        super().__init__()
        self.runs = runs
        self.repo = repo


class Made(Message):
    """A bundle is ready to look at, or cannot be made."""

    def __init__(self, run: str, bundle: Bundle | None, error: CuratorError | None) -> None:
        super().__init__()
        self.run = run
        self.bundle = bundle
        self.error = error


class Written(Message):
    """A bundle or a report is on disk, or could not be written."""

    def __init__(self, what: str, path: Path, text: str, error: CuratorError | None) -> None:
        super().__init__()
        self.what = what
        self.path = path
        self.text = text
        self.error = error


class Told(Message):
    """The Hub made us wait, or the library said something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Looked(Message):
    """A dry run is over."""

    def __init__(self, asked: Asked, parcel: Parcel | None, error: CuratorError | None) -> None:
        super().__init__()
        self.asked = asked
        self.parcel = parcel
        self.error = error


class Sent(Message):
    """More of an upload is done."""

    def __init__(self, done: int, total: int, step: str) -> None:
        super().__init__()
        self.done = done
        self.total = total
        self.step = step


class Ended(Message):
    """An upload is over."""

    def __init__(
        self, published: Published | None, unnoted: str, error: CuratorError | None
    ) -> None:
        super().__init__()
        self.published = published
        self.unnoted = unnoted
        self.error = error


def listed(folder: Path) -> Listed:
    """Look for the runs in a folder that left an adapter, and for where one went last."""
    usable = [run for run in list_runs(folder) if run.adapter is not None and not run.active]
    receipts = [one for run in usable for one in read_receipts(run.folder)]
    last = max(receipts, key=lambda one: one.when, default=None)
    return Listed(usable, last.repo if last else "")


def make(run: Run, allow: tuple[str, ...]) -> Made:
    """Make a run's bundle from what is on this machine."""
    try:
        return Made(run.id, bundle_files(run, allow=allow), None)
    except CuratorError as error:
        return Made(run.id, None, error)
    except OSError as error:
        problem = InputError(f"Cannot be read: {error.strerror}.", path=run.folder)
        return Made(run.id, None, problem)


def write(run: Run, allow: tuple[str, ...]) -> Written:
    """Write a run's bundle; made again, so that its card names the gates that are gone against."""
    folder = run.folder / BUNDLE
    try:
        write_bundle(bundle_files(run, allow=allow), folder)
    except CuratorError as error:
        return Written("Bundle", folder, "", error)
    return Written("Bundle", folder, "", None)


def report(run: Run) -> Written:
    """Write a run's report into its folder, in both formats."""
    path = run.folder / f"{REPORT}.md"
    try:
        made = make_report(run)
        write_report(made, path, kind="markdown")
        write_report(made, path.with_suffix(".html"), kind="html")
    except CuratorError as error:
        return Written("Report", path, "", error)
    return Written("Report", path, markdown(made, f"{REPORT}.svg"), None)


def look(hub: Hub, run: Run, asked: Asked) -> Looked:
    """Ask the Hub what publishing would change."""
    try:
        parcel = prepare(
            hub, run, asked.repo, tag=asked.tag, private=asked.private, allow=asked.allow
        )
    except CuratorError as error:
        return Looked(asked, None, error)
    return Looked(asked, parcel, None)


def upload(hub: Hub, parcel: Parcel, *, tell: Callable[[Message], object]) -> Ended:
    """Publish a parcel; `tell` is told of every `Sent`."""

    def advance(done: int, total: int, step: str) -> None:
        tell(Sent(done, total, step))

    try:
        hub.who()
        published, unnoted = deliver(hub, parcel, progress=advance)
    except CuratorError as error:
        return Ended(None, "", error)
    return Ended(published, unnoted, None)
