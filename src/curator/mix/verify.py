"""Proof that a mixture still is what its sources and its recipe make it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curator.config import convert
from curator.errors import ConfigError, CuratorError
from curator.example import Example
from curator.example.chat import training_messages
from curator.mix.gate import redact_example
from curator.mix.manifest import SPLITS, Manifest, ManifestRow, read_manifest, recipe_hash
from curator.mix.reading import shown
from curator.mix.recipe import Recipe, source_files
from curator.store import read_rows

_PLACES = 10


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not what the manifest says.

    Attributes:
        where: A file, or ``file:line``.
        message: What differs, in a sentence.
    """

    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What comparing a mixture with its sources found.

    Attributes:
        folder: The mixture.
        root: The folder that its sources were looked for in.
        rows: Rows that were compared with their line of a source.
        sources: Files that were compared.
        differences: What differs; empty where the mixture is proven.
        more: Differences of single rows beyond those listed.
    """

    folder: Path
    root: Path
    rows: int
    sources: int
    differences: tuple[Difference, ...]
    more: int = 0

    @property
    def proven(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def verify_mixture(folder: Path, *, root: Path | None = None) -> Verification:
    """Compare a mixture with its manifest and its sources, row by row.

    The files have the hashes that the manifest names; every row of them is, to the character, what
    its line of the source makes of it now; every curated row of the sources is in the mixture or
    listed as left out; the recipe's patterns name no other file.

    Args:
        folder: The mixture.
        root: The folder that its recipe stood in; found among the mixture's parents by default.

    Raises:
        ConfigError: The folder is no mixture, or no folder with its sources is found.
    """
    manifest = read_manifest(folder)
    recipe = convert(manifest.recipe, Recipe, path=folder / "manifest.json")
    root = root or _find_root(folder, manifest)
    found: list[Difference] = []
    if manifest.recipe_sha256 and recipe_hash(manifest.recipe) != manifest.recipe_sha256:
        found.append(Difference("manifest.json", "The recipe was changed after it was written."))
    found += _files(folder, manifest)
    examples: dict[str, dict[int, Example]] = {}
    named = _named(recipe, root)
    known = {str(source["path"]) for source in manifest.sources}
    for name in sorted(set(named) - known):
        found.append(Difference(name, "This file belongs to the sources now, and was not mixed."))
    for source, path in _sources(manifest, named, root):
        name = str(source["path"])
        if path is None:
            found.append(Difference(name, "The source is not there any more."))
            continue
        if hashlib.sha256(path.read_bytes()).hexdigest() != source["sha256"]:
            found.append(Difference(name, "The source was changed since the mixture was built."))
        try:
            examples[name] = {
                row.line: redact_example(row.example, recipe)
                for row in read_rows(path)
                if row.example is not None
            }
        except CuratorError as error:
            found.append(Difference(name, error.message))
    rows = list(_rows(folder, manifest, recipe, examples))
    single = [one for _, one in rows if one is not None] + list(_unaccounted(manifest, examples))
    return Verification(
        folder=folder,
        root=root,
        rows=len(rows),
        sources=len(manifest.sources),
        differences=(*found, *single[:_PLACES]),
        more=max(0, len(single) - _PLACES),
    )


def _find_root(folder: Path, manifest: Manifest) -> Path:
    whole = folder.resolve()
    candidates = [*whole.parents, Path.cwd()]
    names = [str(source["path"]) for source in manifest.sources]
    best = max(candidates, key=lambda root: sum((root / name).is_file() for name in names))
    if not any((best / name).is_file() for name in names):
        raise ConfigError(
            "The sources of this mixture are not found in any folder above it.",
            path=folder,
            hint="Give --root DIR, the folder that its recipe stood in.",
        )
    return best


def _named(recipe: Recipe, root: Path) -> dict[str, Path]:
    """Return the files that the recipe's sources name now, by their names in a manifest."""
    named: dict[str, Path] = {}
    for spec in recipe.source:
        try:
            named.update({shown(path, root): path for path in source_files(spec, root)})
        except ConfigError:
            # A source that is gone is told by its file's name.
            continue
    return named


def _sources(
    manifest: Manifest, named: dict[str, Path], root: Path
) -> Iterator[tuple[dict[str, Any], Path | None]]:
    """Yield each source with its file now, or None."""
    for source in manifest.sources:
        name = str(source["path"])
        path = named.get(name, root / name)
        yield source, path if path.is_file() else None


def _files(folder: Path, manifest: Manifest) -> Iterator[Difference]:
    for name, wanted in manifest.files.items():
        try:
            data = (folder / name).read_bytes()
        except OSError:
            yield Difference(name, "The file is missing.")
            continue
        if hashlib.sha256(data).hexdigest() != wanted:
            yield Difference(name, "The file is not the one that was built.")


def _rows(
    folder: Path, manifest: Manifest, recipe: Recipe, examples: dict[str, dict[int, Example]]
) -> Iterator[tuple[ManifestRow, Difference | None]]:
    """Yield each row whose source is there, and what differs."""
    for split in SPLITS:
        origins = manifest.rows.get(split, [])
        lines = _lines(folder / f"{split}.jsonl")
        if lines is not None and len(lines) != len(origins):
            # Told by the file's hash; which line was whose is not known any more.
            lines = None
        for number, origin in enumerate(origins):
            lined = examples.get(origin.path)
            if lined is None:
                continue
            where = f"{split}.jsonl:{number + 1}"
            example = lined.get(origin.line)
            if example is None or example.content_hash != origin.hash:
                said = f"Its source, {origin.where}, holds another example now."
                yield origin, Difference(where, said)
            elif lines is not None and lines[number] != _wanted(example, origin, manifest, recipe):
                yield origin, Difference(where, f"It is not what {origin.where} makes of it.")
            else:
                yield origin, None


def _wanted(
    example: Example, origin: ManifestRow, manifest: Manifest, recipe: Recipe
) -> dict[str, Any]:
    which = recipe.system_prompt_on
    carries = which == "all" or (which == "curated" and origin.role == "curated")
    prompt = manifest.system_prompt if carries else None
    return {"messages": training_messages(example.fields, system_prompt=prompt)}


def _lines(path: Path) -> list[Any] | None:
    """Return the rows of a split as JSON values; None where the file is gone or broken."""
    try:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
    except (OSError, ValueError):
        return None


def _unaccounted(
    manifest: Manifest, examples: dict[str, dict[int, Example]]
) -> Iterator[Difference]:
    """Yield the curated rows of the sources that the manifest knows nothing of."""
    known = {(row.path, row.line) for rows in manifest.rows.values() for row in rows}
    known |= {(row.path, row.line) for row in manifest.left_out}
    curated = Counter(str(one["path"]) for one in manifest.sources if one["role"] == "curated")
    for path in curated:
        for line in examples.get(path, {}):
            if (path, line) not in known:
                yield Difference(f"{path}:{line}", "This curated row is not in the mixture.")
