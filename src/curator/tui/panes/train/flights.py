"""Preflight of the spec and the mixture on the screen, by a process that counts and stays alive."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from curator.errors import CancelledError
from curator.preflight import Preflight, held_out_prompts, preflight
from curator.settings import Project
from curator.train import TrainingSpec
from curator.train.tokens import Tokens, is_at_hand


class Flights:
    """Runs preflight, one at a time, and never on the thread that draws.

    What was counted once costs nothing the next time, so that a number that is typed is answered
    quickly. A model that is not on this machine is not fetched because somebody typed its name.

    Args:
        project: Whose profile the answers have.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._tokens: Tokens | None = None
        self._model = ""
        self._over = False

    def look(
        self,
        mixture: Path,
        spec: TrainingSpec,
        *,
        fetch: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Preflight | None:
        """Return what preflight says; None where it cannot be asked without the network.

        Args:
            mixture: A mixture's folder.
            spec: How it is to be trained.
            fetch: Whether a tokenizer may be fetched from the Hub.
            cancelled: Asked once this one's turn has come.

        Raises:
            CuratorError: As `curator.preflight.preflight`.
        """
        at_hand = is_at_hand(spec.model)
        if not (at_hand or fetch):
            return None
        with self._lock:
            try:
                if self._over or cancelled():
                    raise CancelledError("Another preflight is asked for.")
                return preflight(
                    mixture,
                    spec,
                    held_out=held_out_prompts(),
                    profile=self._project.profile,
                    tokens=self._counting(spec.model, local=at_hand),
                )
            finally:
                if self._over:
                    self._end()

    def close(self) -> None:
        """End the process that counts, at once."""
        self._over = True
        if self._lock.acquire(blocking=False):
            self._end()
            self._lock.release()
        elif self._tokens is not None:
            # Whoever counts hears of it, and ends it.
            self._tokens.interrupt()

    def _counting(self, model: str, *, local: bool) -> Tokens:
        if self._tokens is None or self._model != model:
            self._end()
            self._tokens, self._model = Tokens(model, local=local), model
        return self._tokens

    def _end(self) -> None:
        if self._tokens is not None:
            self._tokens.close()
            self._tokens = None
