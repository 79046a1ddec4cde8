"""What is compared when two examples are compared."""

from __future__ import annotations

import unicodedata

from curator.example import Example


def normalise(text: str) -> str:
    """Return `text` in the form that scores are computed on.

    Unicode compatibility form (NFKC), case folded, every run of white space one blank. Punctuation
    stays: in instructions about code, ``a[0]`` and ``a(0)`` differ.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def instruction_text(example: Example) -> str:
    """Return what the user says, instruction and input together, normalised."""
    return normalise(f"{example.instruction}\n{example.input}")
