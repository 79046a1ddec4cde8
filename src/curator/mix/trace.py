"""Where a row of a mixture came from, and where a row of a source went."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from curator.errors import ConfigError
from curator.mix.manifest import SPLITS, LeftOut, Manifest, ManifestRow, read_manifest
from curator.terminal import one_line

_ROW = re.compile(r"(?:(train|valid|test)(?:\.jsonl)?:)?(\d+)")
_SOURCE = re.compile(r"(.+):(\d+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an example stands in a mixture.

    Attributes:
        split: ``train``, ``valid`` or ``test``.
        row: Its line in that file, from 1.
        copy: Which copy it is, from 1.
    """

    split: str
    row: int
    copy: int

    @property
    def where(self) -> str:
        """``train:12``."""
        return f"{self.split}:{self.row}"


@dataclass(frozen=True, slots=True)
class Trace:
    """One example between its source and its mixture.

    Attributes:
        path: Its source file, as the recipe reaches it.
        line: Its line there, from 1.
        id: Its own id, where it has one.
        role: Curated or base.
        hash: SHA-256 of its texts as they train; empty for one that was left out.
        cluster: What it and its twins share; empty where it has none.
        places: Where it stands in the mixture, every copy; empty for one that was left out.
        left_out: Why it is not in the mixture, or None.
        sha256: The SHA-256 of the source file when the mixture was built.
        asked: What the user says in it, untrusted; empty for one that was left out.
    """

    path: str
    line: int
    id: str | None
    role: str
    hash: str
    cluster: str
    places: tuple[Place, ...]
    left_out: LeftOut | None
    sha256: str
    asked: str = ""


def trace_row(folder: Path, row: str) -> Trace:
    """Return where a row comes from, or where it went.

    Args:
        folder: The mixture.
        row: ``train:12``, or ``12`` for the same, ``valid:3``; the other way round
            ``mine.jsonl:4``, a line of a source, or an example's id.

    Raises:
        ConfigError: The folder is no mixture, or there is no such row.
    """
    manifest = read_manifest(folder)
    if match := _ROW.fullmatch(row):
        split, number = match[1] or "train", int(match[2])
        rows = manifest.rows.get(split, [])
        if not 1 <= number <= len(rows):
            raise ConfigError(
                f"There is no row {number:,} in {split}, which has {len(rows):,}.",
                path=folder,
                hint="Rows are counted from 1, as lines of the file.",
            )
        return _trace(folder, manifest, rows[number - 1])
    for split in SPLITS:
        for one in manifest.rows.get(split, []):
            if _is(one, row):
                return _trace(folder, manifest, one)
    for gone in manifest.left_out:
        if _is(gone, row):
            sha256 = _sha256(manifest, gone.path)
            return Trace(gone.path, gone.line, gone.id, gone.role, "", "", (), gone, sha256)
    limited = manifest.removed.get("limit", 0)
    raise ConfigError(
        f"Nothing in this mixture comes from {one_line(row, 60)!r}.",
        path=folder,
        hint="Give train:N, a source's FILE:LINE, or an example's id."
        + (f" {limited:,} base rows that a limit left out are not listed." if limited else ""),
    )


def _is(one: ManifestRow | LeftOut, asked: str) -> bool:
    if one.id == asked:
        return True
    match = _SOURCE.fullmatch(asked)
    if match is None or int(match[2]) != one.line:
        return False
    return one.path == match[1] or one.path.endswith(f"/{match[1]}")


def _trace(folder: Path, manifest: Manifest, row: ManifestRow) -> Trace:
    places = tuple(
        Place(split, number, one.copy)
        for split in SPLITS
        for number, one in enumerate(manifest.rows.get(split, []), start=1)
        if (one.path, one.line) == (row.path, row.line)
    )
    return Trace(
        path=row.path,
        line=row.line,
        id=row.id,
        role=row.role,
        hash=row.hash,
        cluster=row.cluster,
        places=places,
        left_out=None,
        sha256=_sha256(manifest, row.path),
        asked=_asked(folder / f"{places[0].split}.jsonl", places[0].row),
    )


def _sha256(manifest: Manifest, path: str) -> str:
    return next((str(one["sha256"]) for one in manifest.sources if one["path"] == path), "")


def _asked(path: Path, number: int) -> str:
    """Return what the user says in one row of a split; empty where it cannot be read."""
    try:
        with path.open(encoding="utf-8") as file:
            line = next((line for place, line in enumerate(file, start=1) if place == number), "")
        messages = json.loads(line)["messages"]
        return next(str(one["content"]) for one in messages if one["role"] == "user")
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return ""
