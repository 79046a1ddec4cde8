"""The bundle: the files that go out, and whether they may."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from curator.errors import ConfigError, StoreError
from curator.publish.card import card
from curator.publish.facts import Facts, read_facts
from curator.publish.gates import Gate, check_facts, check_paths, local_strings
from curator.publish.meta import adapter_config, run_meta
from curator.store import write_atomic
from curator.train import Run

WEIGHTS = "adapters.safetensors"
META = "run_meta.json"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Bundle:
    """What would be uploaded.

    Attributes:
        facts: What it was made from.
        files: The content of each file by name, or the path of a file that is taken as it is.
        gates: The conditions, in the order they are shown.
        allowed: Codes of gates that somebody goes on against; the card names them.
    """

    facts: Facts
    files: Mapping[str, bytes | Path]
    gates: tuple[Gate, ...]
    allowed: tuple[str, ...] = ()

    @property
    def standing(self) -> tuple[Gate, ...]:
        """The gates that do not hold and that nobody went on against."""
        return tuple(
            gate for gate in self.gates if not gate.passed and gate.code not in self.allowed
        )

    def size(self, name: str) -> int:
        """Return the size of a file in bytes."""
        content = self.files[name]
        return content.stat().st_size if isinstance(content, Path) else len(content)


def bundle_files(run: Run, *, allow: Sequence[str] = ()) -> Bundle:
    """Make a bundle in memory; nothing is written.

    Args:
        run: A run with an adapter.
        allow: Codes of gates to go on against.

    Raises:
        ConfigError: The run has no adapter.
        ModelError: The adapter's files are damaged.
        InputError: An evaluation of the run cannot be read.
    """
    facts = read_facts(run)
    gates = check_facts(facts)
    files = _files(facts, gates, allow)
    texts = {
        name: _header(content) if isinstance(content, Path) else content.decode("utf-8")
        for name, content in files.items()
    }
    paths = check_paths(texts, local_strings(facts))
    if not paths.passed and paths.code in allow:
        # The gate's own message quotes the path, so that one goes to the screen only.
        told = replace(paths, message="A file names a path of the machine it was made on.")
        files = _files(facts, (*gates, told), allow)
    return Bundle(facts, MappingProxyType(files), (*gates, paths), tuple(allow))


def write_bundle(bundle: Bundle, folder: Path) -> tuple[Path, ...]:
    """Write a bundle into a folder and return its files.

    Args:
        bundle: What to write.
        folder: Made if it is not there; an earlier bundle in it is replaced.

    Raises:
        ConfigError: A gate stands in the way, or the folder holds something else. Nothing is
            written then.
        StoreError: A file could not be written.
    """
    if bundle.standing:
        gate = bundle.standing[0]
        raise ConfigError(f"{gate.message} Nothing was written.", hint=gate.remedy)
    if folder.exists() and not folder.is_dir():
        raise ConfigError("This is a file, where the bundle's folder should be.", path=folder)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / META).is_file():
        raise ConfigError(
            "This folder holds something that is not a bundle, so nothing was written.",
            path=folder,
            hint="Choose a new folder.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # The metadata goes last: a folder that has it is whole.
        (folder / META).unlink(missing_ok=True)
        for name in sorted(bundle.files, key=lambda name: name == META):
            write_atomic(folder / name, _chunks(bundle.files[name]))
    except OSError as error:
        raise StoreError(
            f"The bundle could not be written: {error.strerror or error}.", path=folder
        ) from None
    return tuple(folder / name for name in bundle.files)


def _files(facts: Facts, gates: Sequence[Gate], allow: Sequence[str]) -> dict[str, bytes | Path]:
    return {
        "README.md": card(facts, gates, allow).encode("utf-8", "replace"),
        "adapter_config.json": adapter_config(facts),
        WEIGHTS: facts.folder / WEIGHTS,
        META: run_meta(facts, gates, allow),
    }


def _chunks(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _header(path: Path) -> str:
    """Return the text part of a safetensors file, where metadata may stand."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        return json.dumps(json.loads(file.read(length)))
