"""Runs as values: make one, find one, list them all.

What lies in a run folder and who writes it is told in `curator.train.runfolder`.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from curator.errors import InputError, TrainingError
from curator.train.adapter import WEIGHTS
from curator.train.child import LESS_MEMORY, is_about_memory, last_words, tail
from curator.train.events import AnyEvent, TrainingResult
from curator.train.machine import boot_id, oom_kills
from curator.train.mixture import Mixture
from curator.train.runfolder import (
    ACTIVE,
    ADAPTER,
    BEST,
    EVENTS,
    LOG,
    MANIFEST,
    RECORD,
    SPEC,
    RunRecord,
    Status,
    is_alive,
    read_events,
    read_json,
    read_record,
    take_lock,
    write_json,
    write_record,
)
from curator.train.spec import TrainingSpec


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
        return folder if (folder / WEIGHTS).is_file() else None

    @property
    def best(self) -> Path | None:
        """The folder of the weights with the lowest validation loss so far, once there are any."""
        folder = self.folder / BEST
        return folder if (folder / WEIGHTS).is_file() else None

    @property
    def resumable(self) -> bool:
        """Whether it ended before its last iteration, so that it can be taken up again."""
        return self.status in {"stopped", "failed"}

    @property
    def log(self) -> Path:
        """What the child and the libraries printed; untrusted text."""
        return self.folder / LOG

    def events(self) -> list[AnyEvent]:
        """Return everything the child has said so far; an unfinished last line is left out."""
        return read_events(self.folder)


def create_run(
    runs_dir: Path,
    mixture: Mixture,
    spec: TrainingSpec,
    *,
    model: str,
    name: str | None = None,
    workers: int = 1,
) -> tuple[Run, int]:
    """Make a new run folder with its record, spec and manifest, and lock it for a child.

    Args:
        runs_dir: Where the runs are; made if it is not there.
        mixture: What to train on.
        spec: How.
        model: The spec's model as `check_model` returned it.
        name: Part of the id; without it the mixture folder's name is used.
        workers: Processes that share the work.

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
            hashes=hashes(mixture),
            rows=mixture.rows,
            workers=workers,
            boot=boot_id(),
            oom_kills=oom_kills(),
        )
        (folder / ADAPTER).mkdir()
        (folder / EVENTS).touch()
        write_json(folder / SPEC, spec)
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


def read_run(run: str | Path, *, runs_dir: Path | None = None, with_adapter: bool = False) -> Run:
    """Read one run.

    Args:
        run: A run folder, or the id of one in `runs_dir`; ``latest`` is the newest there.
        runs_dir: Where to look an id up.
        with_adapter: Take for ``latest`` the newest that left an adapter, where one did.

    Raises:
        InputError: There is no such run, or its record cannot be read.
    """
    if run == "latest" and runs_dir is not None:
        runs = list_runs(runs_dir)
        if not runs:
            raise InputError(
                "There are no runs yet.", path=runs_dir, hint="`curator train MIXTURE` makes one."
            )
        usable = [one for one in runs if one.adapter is not None and not one.active]
        return usable[-1] if usable and with_adapter else runs[-1]
    folder = Path(run)
    if not (folder / RECORD).is_file() and runs_dir is not None:
        folder = runs_dir / run
    if not (folder / RECORD).is_file():
        raise InputError(
            "This is no run: there is no run.json in it.",
            path=folder,
            hint="Give a run folder, or an id that `curator runs` lists.",
        )
    return _read(folder)


def list_runs(runs_dir: Path) -> list[Run]:
    """Return every readable run in `runs_dir`, oldest first.

    Args:
        runs_dir: Where the runs are; where there is no such folder, there are no runs.

    Raises:
        InputError: It is a file.
    """
    if runs_dir.exists() and not runs_dir.is_dir():
        raise InputError("This is a file, where the folder of runs should be.", path=runs_dir)
    runs = []
    for record in sorted(runs_dir.glob(f"*/{RECORD}")):
        try:
            runs.append(_read(record.parent))
        except InputError:
            # A half-deleted folder must not hide the others; `read_run` says what is wrong.
            continue
    return runs


def _read(folder: Path) -> Run:
    # Asked before the record is read: a child that ends in between has written its last word.
    alive = is_alive(folder)
    record = read_record(folder)
    spec = read_json(folder / SPEC, TrainingSpec)
    if record.status in ACTIVE and not alive:
        record = _bury(folder, record)
    return Run(folder=folder, record=record, spec=spec)


def _bury(folder: Path, record: RunRecord) -> RunRecord:
    """Return the record of a run whose child died when nobody was there to see how."""
    log, resume = folder / LOG, f"`curator train --resume {folder.name}` takes it up."
    now = oom_kills()
    if record.boot and boot_id() != record.boot:
        told = ("The machine went down while it was training.", resume, "machine")
    elif is_about_memory(tail(log)):
        told = ("The training ran out of memory.", LESS_MEMORY, "memory")
    elif tail(log).rfind("Fatal Python error") >= 0:
        told = (f'The training crashed: "{last_words(log)}".', f"See {log}. {resume}", "crashed")
    elif record.oom_kills is not None and now is not None and now > record.oom_kills:
        told = (
            "The training was killed, probably for want of memory: the system has killed for that.",
            LESS_MEMORY,
            "memory",
        )
    else:
        told = ("The training ended without a word: it was killed.", resume, "killed")
    message, hint, cause = told
    return msgspec.structs.replace(record, status="failed", message=message, hint=hint, cause=cause)


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


def hashes(mixture: Mixture) -> dict[str, str]:
    """Return the SHA-256 of each file of `mixture`, by file name."""
    return {path.name: sha256_of(path) for path in mixture.files}


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
