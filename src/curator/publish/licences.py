"""Under which licence a thing is, as that thing itself says.

A base model says it in the head of its README or in a file beside its weights; fetched data in its
note, which the manifest repeats; somebody's own data in a licence file beside it or above it; a
library in its own metadata. Where nobody says it, it is unknown, and no guess takes its place.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from curator.errors import StoreError
from curator.mix import Manifest
from curator.publish.naming import base_folder, base_name
from curator.store import write_text
from curator.terminal import one_line
from curator.train import Run

UNKNOWN = "unknown"

#: Licence by Hub id of a base model, from whoever knows: the Hub itself.
Ask = Callable[[str], str]

#: Libraries that made the adapter or load it.
LIBRARIES = ("mlx", "mlx-lm", "transformers", "tokenizers", "numpy", "safetensors")

#: What the Hub said of a run's base, in the run's folder.
_BASE = "base.json"

_FILES = re.compile(r"(?i)(licen[cs]e|copying)([-.].*)?")
_HEAD = re.compile(r"\A\s*---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"(?m)^licen[cs]e\s*:\s*(.+?)\s*$")
# How a licence's text begins, commas and line breaks left out.
_TITLES = (
    ("apache-2.0", "apache license version 2.0"),
    ("agpl-3.0", "gnu affero general public license version 3"),
    ("lgpl-3.0", "gnu lesser general public license version 3"),
    ("gpl-3.0", "gnu general public license version 3"),
    ("gpl-2.0", "gnu general public license version 2"),
    ("mpl-2.0", "mozilla public license version 2.0"),
    ("cc0-1.0", "cc0 1.0 universal"),
    ("cc-by-sa-4.0", "attribution-sharealike 4.0 international"),
    ("cc-by-nc-4.0", "attribution-noncommercial 4.0 international"),
    ("cc-by-4.0", "attribution 4.0 international"),
)
# Texts that begin with a name and a year are known by what they grant, most particular first.
_PHRASES = (
    ("unlicense", "this is free and unencumbered software released into the public domain"),
    ("bsd-3-clause", "neither the name of"),
    ("bsd-2-clause", "redistribution and use in source and binary forms"),
    ("isc", "permission to use copy modify and/or distribute this software for any purpose"),
    ("mit", "permission is hereby granted free of charge to any person obtaining a copy"),
)
_TITLE_LENGTH = 300
_ENOUGH = 20_000


@dataclass(frozen=True, slots=True)
class Licence:
    """The licence of one thing.

    Attributes:
        what: ``base model``, ``dataset`` or ``library``.
        name: Whose it is.
        licence: As its origin names it, or ``unknown``.
        source: Where that is said; empty where it is not.
        version: Its revision or version, where there is one.
        url: Where its origin is found; empty where that is no public place.
    """

    what: str
    name: str
    licence: str
    source: str = ""
    version: str = ""
    url: str = ""

    @property
    def known(self) -> bool:
        """Whether somebody said it."""
        return self.licence != UNKNOWN


def base_licence(run: Run, ask: Ask | None = None) -> Licence:
    """Return the licence of a run's base model.

    Args:
        run: The run.
        ask: Asks the Hub about a model that is not described on this machine.
    """
    folder = base_folder(run.model)
    if folder is not None:
        licence, source = _in_folder(folder)
        return Licence("base model", base_name(run.model), licence, source)
    for snapshot in _snapshots(run.model):
        licence, source = _in_folder(snapshot)
        if licence != UNKNOWN:
            return Licence("base model", run.model, licence, source, url=run.model)
    said = _told(run) or (_remember(run, one_line(ask(run.model), 80)) if ask else "")
    if not said:
        return Licence("base model", run.model, UNKNOWN, url=run.model)
    return Licence("base model", run.model, said, "its page on the Hub", url=run.model)


def _told(run: Run) -> str:
    """Return what the Hub said of a run's base before; empty where it was not asked."""
    try:
        value = json.loads((run.folder / _BASE).read_bytes())
    except (OSError, ValueError):
        return ""
    if not isinstance(value, dict) or value.get("model") != run.model:
        return ""
    return one_line(str(value.get("licence", "")), 80)


def _remember(run: Run, licence: str) -> str:
    if licence in ("", UNKNOWN):
        return ""
    # Without a network it is known then; a folder that cannot be written only forgets it.
    with contextlib.suppress(StoreError):
        said = {"model": run.model, "licence": licence}
        write_text(run.folder / _BASE, json.dumps(said, indent=1) + "\n")
    return licence


