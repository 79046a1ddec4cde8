"""A plan written down: three files that the trainer reads and a manifest that explains them."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any, Literal

import jsonlines
import msgspec

from curator import __version__
from curator.errors import ConfigError, StoreError
from curator.example.chat import training_messages
from curator.mix.checks import Verdict
from curator.mix.plan import Plan, PlannedRow
from curator.mix.recipe import Recipe
from curator.store import write_atomic

MANIFEST_NAME = "manifest.json"
SPLITS = ("train", "valid", "test")


class ManifestRow(msgspec.Struct, frozen=True):
    """Where one row of a mixture comes from.

    Attributes:
        path: The source file.
        line: The line there, from 1.
        id: The example's own id, where it has one.
        role: Curated or base.
        copy: Which copy this is, from 1.
        hash: SHA-256 of the example's texts.
    """

    path: str
    line: int
    id: str | None
    role: Literal["curated", "base"]
    copy: int
    hash: str


class Manifest(msgspec.Struct, frozen=True):
    """What a mixture is made of. It holds no time and no absolute path: same input, same bytes.

    Attributes:
        curator: The version that wrote it.
        name: The recipe's name.
        recipe: The recipe, as plain values.
        system_prompt: The text put before the rows that carry one.
        sources: Each file with its role, rows and SHA-256.
        counts: Rows by split, curated rows, different curated examples, curated share.
        removed: How many rows were left out, by reason.
        files: SHA-256 of each file of the mixture.
        rows: The origin of every row, by split, in order.
    """

    curator: str
    name: str
    recipe: dict[str, Any]
    system_prompt: str
    sources: list[dict[str, Any]]
    counts: dict[str, float]
    removed: dict[str, int]
    files: dict[str, str]
    rows: dict[str, list[ManifestRow]]


def write_mixture(plan: Plan, folder: Path, *, allow: Sequence[str] = ()) -> Manifest:
    """Write ``train.jsonl``, ``valid.jsonl``, ``test.jsonl`` and ``manifest.json``.

    The manifest is written last, so a folder with a manifest is whole.

    Args:
        plan: What to write.
        folder: Made if it is not there; an earlier mixture in it is replaced.
        allow: Codes of checks whose errors the person accepts.

    Raises:
        ConfigError: A check stands in the way, nothing is left to train on, or the folder holds
            something else. Nothing is written then.
        StoreError: A file could not be written.
    """
    for check in plan.checks:
        if check.verdict is Verdict.ERROR and check.code not in allow:
            raise ConfigError(
                f"{check.message} Nothing was written.",
                hint=f"{check.remedy} To build it all the same: --allow {check.code}.",
            )
    if not plan.train:
        raise ConfigError("No row is left to train on, so nothing was written.")
    if folder.exists() and not folder.is_dir():
        raise ConfigError("This is a file, where the mixture's folder should be.", path=folder)
    if folder.is_dir() and any(folder.iterdir()) and not _is_mixture(folder):
        raise ConfigError(
            "This folder holds something that is not a mixture, so nothing was written.",
            path=folder,
            hint="Give --out a new folder.",
        )
    rows = {"train": plan.train, "valid": plan.valid, "test": plan.test}
    contents = {f"{split}.jsonl": _lines(rows[split], plan) for split in SPLITS}
    manifest = _manifest(plan, contents)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST_NAME).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"The mixture's folder cannot be written: {error.strerror}.", path=folder
        ) from None
    for name, content in contents.items():
        write_atomic(folder / name, [content])
    text = json.dumps(msgspec.to_builtins(manifest), ensure_ascii=False, indent=1)
    write_atomic(folder / MANIFEST_NAME, [text.encode("utf-8"), b"\n"])
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a mixture.

    Raises:
        ConfigError: The folder is no mixture, or its manifest is damaged.
    """
    path = folder / MANIFEST_NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (FileNotFoundError, NotADirectoryError):
        raise ConfigError(
            "This is not a mixture: it has no manifest.json.",
            path=folder,
            hint="`curator mix RECIPE --out DIR` makes one.",
        ) from None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigError(f"The manifest cannot be read: {error}.", path=path) from None


def _is_mixture(folder: Path) -> bool:
    """Return whether an earlier mixture is here: other folders hold a manifest.json too."""
    try:
        read_manifest(folder)
    except ConfigError:
        return False
    # A run keeps a copy of the manifest, but not the rows.
    return (folder / "train.jsonl").is_file()


def _lines(rows: Sequence[PlannedRow], plan: Plan) -> bytes:
    buffer = io.StringIO()
    with jsonlines.Writer(buffer) as writer:
        for row in rows:
            prompt = plan.system_prompt if _carries_prompt(row, plan) else None
            writer.write({"messages": training_messages(row.example.fields, system_prompt=prompt)})
    return buffer.getvalue().encode("utf-8")


def _carries_prompt(row: PlannedRow, plan: Plan) -> bool:
    which = plan.recipe.system_prompt_on
    return which == "all" or (which == "curated" and row.role == "curated")


def _manifest(plan: Plan, contents: dict[str, bytes]) -> Manifest:
    reasons = sorted({removed.reason for removed in plan.removed})
    rows = {"train": plan.train, "valid": plan.valid, "test": plan.test}
    return Manifest(
        curator=__version__,
        name=plan.recipe.name,
        recipe=_portable(plan.recipe),
        system_prompt=plan.system_prompt,
        sources=[
            {
                "path": source.path,
                "role": source.role,
                "sha256": source.sha256,
                "rows": source.rows,
                "repeat": source.repeat,
            }
            for source in plan.sources
        ],
        counts={
            "train": len(plan.train),
            "valid": len(plan.valid),
            "test": len(plan.test),
            "curated_rows": plan.curated_rows,
            "curated_examples": plan.curated_training,
            "curated_share": round(plan.curated_share, 6),
            "curated_text_share": round(plan.curated_text_share, 6),
        },
        removed={reason: sum(one.reason == reason for one in plan.removed) for reason in reasons},
        files={name: hashlib.sha256(data).hexdigest() for name, data in contents.items()},
        rows={split: [_origin(row) for row in rows[split]] for split in SPLITS},
    )


def _portable(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as plain values, its absolute paths cut to their names."""
    values: dict[str, Any] = msgspec.to_builtins(recipe)
    # A list, as JSON gives it back.
    values["source"] = [
        {**source, "path": _portable_path(source["path"])} for source in values["source"]
    ]
    if "\n" not in recipe.system_prompt:
        values["system_prompt"] = _portable_path(recipe.system_prompt)
    return values


def _portable_path(text: str) -> str:
    path = PurePath(text)
    return path.name if path.is_absolute() or text.startswith("~") else text


def _origin(row: PlannedRow) -> ManifestRow:
    return ManifestRow(
        row.path, row.line, row.example.id, row.role, row.copy, row.example.content_hash
    )
