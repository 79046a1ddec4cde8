"""Preflight of a plan that nobody has built yet, by a process that counts and stays alive."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from curator.errors import ModelError
from curator.mix import PLAN_CHECKS, HeldOut, Plan, write_mixture
from curator.preflight import Preflight, count_tokens, preflight
from curator.settings import Project
from curator.train import TrainingSpec
from curator.train.tokens import Tokens, is_at_hand


class Flights:
    """Counts plans with the project's model, where it is on this machine.

    What was counted for one plan costs nothing in the next, so a number that is typed is answered
    quickly. Never on the thread that draws.

    Args:
        project: Whose model it is.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._tokens: Tokens | None = None
        self._over = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until no other thread counts."""
        with self._lock:
            try:
                yield
            finally:
                if self._over:
                    self._end()

    def counted(self, plan: Plan, spec: TrainingSpec) -> Plan:
        """Return the plan with its tokens counted, as a spec of the project's model cuts them.

        Raises:
            ModelError: The model is not on this machine, or its tokenizer cannot be loaded.
            TrainingError: The counting process died.
        """
        model = self._project.model
        if self._over or not is_at_hand(model):
            raise ModelError(f"{model} is not on this machine, so its tokens were not counted.")
        if self._tokens is None:
            self._tokens = Tokens(model, local=True)
        profile = self._project.profile
        marks = [profile.heading(one) for one in profile.section]
        return count_tokens(plan, self._tokens, spec, marks=marks)

    def look(self, plan: Plan, spec: TrainingSpec, held_out: Sequence[HeldOut]) -> Preflight:
        """Return what preflight says of the mixture that a counted plan would make, by a spec.

        It is written to a temporary folder, whatever stands in its way.

        Raises:
            CuratorError: As `write_mixture` and `preflight`.
        """
        with tempfile.TemporaryDirectory(prefix="curator-") as scratch:
            folder = Path(scratch) / "mixture"
            write_mixture(plan, folder, allow=PLAN_CHECKS)
            return preflight(
                folder,
                spec,
                held_out=held_out,
                profile=self._project.profile,
                tokens=self._tokens,
            )

    def close(self) -> None:
        """End the process that counts, at once."""
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
