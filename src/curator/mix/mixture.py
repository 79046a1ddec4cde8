"""A plan written down: three files that the trainer reads and a manifest that explains them."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import jsonlines

from curator.errors import ConfigError, StoreError
from curator.mix.check import PLAN_CHECKS, Verdict, check_names
from curator.mix.manifest import (
    MANIFEST_NAME,
    SPLITS,
    Manifest,
    make_manifest,
    manifest_text,
    read_manifest,
)
from curator.mix.plan import Plan, PlannedRow
from curator.mix.tokens import conversation
from curator.store import write_atomic


def check_buildable(plan: Plan, allow: Sequence[str] = ()) -> None:
    """Make sure that nothing of a plan stands in the way of its mixture.

    Args:
        plan: What would be written.
        allow: Codes of checks whose errors the person accepts.

    Raises:
        ConfigError: A check stands in the way, a code is none, or nothing is left to train on.
    """
    check_names(allow, PLAN_CHECKS)
    for check in plan.checks:
        if check.verdict is Verdict.ERROR and check.code not in allow:
            raise ConfigError(
                f"{check.message} Nothing was written.",
                hint=f"{check.remedy} To build it all the same: --allow {check.code}.",
            )
    if not plan.train:
        raise ConfigError("No row is left to train on, so nothing was written.")


def write_mixture(plan: Plan, folder: Path, *, allow: Sequence[str] = ()) -> Manifest:
    """Write ``train.jsonl``, ``valid.jsonl``, ``test.jsonl`` and ``manifest.json``.

    The manifest is written last, so a folder with a manifest is whole.

    Args:
        plan: What to write.
        folder: Made if it is not there; an earlier mixture in it is replaced.
        allow: Codes of checks whose errors the person accepts.

    Raises:
        ConfigError: A check stands in the way, a code is none, nothing is left to train on, or the
            folder holds something else. Nothing is written then.
        StoreError: A file could not be written.
    """
    check_buildable(plan, allow)
    check_folder(folder)
    rows = {"train": plan.train, "valid": plan.valid, "test": plan.test}
    contents = {f"{split}.jsonl": split_bytes(rows[split], plan) for split in SPLITS}
    manifest = make_manifest(plan, contents)
    _replace(folder, {**contents, MANIFEST_NAME: manifest_text(manifest).encode("utf-8")})
    return manifest


def _replace(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Put files into a folder: all are on disk beside it before the first takes its place.

    Raises:
        StoreError: They could not be written; an earlier mixture is as it was.
    """
    made = not folder.exists()
    beside = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    try:
        beside.mkdir(parents=True)
        for name, content in contents.items():
            write_atomic(beside / name, [content])
        folder.mkdir(exist_ok=True)
        # Without a manifest a folder is no mixture: it goes first and comes last.
        (folder / MANIFEST_NAME).unlink(missing_ok=True)
        for name in contents:
            (beside / name).replace(folder / name)
    except StoreError as error:
        raise StoreError(f"{error.message} Nothing was changed.", path=folder) from None
    except OSError as error:
        raise StoreError(
            f"The mixture's folder cannot be written: {error.strerror}.", path=folder
        ) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if made and folder.is_dir() and not (folder / MANIFEST_NAME).is_file():
            shutil.rmtree(folder, ignore_errors=True)


def check_folder(folder: Path) -> None:
    """Check that a mixture may be written to a folder.

    Raises:
        ConfigError: It is a file, or it holds something that is not a mixture.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigError("This is a file, where the mixture's folder should be.", path=folder)
    if folder.is_dir() and any(folder.iterdir()) and not _is_mixture(folder):
        raise ConfigError(
            "This folder holds something that is not a mixture, so nothing was written.",
            path=folder,
            hint="Give --out a new folder.",
        )


def split_bytes(rows: Sequence[PlannedRow], plan: Plan) -> bytes:
    """Return rows as the lines that the trainer reads: ``{"messages": […]}``."""
    buffer = io.StringIO()
    with jsonlines.Writer(buffer) as writer:
        for row in rows:
            writer.write({"messages": conversation(row, plan)})
    return buffer.getvalue().encode("utf-8")


def _is_mixture(folder: Path) -> bool:
    """Return whether an earlier mixture is here: other folders hold a manifest.json too."""
    try:
        read_manifest(folder)
    except ConfigError:
        return False
    # A run keeps a copy of the manifest, but not the rows.
    return (folder / "train.jsonl").is_file()