def data_licences(manifest: Manifest, root: Path | None) -> tuple[Licence, ...]:
    """Return the licence of each source of a mixture.

    Args:
        manifest: The mixture's.
        root: The folder that its sources' paths are relative to, where it is still there.
    """
    found = []
    for source in manifest.sources:
        path = str(source.get("path", ""))
        origin, _, revision = str(source.get("origin") or "").partition("@")
        licence, said = str(source.get("licence") or UNKNOWN), "the note of `curator fetch`"
        if licence == UNKNOWN:
            licence, said = _above(root / path, root) if root else (UNKNOWN, "")
        url = origin if revision and "/" in origin else ""
        found.append(Licence("dataset", origin or path, one_line(licence), said, revision, url))
    return tuple(found)


def file_licence(path: Path, root: Path) -> Licence:
    """Return the licence of one file of examples, by the licence file nearest to it.

    Args:
        path: The file.
        root: The last folder to look in, going up.
    """
    return Licence("dataset", path.name, *_above(path, root))


def library_licences(names: Iterable[str] = LIBRARIES) -> tuple[Licence, ...]:
    """Return the licences of the libraries that are installed here, by their own metadata."""
    found = []
    for name in names:
        try:
            # An email message at run time, whose `get` the stub leaves out.
            about: Any = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        classifiers = [
            line.rpartition("::")[2].strip()
            for line in about.get_all("Classifier") or []
            if line.startswith("License ::")
        ]
        # The field may hold a whole text; its first line is the name then.
        written = (about.get("License") or "").strip().split("\n")[0]
        licence = about.get("License-Expression") or written or ", ".join(classifiers) or UNKNOWN
        said = "its package's metadata" if licence != UNKNOWN else ""
        found.append(Licence("library", name, one_line(licence), said, about.get("Version") or ""))
    return tuple(found)


def recognise(text: str) -> str:
    """Return which licence a text is, by its title or by what it grants; else ``unknown``."""
    flat = " ".join(text[:_ENOUGH].lower().replace(",", " ").split())
    title = flat[:_TITLE_LENGTH]
    found = [name for name, words in _TITLES if words in title]
    found += [name for name, words in _PHRASES if words in flat]
    return found[0] if found else UNKNOWN


def _in_folder(folder: Path) -> tuple[str, str]:
    """Return the licence that a model folder names, and where."""
    head = _HEAD.match(_text(folder / "README.md"))
    if head and (key := _KEY.search(head[1])):
        named = _plain(key[1])
        if named and named != "other":
            return named, "the head of its README.md"
    return _licence_file(folder)


def _above(path: Path, root: Path) -> tuple[str, str]:
    """Return what the nearest licence file says, from a file's folder up to `root`."""
    root = root.resolve()
    for folder in path.resolve().parents:
        licence, said = _licence_file(folder)
        if licence != UNKNOWN:
            where = "beside it" if folder == path.resolve().parent else "in a folder above it"
            return licence, f"{said} {where}"
        if folder == root:
            break
    return UNKNOWN, ""


def _licence_file(folder: Path) -> tuple[str, str]:
    try:
        names = sorted(path for path in folder.iterdir() if _FILES.fullmatch(path.name))
    except OSError:
        return UNKNOWN, ""
    for path in names:
        licence = recognise(_text(path))
        if licence != UNKNOWN:
            return licence, path.name
    return UNKNOWN, ""


def _plain(value: str) -> str:
    """Return a YAML scalar as text."""
    value = value.partition(" #")[0].strip()
    if value[:1] == '"':
        try:
            value = json.loads(value)
        except ValueError:
            return ""
    return one_line(str(value).strip("'"), 80)


def _snapshots(model: str) -> list[Path]:
    """Return the folders that the Hub's cache holds of a model."""
    from huggingface_hub import constants

    folder = Path(constants.HF_HUB_CACHE) / f"models--{model.replace('/', '--')}" / "snapshots"
    return sorted(folder.glob("*"))


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_ENOUGH)
    except OSError:
        return ""


def from_info(info: Any) -> str:
    """Return the licence that huggingface_hub's description of a repository names."""
    card = getattr(info, "card_data", None)
    named = card.get("license") if card is not None else None
    if isinstance(named, list):
        named = ", ".join(map(str, named))
    if not named:
        tags = getattr(info, "tags", None) or []
        named = next((tag[8:] for tag in tags if tag.startswith("license:")), "")
    return one_line(str(named), 80) if named else UNKNOWN
