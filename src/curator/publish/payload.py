"""Files that would go out, and whether they may: what a run's bundle and a dataset's share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from curator.errors import ConfigError, StoreError
from curator.publish.gates import Gate
from curator.store import write_atomic

Kind = Literal["model", "dataset"]
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Payload:
    """What would be uploaded.

    Attributes:
        files: The content of each file by name, or the path of a file that is taken as it is.
        gates: The conditions, in the order they are shown.
        allowed: Codes of gates that somebody goes on against; the card names them.
    """

    files: Mapping[str, bytes | Path]
    gates: tuple[Gate, ...]
    allowed: tuple[str, ...]

    #: What the Hub calls such a repository.
    kind = "model"
    #: The file that is written last: a folder that has it is whole.
    last = "README.md"

    @property
    def name(self) -> str:
        """What it is called."""
        raise AttributeError

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


def check_standing(payload: Payload, undone: str) -> None:
    """Refuse a payload that may not go out.

    Args:
        payload: What would go out.
        undone: What has not happened then: ``Nothing was written.``

    Raises:
        ConfigError: A gate stands in the way.
    """
    if payload.standing:
        gate = payload.standing[0]
        raise ConfigError(f"{gate.message} {undone}", hint=gate.remedy)


def write_payload(payload: Payload, folder: Path) -> tuple[Path, ...]:
    """Write files into a folder and return them.

    Args:
        payload: What to write.
        folder: Made if it is not there; an earlier payload in it is replaced.

    Raises:
        ConfigError: A gate stands in the way, or the folder holds something else. Nothing is
            written then.
        StoreError: A file could not be written; the folder then is not whole, and says so by
            lacking its last file.
    """
    check_standing(payload, "Nothing was written.")
    if folder.exists() and not folder.is_dir():
        raise ConfigError("This is a file, where the bundle's folder should be.", path=folder)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / payload.last).is_file():
        raise ConfigError(
            "This folder holds something that is not a bundle, so nothing was written.",
            path=folder,
            hint="Choose a new folder.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / payload.last).unlink(missing_ok=True)
        for name in sorted(payload.files, key=lambda name: name == payload.last):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            write_atomic(folder / name, chunks(payload.files[name]))
    except StoreError as error:
        raise StoreError(
            f"{error.message} The bundle is not whole.",
            path=error.path,
            hint="Make room and write it again.",
        ) from None
    except OSError as error:
        raise StoreError(
            f"The bundle could not be written: {error.strerror or error}.", path=folder
        ) from None
    return tuple(folder / name for name in payload.files)


def chunks(content: bytes | Path) -> Iterator[bytes]:
    """Yield a file's content piece by piece."""
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
