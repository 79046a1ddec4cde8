"""The manifest of a mixture: where every row came from, what was left out, and by which rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Any, Literal

import msgspec

from curator import __version__
from curator.errors import ConfigError
from curator.mix.gate import rules_version
from curator.mix.plan import Plan, PlannedRow, Removed
from curator.mix.recipe import Recipe

MANIFEST_NAME = "manifest.json"
SPLITS = ("train", "valid", "test")
_COUNTED = (
    *SPLITS,
    *("curated_rows", "curated_examples", "curated_distinct"),
    *("curated_share", "curated_text_share"),
)


class ManifestRow(msgspec.Struct, frozen=True):
    """Where one row of a mixture comes from.

    Attributes:
        path: The source file.
        line: The line there, from 1.
        id: The example's own id, where it has one.
        role: The group it counts in: curated or base.
        copy: Which copy this is, from 1.
        hash: SHA-256 of the example's texts, as they train.
        cluster: What it and its twins share; empty where it has none.
    """

    path: str
    line: int
    id: str | None
    role: Literal["curated", "base"]
    copy: int
    hash: str
    cluster: str = ""

    @property
    def where(self) -> str:
        """``path:line``."""
        return f"{self.path}:{self.line}"


class LeftOut(msgspec.Struct, frozen=True):
    """A row of the sources that is in no file of the mixture.

    Base rows that only a limit left out are counted and not listed.

    Attributes:
        path: The source file.
        line: The line there, from 1.
        id: The example's own id, where it has one.
        role: Curated or base.
        reason: Why, in a word or two.
        evidence: What shows it, in a sentence.
        kept: ``path:line`` of the row that stands in its place; empty where there is none.
    """

    path: str
    line: int
    id: str | None
    role: Literal["curated", "base"]
    reason: str
    evidence: str = ""
    kept: str = ""


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
        recipe_sha256: SHA-256 of the recipe's values.
        versions: What decided the rows beside the recipe: curator, the lint rules, and the
            tokenizer where tokens were counted.
        suites: Suites that rows were compared with, each with the SHA-256 of its prompts.
        left_out: The rows left out, those by a base limit excepted.
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
    recipe_sha256: str = ""
    versions: dict[str, str] = {}
    suites: dict[str, str] = {}
    left_out: list[LeftOut] = []


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a mixture.

    Raises:
        ConfigError: The folder is no mixture, or its manifest is damaged.
    """
    path = folder / MANIFEST_NAME
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (FileNotFoundError, NotADirectoryError):
        raise ConfigError(
            "This is not a mixture: it has no manifest.json.",
            path=folder,
            hint="`curator mix RECIPE --out DIR` makes one.",
        ) from None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The manifest cannot be read: {error}.", path=path, hint="Build the mixture again."
        ) from None
    if not _is_whole(manifest):
        raise ConfigError(
            "The manifest cannot be read: it is not as `curator mix` wrote it.",
            path=path,
            hint="Build the mixture again.",
        )
    return manifest


def _is_whole(manifest: Manifest) -> bool:
    """Return whether a manifest holds what is read from it: counts, rows, and a recipe's dedup."""
    dedup = manifest.recipe.get("dedup", {})
    return (
        set(_COUNTED) <= set(manifest.counts)
        and set(SPLITS) <= set(manifest.rows)
        and all(len(manifest.rows[one]) == manifest.counts[one] for one in SPLITS)
        and isinstance(dedup, dict)
        and isinstance(dedup.get("threshold", 0), int | float)
    )


