"""Preflight of the spec and the mixture on the screen, by a process that counts and stays alive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from curator.errors import CancelledError
from curator.preflight import Preflight, held_out_prompts, preflight
from curator.settings import Project
from curator.train import TrainingSpec
from curator.train.tokens import is_at_hand
from curator.tui.panes.counting import Counting


class Flights:
    """Runs preflight, one at a time.

    A model that is not on this machine is not fetched because somebody typed its name.

    Args:
        project: Whose profile the answers have.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._counting = Counting()

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
        with self._counting.turn():
            if cancelled():
                raise CancelledError("Another preflight is asked for.")
            return preflight(
                mixture,
                spec,
                held_out=held_out_prompts(),
                profile=self._project.profile,
                tokens=self._counting.tokens(spec.model, local=at_hand),
            )

    def close(self) -> None:
        """End the process that counts, at once."""
        self._counting.close()
