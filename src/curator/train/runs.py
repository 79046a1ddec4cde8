"""The run folder: one training, whole, in files that outlive the processes that wrote them.

::

    runs/2026-11-22-143005-runnable-first/
        run.json        status, model, mixture and its hashes, result
        spec.json       what was asked for
        manifest.json   the mixture's, copied, if it has one
        events.jsonl    everything the child said, appended to
        log.txt         what it and the libraries printed
        adapter/        adapters.safetensors, adapter_config.json
        alive.lock      locked for as long as the child lives

The child keeps ``run.json`` and ``events.jsonl`` up to date, so a run goes on without its parent.
Whether a child still lives is told by the lock and not by its process id, which the system may have
given to somebody else.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from curator.errors import InputError, TrainingError
from curator.store.atomic import write_atomic
from curator.train.events import AnyEvent, TrainingResult, decode, encode
from curator.train.mixture import Mixture
from curator.train.spec import TrainingSpec

Status = Literal["starting", "running", "paused", "stopped", "finished", "failed"]
ACTIVE: frozenset[str] = frozenset({"starting", "running", "paused"})

RECORD = "run.json"
SPEC = "spec.json"
MANIFEST = "manifest.json"
EVENTS = "events.jsonl"
LOG = "log.txt"
LOCK = "alive.lock"
ADAPTER = "adapter"

T = TypeVar("T")


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What ``run.json`` holds.

    Attributes:
        id: The folder's name.
        name: What the person called it; may be empty.
        status: Where it stands.
        created: When, in UTC, ISO 8601.
        model: The base model: an absolute path, or a Hub id.
        mixture: Path of the mixture folder when the run began.
        hashes: SHA-256 of each file of the mixture, by file name.
        rows: Rows of each split.
        pid: Process id of the child; None before it started.
        ended: When it ended, in UTC, ISO 8601; None while it has not.
        iteration: Iterations done, as of the last save or change of status.
        result: What came out; None until then.
        message: Why it failed; empty otherwise.
        hint: What to do about that; may be empty.
    """

    id: str
    name: str = ""
    status: Status = "starting"
    created: str
    model: str
    mixture: str
    hashes: dict[str, str]
    rows: dict[str, int]
    pid: int | None = None
    ended: str | None = None
    iteration: int = 0
    result: TrainingResult | None = None
    message: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it stood when it was read.

    Attributes:
        folder: The run folder.
        record: Its ``run.json``, with the status corrected if the child died without a word.
        spec: Its spec.
    """

    folder: Path
    record: RunRecord
    spec: TrainingSpec

    @property
    def id(self) -> str:
        """The folder's name, sortable by time."""
        return self.record.id

    @property
    def name(self) -> str:
        """What the person called it; may be empty."""
        return self.record.name

    @property
    def status(self) -> Status:
        """Where it stands."""
        return self.record.status

    @property
    def active(self) -> bool:
        """Whether a child is at work on it."""
        return self.status in ACTIVE

    @property
    def model(self) -> str:
        """The base model: an absolute path, or a Hub id."""
        return self.record.model

    @property
    def mixture(self) -> Path:
        """The mixture folder it was trained on; it may have changed since."""
        return Path(self.record.mixture)

    @property
    def result(self) -> TrainingResult | None:
        """What came out; None until then."""
        return self.record.result

    @property
    def adapter(self) -> Path | None:
        """The adapter folder, once there are weights in it."""
        folder = self.folder / ADAPTER
        return folder if (folder / "adapters.safetensors").is_file() else None

    @property
    def log(self) -> Path:
        """What the child and the libraries printed; untrusted text."""
        return self.folder / LOG

    def events(self) -> list[AnyEvent]:
        """Return everything the child has said so far; an unfinished last line is left out."""
        return read_events(self.folder)


def create_run(
    runs_dir: Path, mixture: Mixture, spec: TrainingSpec, *, model: str, name: str | None = None
) -> tuple[Run, int]:
    """Make a new run folder with its record, spec and manifest, and lock it for a child.

    Args:
        runs_dir: Where the runs are; made if it is not there.
        mixture: What to train on.
        spec: How.
        model: The spec's model as `check_model` returned it.
        name: Part of the id; without it the mixture folder's name is used.

    Returns:
        The run, and the file descriptor that holds its lock (see `take_lock`).

    Raises:
        TrainingError: The folder cannot be written.
    """
    now = datetime.now(UTC)
    try:
        folder = _new_folder(runs_dir, now, name or mixture.folder.resolve().name)
        record = RunRecord(
            id=folder.name,
            name=name or "",
            created=now.isoformat(timespec="seconds"),
            model=model,
            mixture=str(mixture.folder.resolve()),
            hashes={path.name: _sha256(path) for path in mixture.files},
            rows=mixture.rows,
        )
        (folder / ADAPTER).mkdir()
        (folder / EVENTS).touch()
        _write_json(folder / SPEC, spec)
        if (mixture.folder / MANIFEST).is_file():
            shutil.copyfile(mixture.folder / MANIFEST, folder / MANIFEST)
        # Locked before it can be found, or a reader would take it for one whose child died.
        lock = take_lock(folder)
        write_record(folder, record)
    except OSError as error:
        raise TrainingError(
            f"The run folder cannot be written: {error.strerror}.", path=runs_dir
        ) from None
    return Run(folder=folder, record=record, spec=spec), lock


