"""How many tokens an example has: counted with the model's own tokenizer where it is on disk.

``tokenizer.json`` is read directly: no model, no template and none of the libraries around them is
needed to count the three texts. What the chat template adds around them, a few dozen tokens, is
counted where rows are mixed and trained, and not while somebody types.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curator.example import Example
from curator.settings import Project

#: Characters a token, where nobody can count: what English and Python come to in common models.
_CHARACTERS = 4
#: Texts longer than this many characters are not counted on the way to the screen.
_LONG = 40_000


@dataclass(frozen=True, slots=True)
class Size:
    """How long an example is.

    Attributes:
        tokens: How many tokens its three texts are.
        characters: How many characters.
        counted: Whether the tokens were counted; if not, they are an estimate.
    """

    tokens: int
    characters: int
    counted: bool = False


def estimate(characters: int) -> Size:
    """Return the size of so many characters, with tokens guessed at four characters each."""
    return Size((characters + _CHARACTERS - 1) // _CHARACTERS, characters)


class TokenCounter:
    """Counts with the tokenizer of a project's model; reads it at the first count.

    Args:
        project: Whose model it is.
    """

    def __init__(self, project: Project) -> None:
        self._model = project.model
        self._tokenizer: Any = None
        self._tried = False

    @property
    def ready(self) -> bool:
        """Whether `load` was called, with or without success."""
        return self._tried

    def load(self) -> None:
        """Read the tokenizer, once: up to half a second, so not on the thread that draws."""
        if not self._tried:
            self._tokenizer = _load(self._model)
            self._tried = True

    def size(self, example: Example) -> Size:
        """Return how long an example is; an estimate until `load`, and for very long texts."""
        texts = [example.instruction, example.input, example.output]
        characters = sum(map(len, texts))
        if self._tokenizer is None or characters > _LONG:
            return estimate(characters)
        # A tokenizer takes no lone surrogates.
        sound = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        ids = [self._tokenizer.encode(text, add_special_tokens=False).ids for text in sound]
        return Size(sum(map(len, ids)), characters, counted=True)


def tokenizer_file(model: str) -> Path | None:
    """Return the ``tokenizer.json`` of a model folder or of a model fetched from the Hub.

    Args:
        model: A folder, or a Hub id.
    """
    folder = Path(model)
    if folder.is_dir():
        file = folder / "tokenizer.json"
        return file if file.is_file() else None
    # Only where the cache lies is asked of the library: its own look-up imports an HTTP client.
    from huggingface_hub.constants import HF_HUB_CACHE

    cached = Path(HF_HUB_CACHE) / f"models--{model.replace('/', '--')}"
    try:
        revision = (cached / "refs/main").read_text("utf-8").strip()
        file = cached / "snapshots" / revision / "tokenizer.json"
        return file if file.is_file() else None
    except (OSError, ValueError):
        return None


def _load(model: str) -> Any:
    file = tokenizer_file(model)
    if file is None:
        return None
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(file))
    except Exception:
        # The library raises nothing narrower for a damaged file; an estimate is shown then.
        return None
