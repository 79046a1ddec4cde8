"""One example: the record as it was found, with every key kept in its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

#: The keys that Curator reads; any other is carried along untouched.
KNOWN_KEYS = ("id", "tags", "instruction", "input", "output", "lint_ignore")


@dataclass(frozen=True, eq=True)
class Example:
    """One record: ``instruction``, ``input``, ``output`` and any other keys.

    The three texts are read leniently: a missing or mistyped field reads as empty, because saying
    that it is wrong is the linter's work and a reader must not fail before the linter can speak.

    Args:
        fields: Every key and JSON value, in the order of the file. The mapping is copied.
    """

    fields: Mapping[str, Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))

    def __hash__(self) -> int:
        return hash(self.content_hash)

    @classmethod
    def new(cls, instruction: str = "", input: str = "", output: str = "", **more: Any) -> Example:  # noqa: A002 - the field's own name
        """Return an example in the usual order: ``id`` and other keys first, then the texts."""
        return cls({**more, "instruction": instruction, "input": input, "output": output})

    def _text(self, key: str) -> str:
        value = self.fields.get(key)
        return value if isinstance(value, str) else ""

    @property
    def instruction(self) -> str:
        """What the user asks."""
        return self._text("instruction")

    @property
    def input(self) -> str:
        """What the user gives along with the question; often empty."""
        return self._text("input")

    @property
    def output(self) -> str:
        """The answer to learn, as text."""
        return self._text("output")

    @property
    def id(self) -> str | None:
        """The author's own name for the example, where there is one."""
        value = self.fields.get("id")
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None

    @property
    def content_hash(self) -> str:
        """SHA-256 of the three texts, in hexadecimal; other keys do not count.

        Texts are compared as they are, to the last blank. Lone surrogates are allowed.
        """
        # The JSON of a list of the three; an encoder for the list costs more than the list.
        texts = ", ".join(map(json.dumps, (self.instruction, self.input, self.output)))
        return hashlib.sha256(f"[{texts}]".encode("ascii")).hexdigest()

    def replace(self, /, **changes: Any) -> Example:
        """Return a copy with some keys changed; a new key goes last, order is kept."""
        return Example({**self.fields, **changes})