def read_run(run: str | Path, *, runs_dir: Path | None = None) -> Run:
    """Read one run.

    Args:
        run: A run folder, or the id of one in `runs_dir`; ``latest`` is the newest there.
        runs_dir: Where to look an id up.

    Raises:
        InputError: There is no such run, or its record cannot be read.
    """
    if run == "latest" and runs_dir is not None:
        runs = list_runs(runs_dir)
        if not runs:
            raise InputError("There are no runs yet.", path=runs_dir)
        return runs[-1]
    folder = Path(run)
    if not (folder / RECORD).is_file() and runs_dir is not None:
        folder = runs_dir / run
    if not (folder / RECORD).is_file():
        raise InputError(
            "This is no run: there is no run.json in it.",
            path=folder,
            hint="Give a run folder, or the id of a run.",
        )
    return _read(folder)


def list_runs(runs_dir: Path) -> list[Run]:
    """Return every readable run in `runs_dir`, oldest first.

    Args:
        runs_dir: Where the runs are; where there is no such folder, there are no runs.
    """
    runs = []
    for record in sorted(runs_dir.glob(f"*/{RECORD}")):
        try:
            runs.append(_read(record.parent))
        except InputError:
            # A half-deleted folder must not hide the others; `read_run` says what is wrong.
            continue
    return runs


def read_events(folder: Path) -> list[AnyEvent]:
    """Return the events of the run in `folder`; an unfinished last line is left out."""
    try:
        data = (folder / EVENTS).read_bytes()
    except FileNotFoundError:
        return []
    return [decode(line) for line in data.split(b"\n")[:-1] if line]


def append_events(folder: Path, events: Iterable[AnyEvent]) -> None:
    """Append `events` to ``events.jsonl``, each with one write so that lines never mix."""
    with (folder / EVENTS).open("ab", buffering=0) as file:
        for event in events:
            file.write(encode(event))


def write_record(folder: Path, record: RunRecord) -> None:
    """Replace ``run.json``.

    Raises:
        StoreError: It could not be written; the old one is as it was.
    """
    _write_json(folder / RECORD, record)


def read_record(folder: Path) -> RunRecord:
    """Read ``run.json`` as it stands, without asking whether the child lives.

    Raises:
        InputError: It cannot be read.
    """
    return _decode(folder / RECORD, RunRecord)


def now_text() -> str:
    """Return the present in UTC, as ``run.json`` writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def take_lock(folder: Path) -> int:
    """Lock the run for a child and return the file descriptor that holds the lock.

    The lock belongs to the open file: a child that inherits the descriptor keeps it locked after
    the parent has closed its own.

    Raises:
        TrainingError: A child is at work on this run.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise TrainingError("A training is at work on this run.", path=folder) from None
    return descriptor


def is_alive(folder: Path) -> bool:
    """Return whether a child holds the lock of the run in `folder`."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _read(folder: Path) -> Run:
    # Asked before the record is read: a child that ends in between has written its last word.
    alive = is_alive(folder)
    record = read_record(folder)
    spec = _decode(folder / SPEC, TrainingSpec)
    if record.status in ACTIVE and not alive:
        record = msgspec.structs.replace(
            record,
            status="failed",
            message="The training ended without a word.",
            hint="Its log may say why; the adapter is the last one saved.",
        )
    return Run(folder=folder, record=record, spec=spec)


def _decode(path: Path, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=type_)
    except OSError as error:
        raise InputError(f"Cannot be read: {error.strerror}.", path=path) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"Not a run's file: {error}.", path=path) from None


def _write_json(path: Path, value: msgspec.Struct) -> None:
    write_atomic(path, [msgspec.json.format(msgspec.json.encode(value)), b"\n"])


def _new_folder(runs_dir: Path, now: datetime, name: str) -> Path:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "run"
    stem = f"{now:%Y-%m-%d-%H%M%S}-{slug}"
    runs_dir.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        folder = runs_dir / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
