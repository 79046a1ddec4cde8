"""The rows to train on, read from the folder that a mix wrote.

A mixture was built by a tool and not typed by a person, so a line that is no conversation means
that the file was damaged, and training refuses it instead of leaving it out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import msgspec

from curator.errors import InputError
from curator.example.chat import Message

TRAIN = "train.jsonl"
VALID = "valid.jsonl"
TEST = "test.jsonl"


class _Turn(msgspec.Struct, frozen=True):
    role: str
    content: str


class _Row(msgspec.Struct, frozen=True):
    messages: list[_Turn]


@dataclass(frozen=True, slots=True)
class Mixture:
    """Conversations to train on, each ending with the assistant's answer.

    Attributes:
        folder: Where they were read.
        train: What is learned.
        valid: What the validation loss is measured on; may be empty.
        test: What only an evaluation may look at; may be empty.
    """

    folder: Path
    train: list[list[Message]]
    valid: list[list[Message]]
    test: list[list[Message]]

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each split has."""
        return {"train": len(self.train), "valid": len(self.valid), "test": len(self.test)}

    @property
    def system_prompt(self) -> str:
        """The system prompt that most rows carry of those that carry one; empty where none does."""
        given = Counter(row[0]["content"] for row in self.train if row[0]["role"] == "system")
        return given.most_common(1)[0][0] if given else ""

    @property
    def files(self) -> list[Path]:
        """The files that it was read from."""
        return [path for name in (TRAIN, VALID, TEST) if (path := self.folder / name).is_file()]


def read_mixture(folder: Path) -> Mixture:
    """Read the mixture in `folder`.

    Args:
        folder: A folder with ``train.jsonl`` and ``valid.jsonl``, perhaps with ``test.jsonl``; each
            line is ``{"messages": [{"role": …, "content": …}, …]}``.

    Raises:
        InputError: The folder or a file is missing, a line is no conversation, or there is nothing
            to train on.
    """
    if not folder.exists():
        raise InputError(
            "There is no such folder, where a mixture was expected.",
            path=folder,
            hint="Build one with `curator mix`.",
        )
    if not folder.is_dir():
        raise InputError(
            "This is a file, where the folder of a mixture was expected.",
            path=folder,
            hint="Give the folder that `curator mix` wrote.",
        )
    for name in (TRAIN, VALID):
        if not (folder / name).is_file():
            raise InputError(
                f"This is no mixture: there is no {name} in it.",
                path=folder,
                hint="Build one with `curator mix`.",
            )
    mixture = Mixture(
        folder=folder,
        train=_read_rows(folder / TRAIN),
        valid=_read_rows(folder / VALID),
        test=_read_rows(folder / TEST) if (folder / TEST).is_file() else [],
    )
    if not mixture.train:
        raise InputError(
            "There are no rows to train on.",
            path=folder / TRAIN,
            hint="Build the mixture again with `curator mix`.",
        )
    return mixture


def _read_rows(path: Path) -> list[list[Message]]:
    decoder = msgspec.json.Decoder(_Row)
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise InputError(f"Cannot be read: {error.strerror}.", path=path) from None
    rows = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                rows.append(_messages(decoder.decode(line)))
            except ValueError as error:
                raise InputError(
                    f"This line is no conversation: {error}.",
                    path=path,
                    line=number,
                    hint="Build the mixture again with `curator mix`.",
                ) from None
    return rows


def _messages(row: _Row) -> list[Message]:
    if len(row.messages) < 2 or row.messages[-1].role != "assistant":
        raise ValueError("it does not end with an answer of the assistant")
    return [{"role": turn.role, "content": turn.content} for turn in row.messages]
