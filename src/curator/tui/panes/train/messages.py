"""What the pane's threads tell it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual.message import Message

from curator.errors import CuratorError
from curator.mix import Manifest
from curator.preflight import Preflight
from curator.train import AnyEvent, Run, Training, TrainingSpec
from curator.tui.panes.train.story import Story


class Started(Message):
    """A training was started or taken up here."""

    def __init__(self, training: Training) -> None:
        super().__init__()
        self.training = training


class Refused(Message):
    """A training could not be started, or does not do as it is told."""

    def __init__(self, error: CuratorError) -> None:
        super().__init__()
        self.error = error


class Looked(Message):
    """What preflight says of a mixture and a spec.

    Attributes:
        mixture: The mixture.
        spec: The spec.
        report: What it found; None where it could not be asked.
        error: Why not, where that is an error.
        launching: Whether a training is to start if nothing stands in its way.
    """

    def __init__(
        self,
        mixture: Path,
        spec: TrainingSpec,
        *,
        report: Preflight | None = None,
        error: CuratorError | None = None,
        launching: bool = False,
    ) -> None:
        super().__init__()
        self.mixture = mixture
        self.spec = spec
        self.report = report
        self.error = error
        self.launching = launching


class Listed(Message):
    """The runs and the mixtures there are, the mixtures' newest first."""

    def __init__(self, runs: list[Run], mixtures: list[tuple[Path, Manifest]]) -> None:
        super().__init__()
        self.runs = runs
        self.mixtures = mixtures


class Told(Message):
    """More of a run's events, and the run as it stands if it changed."""

    def __init__(self, story: Story, events: Sequence[AnyEvent], run: Run | None) -> None:
        super().__init__()
        self.story = story
        self.events = events
        self.run = run


class Deleted(Message):
    """A run is gone."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id
