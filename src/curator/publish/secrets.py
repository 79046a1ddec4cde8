"""Looking for secrets in what is published, and in what it was made of, by lint's own rules."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from curator.example import Example
from curator.lint import Linter, Severity, make_linter
from curator.lint.pointer import texts_within

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Secret:
    """Something that looks like a secret; what it says is not repeated here.

    Attributes:
        where: The file, with the line where there is one.
        code: The rule.
        message: What it looks like.
    """

    where: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found.

    Attributes:
        secrets: Keys, tokens, passwords, card numbers.
        private: How many addresses, numbers and strings of chance there are besides, by rule.
        rows: Rows that were looked at.
        files: Files that were looked at.
    """

    secrets: tuple[Secret, ...]
    private: Mapping[str, int]
    rows: int
    files: int

    @property
    def places(self) -> str:
        """The first places, and how many more there are."""
        shown = [f"{one.where} ({one.message.rstrip('.')})" for one in self.secrets[:_SHOWN]]
        more = len(self.secrets) - len(shown)
        return "; ".join([*shown, *([f"and {more:,} more"] if more else [])])


def search(rows: Iterable[Path], texts: Mapping[str, str]) -> Search:
    """Look for secrets.

    Args:
        rows: Files of conversations, or of examples, a row a line.
        texts: The text of each file that would go out.

    Raises:
        OSError: A file of rows cannot be read.
    """
    linter = make_linter(select=["PRV"])
    found: list[Secret] = []
    private: Counter[str] = Counter()
    count = 0

    def look(example: Example, where: str) -> None:
        for code, severity, message in _hits(linter, example):
            if severity is Severity.ERROR:
                found.append(Secret(where, code, message))
            else:
                private[code] += 1

    for path in rows:
        for number, text in row_texts(path):
            count += 1
            look(_example(text), f"{path.name}:{number}")
    for name, text in texts.items():
        look(_example(text), name)
    return Search(tuple(found), dict(private), count, len(texts))


def _hits(linter: Linter, example: Example) -> Iterator[tuple[str, Severity, str]]:
    for finding in linter.example(example):
        yield finding.code, finding.severity, finding.message


def _example(text: str) -> Example:
    return Example({"instruction": text, "input": "", "output": ""})


def row_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and all texts of each row of a file that is no blank.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                # No row to the trainer, but its text goes out with the file.
                value = line.decode("utf-8", "replace")
            yield number, "\n".join(text for _, text in texts_within(value, keys=True))
