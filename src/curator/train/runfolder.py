"""The run folder: one training, whole, in files that outlive the processes that wrote them.

::

    runs/2026-11-22-143005-runnable-first/
        run.json        status, model, mixture and its hashes, result
        spec.json       what was asked for
        manifest.json   the mixture's, copied, if it has one
        events.jsonl    everything the child said, appended to
        log.txt         what it and the libraries printed
        adapter/        the adapter to use: adapters.safetensors, adapter_config.json
        best/           the one with the lowest validation loss so far
        checkpoints/    what the training is taken up from, see `curator.train.checkpoint`
        control         a named pipe that hears pause, resume and stop
        alive.lock      locked for as long as the child lives

The child keeps ``run.json`` and ``events.jsonl`` up to date, so a run goes on without its parent.
Whether a child still lives is told by the lock and not by its process id, which the system may have
given to somebody else.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from curator.errors import InputError, TrainingError
from curator.store.atomic import write_atomic
from curator.train.events import AnyEvent, TrainingResult, decode, encode

Status = Literal["starting", "running", "paused", "stopped", "finished", "failed"]
ACTIVE: frozenset[str] = frozenset({"starting", "running", "paused"})

RECORD = "run.json"
SPEC = "spec.json"
MANIFEST = "manifest.json"
EVENTS = "events.jsonl"
LOG = "log.txt"
LOCK = "alive.lock"
ADAPTER = "adapter"
BEST = "best"
CHECKPOINTS = "checkpoints"
CONTROL = "control"

# How long a child may take to end after its last word.
_END_SECONDS = 10.0
_POLL_SECONDS = 0.05

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
        cause: Why, in one word (see `Failed.cause`); empty while it has not failed.
        resumed: How often it was taken up again.
        workers: Processes that share the work.
        boot: Which start of the machine its child lives in; empty where that cannot be told.
        oom_kills: How many processes the system had killed for want of memory when it began; None
            where that cannot be told.
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
    cause: str = ""
    resumed: int = 0
    workers: int = 1
    boot: str = ""
    oom_kills: int | None = None


def read_events(folder: Path) -> list[AnyEvent]:
    """Return the events of the run in `folder`.

    An unfinished last line is left out, and so is one that is no event we know: a later version may
    have written it.
    """
    try:
        data = (folder / EVENTS).read_bytes()
    except FileNotFoundError:
        return []
    events = []
    for line in data.split(b"\n")[:-1]:
        with contextlib.suppress(TrainingError):
            events.append(decode(line))
    return events


def append_events(folder: Path, events: Iterable[AnyEvent]) -> None:
    """Append `events` to ``events.jsonl``, each with one write so that lines never mix.

    Raises:
        OSError: One cannot be written; no part of it is.
    """
    with (folder / EVENTS).open("ab", buffering=0) as file:
        for event in events:
            line = encode(event)
            before = file.tell()
            if file.write(line) != len(line):
                # A disk that is full takes part of a line; the next event must not join it.
                file.truncate(before)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def mend_events(folder: Path) -> None:
    """Cut off a last line that a kill left unfinished, before anything is appended to it."""
    path = folder / EVENTS
    data = path.read_bytes() if path.is_file() else b""
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.truncate(path, whole)


def write_record(folder: Path, record: RunRecord) -> None:
    """Replace ``run.json``.

    Raises:
        StoreError: It could not be written; the old one is as it was.
    """
    write_json(folder / RECORD, record)


def read_record(folder: Path) -> RunRecord:
    """Read ``run.json`` as it stands, without asking whether the child lives.

    Raises:
        InputError: It cannot be read.
    """
    return read_json(folder / RECORD, RunRecord)


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


def wait_for_end(folder: Path) -> bool:
    """Wait for a child that has said its last word to be gone; return whether none is at work.

    Between the two lies the end of a process, which takes a moment. A child that is still at work
    is not waited for.
    """
    deadline = time.monotonic() + _END_SECONDS
    while is_alive(folder):
        if read_record(folder).status in ACTIVE or time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


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


def read_json(path: Path, type_: type[T]) -> T:
    """Read one of a run's JSON files as a value of `type_`.

    Raises:
        InputError: It cannot be read, or holds something else.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=type_)
    except OSError as error:
        raise InputError(f"Cannot be read: {error.strerror}.", path=path) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"Not a run's file: {error}.",
            path=path,
            hint="The file is damaged; `curator runs` lists the runs that can be read.",
        ) from None


def write_json(path: Path, value: msgspec.Struct) -> None:
    """Replace one of a run's JSON files.

    Raises:
        StoreError: It could not be written; the old one is as it was.
    """
    write_atomic(path, [msgspec.json.format(msgspec.json.encode(value)), b"\n"])
