"""Preflight of a plan that nobody has built yet, by a process that counts and stays alive."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from curator.errors import ModelError
from curator.mix import PLAN_CHECKS, HeldOut, Plan, write_mixture
from curator.preflight import Preflight, count_tokens, preflight
from curator.settings import Project
from curator.train import TrainingSpec
from curator.train.tokens import is_at_hand
from curator.tui.panes.counting import Counting


class Flights:
    """Counts plans with the project's model, where it is on this machine.

    Args:
        project: Whose model it is.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._counting = Counting()

    def turn(self) -> AbstractContextManager[None]:
        """Wait until no other thread counts; see `Counting.turn`."""
        return self._counting.turn()

    def counted(self, plan: Plan, spec: TrainingSpec) -> Plan:
        """Return the plan with its tokens counted, as a spec of the project's model cuts them.

        Raises:
            ModelError: The model is not on this machine, or its tokenizer cannot be loaded.
            TrainingError: The counting process died.
        """
        model = self._project.model
        if not is_at_hand(model):
            raise ModelError(f"{model} is not on this machine, so its tokens were not counted.")
        profile = self._project.profile
        marks = [profile.heading(one) for one in profile.section]
        return count_tokens(plan, self._counting.tokens(model, local=True), spec, marks=marks)

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
                tokens=self._counting.tokens(self._project.model, local=True),
            )

    def close(self) -> None:
        """End the process that counts, at once."""
        self._counting.close()