def make_manifest(plan: Plan, contents: dict[str, bytes]) -> Manifest:
    """Return the manifest of a plan.

    Args:
        plan: The plan.
        contents: The bytes of each file of the mixture, by name.
    """
    rows = {"train": plan.train, "valid": plan.valid, "test": plan.test}
    recipe = portable(plan.recipe)
    reasons = sorted({removed.reason for removed in plan.removed})
    versions = {"curator": __version__, "rules": rules_version()}
    if plan.tokens is not None:
        versions["tokenizer"] = plan.tokens.tokenizer
    return Manifest(
        curator=__version__,
        name=plan.recipe.name,
        recipe=recipe,
        system_prompt=plan.system_prompt,
        sources=[
            {
                "path": source.path,
                "role": source.role,
                "sha256": source.sha256,
                "rows": source.rows,
                "repeat": source.repeat,
                **({"origin": source.origin} if source.origin else {}),
                **({"licence": source.licence} if source.licence else {}),
            }
            for source in plan.sources
        ],
        counts=_counts(plan),
        removed={reason: sum(one.reason == reason for one in plan.removed) for reason in reasons},
        files={name: hashlib.sha256(data).hexdigest() for name, data in contents.items()},
        rows={split: [_origin(row) for row in rows[split]] for split in SPLITS},
        recipe_sha256=recipe_hash(recipe),
        versions=versions,
        suites=dict(plan.suites),
        left_out=[
            _left_out(one)
            for one in plan.removed
            if one.reason != "limit" or one.row.role == "curated"
        ],
    )


def manifest_text(manifest: Manifest) -> str:
    """Return a manifest as JSON, a row a line, so that a diff of two can be read."""
    values = msgspec.to_builtins(manifest)
    rows, left_out = values.pop("rows"), values.pop("left_out")
    head = json.dumps(values, ensure_ascii=False, indent=1).removesuffix("\n}")
    splits = ",\n".join(f'  "{split}": [{_lines(rows[split], 3)}]' for split in rows)
    return f'{head},\n "rows": {{\n{splits}\n }},\n "left_out": [{_lines(left_out, 2)}]\n}}\n'


def _lines(values: Iterable[dict[str, Any]], indent: int) -> str:
    margin = " " * indent
    lines = [f"\n{margin}{json.dumps(value, ensure_ascii=False)}" for value in values]
    return ",".join(lines) + (f"\n{margin[1:]}" if lines else "")


def recipe_hash(recipe: dict[str, Any]) -> str:
    """Return the SHA-256 of a recipe's values, in hexadecimal."""
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()


def portable(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as plain values, its absolute paths cut to their names."""
    values: dict[str, Any] = msgspec.to_builtins(recipe)
    # Lists, as JSON gives them back.
    values["source"] = [
        {**source, "path": _portable_path(source["path"])} for source in values["source"]
    ]
    suites = values["contamination"]["suites"]
    if suites is not None:
        values["contamination"]["suites"] = [_portable_path(suite) for suite in suites]
    if "\n" not in recipe.system_prompt:
        values["system_prompt"] = _portable_path(recipe.system_prompt)
    return values


def _portable_path(text: str) -> str:
    path = PurePath(text)
    return path.name if path.is_absolute() or text.startswith("~") else text


def _counts(plan: Plan) -> dict[str, float]:
    counts: dict[str, float] = {
        "train": len(plan.train),
        "valid": len(plan.valid),
        "test": len(plan.test),
        "curated_rows": plan.curated_rows,
        "curated_examples": plan.curated_training,
        "curated_distinct": plan.curated_distinct,
        "base_examples": plan.base_training,
        "curated_share": round(plan.curated_share, 6),
        "curated_text_share": round(plan.curated_text_share, 6),
        "redacted": sum(one.count for one in plan.redactions),
    }
    if plan.tokens is not None:
        counts["curated_token_share"] = round(plan.tokens.curated_share, 6)
        counts["learned_tokens"] = plan.tokens.learned
    return counts


def _origin(row: PlannedRow) -> ManifestRow:
    example = row.example
    return ManifestRow(
        row.path, row.line, example.id, row.role, row.copy, example.content_hash, row.cluster
    )


def _left_out(one: Removed) -> LeftOut:
    row = one.row
    kept = one.kept.where if one.kept else ""
    return LeftOut(row.path, row.line, row.example.id, row.role, one.reason, one.evidence, kept)
