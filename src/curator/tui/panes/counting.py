"""The process that counts tokens for a pane: one thread asks it at a time, and it stays alive."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from curator.errors import CancelledError
from curator.train.tokens import Tokens

_OVER = "Nothing is counted any more."


class Counting:
    """Keeps a process that counts, for the model that was asked for last.

    What was counted once costs nothing the next time, so that a number that is typed is answered
    quickly. Never on the thread that draws.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: Tokens | None = None
        self._model = ""
        self._over = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until no other thread counts.

        Raises:
            CancelledError: The pane was closed meanwhile.
        """
        with self._lock:
            try:
                if self._over:
                    raise CancelledError(_OVER)
                yield
            finally:
                if self._over:
                    self._end()

    def tokens(self, model: str, *, local: bool) -> Tokens:
        """Return what counts with a model's tokenizer; only in a `turn`.

        Args:
            model: A model folder, or a Hub id.
            local: Look on this machine only.

        Raises:
            ModelError: The model is a path with no model there.
            CancelledError: The pane was closed meanwhile.
        """
        if self._tokens is None or self._model != model:
            self._end()
            self._tokens, self._model = Tokens(model, local=local), model
        if self._over:
            # It was closed when there was nothing to interrupt yet.
            raise CancelledError(_OVER)
        return self._tokens

    def close(self) -> None:
        """End the process, at once."""
        self._over = True
        if self._lock.acquire(blocking=False):
            self._end()
            self._lock.release()
        elif self._tokens is not None:
            # Whoever counts hears of it, and ends it.
            self._tokens.interrupt()

    def _end(self) -> None:
        if self._tokens is not None:
            self._tokens.close()
            self._tokens = None
