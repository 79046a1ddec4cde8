"""What there is to say about a file of examples, read from it and from the note beside it."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from curator.errors import ConfigError
from curator.lint import LintReport, lint, make_linter
from curator.mix.fetch import Origin, read_origin
from curator.publish.licences import Licence, file_licence
from curator.settings import Project
from curator.store import read_rows


@dataclass(frozen=True)
class DatasetFacts:
    """A file of examples as it is.

    Attributes:
        path: The file.
        sha256: Of its content.
        rows: Its examples.
        unreadable: Rows that are none.
        distinct: Different examples among them.
        tags: How many examples carry each tag, most first.
        fields: How many examples have each key.
        report: What the rules say.
        profile: The shape its answers should have.
        origin: The note beside it, where it was fetched.
        licence: Its licence.
    """

    path: Path
    sha256: str
    rows: int
    unreadable: int
    distinct: int
    tags: tuple[tuple[str, int], ...]
    fields: tuple[tuple[str, int], ...]
    report: LintReport
    profile: str
    origin: Origin | None
    licence: Licence


def read_dataset(path: Path, project: Project) -> DatasetFacts:
    """Read what there is to say about a file of examples.

    Raises:
        ConfigError: It holds no example.
        InputError: It cannot be read.
    """
    rows = unreadable = 0
    tags: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    hashes: set[str] = set()
    for row in read_rows(path):
        if row.example is None:
            unreadable += row.problem is not None and row.problem.kind != "blank"
            continue
        rows += 1
        hashes.add(row.example.content_hash)
        fields.update(row.example.fields.keys())
        named = row.example.fields.get("tags")
        listed = [named] if isinstance(named, str) else named if isinstance(named, list) else []
        tags.update(tag for tag in listed if isinstance(tag, str))
    if not rows:
        raise ConfigError("There is no example in this file.", path=path)
    settings = project.settings.lint
    linter = make_linter(
        project.profile,
        select=settings.select,
        ignore=settings.ignore,
        extend_select=settings.extend_select,
        severities=settings.severity,
        options=settings.options,
    )
    origin = read_origin(path)
    licence = file_licence(path, project.root)
    if origin is not None and origin.licence != "unknown":
        licence = Licence(
            "dataset",
            origin.origin,
            origin.licence,
            "the note of `curator fetch`",
            origin.revision,
        )
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return DatasetFacts(
        path=path,
        sha256=sha256,
        rows=rows,
        unreadable=unreadable,
        distinct=len(hashes),
        tags=tuple(tags.most_common()),
        fields=tuple(fields.items()),
        report=lint([path], linter),
        profile=linter.profile.name,
        origin=origin,
        licence=licence,
    )
