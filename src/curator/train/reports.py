"""The losses, told to services besides: Weights & Biases, SwanLab and trackio.

mlx-lm has callbacks for the first two and they are used; trackio has none there and gets one. None
of these packages is needed unless a spec names its service, and a service that fails is told once
and then left alone: a training does not end because a dashboard does.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from curator.errors import ConfigError
from curator.terminal import one_line
from curator.train.events import AnyEvent, Notice, Progress, Validation
from curator.train.reporter import Teller
from curator.train.spec import TrainingSpec

Info = dict[str, Any]


class Callback(Protocol):
    """What mlx-lm calls a training callback."""

    def on_train_loss_report(self, train_info: Info) -> None:
        """Take in a training loss."""

    def on_val_loss_report(self, val_info: Info) -> None:
        """Take in a validation loss."""


class TrackioCallback:
    """Tells trackio.

    Args:
        project: What the run is filed under.
        name: The run's name there.
        config: What it was trained with.
    """

    def __init__(self, project: str, name: str, config: Mapping[str, Any]) -> None:
        self._trackio: Any = importlib.import_module("trackio")
        self._trackio.init(project=project, name=name, config=dict(config))

    def on_train_loss_report(self, train_info: Info) -> None:
        """Take in a training loss."""
        self._trackio.log(train_info, step=train_info["iteration"])

    def on_val_loss_report(self, val_info: Info) -> None:
        """Take in a validation loss."""
        self._trackio.log(val_info, step=val_info["iteration"])

    def finish(self) -> None:
        """Send what is still to be sent."""
        self._trackio.finish()


class Reports:
    """Passes a run's events on, and its losses to callbacks besides.

    Args:
        reporter: Told everything first.
        callbacks: Told losses, under mlx-lm's names.
    """

    def __init__(self, reporter: Teller, callbacks: Sequence[Callback]) -> None:
        self._reporter = reporter
        self._callbacks = list(callbacks)

    def tell(self, event: AnyEvent) -> None:
        """Take in `event`."""
        self._reporter.tell(event)
        for callback in list(self._callbacks):
            try:
                _pass_on(event, callback)
            # Whatever a service's library raises is no reason to lose a training.
            except Exception as error:
                self._callbacks.remove(callback)
                said = one_line(str(error) or type(error).__name__, 160)
                self._reporter.tell(
                    Notice(message=f"A service is told no more, because it failed: {said}")
                )


def check_services(names: Sequence[str]) -> None:
    """Refuse services whose package is not installed.

    Raises:
        ConfigError: One is not.
    """
    for name in names:
        if importlib.util.find_spec(name) is None:
            raise ConfigError(
                f"`report_to` names {name}, which is not installed.", hint=f"pip install {name}"
            )


def with_reports(
    reporter: Teller,
    spec: TrainingSpec,
    folder: Path,
    make: Callable[..., Callback | None],
) -> Teller:
    """Return who is to be told: `reporter`, and the services that `spec` names.

    Args:
        reporter: Told everything.
        spec: Names the services.
        folder: The run folder, where they may keep files.
        make: mlx-lm's ``get_reporting_callbacks``.
    """
    config = msgspec.to_builtins(spec)
    callbacks: list[Callback] = []
    for name in spec.report_to:
        try:
            made = (
                TrackioCallback(spec.project, folder.name, config)
                if name == "trackio"
                else make(name, project_name=spec.project, log_dir=str(folder), config=config)
            )
        except Exception as error:
            said = one_line(str(error) or type(error).__name__, 160)
            reporter.tell(Notice(message=f"{name} is not told, because it failed: {said}"))
            continue
        if made is not None:
            callbacks.append(made)
    return Reports(reporter, callbacks) if callbacks else reporter


def _pass_on(event: AnyEvent, callback: Callback) -> None:
    match event:
        case Progress():
            callback.on_train_loss_report(
                {
                    "iteration": event.iteration,
                    "train_loss": event.train_loss,
                    "learning_rate": event.learning_rate,
                    "iterations_per_second": event.iterations_per_second,
                    "tokens_per_second": event.tokens_per_second,
                    "trained_tokens": event.trained_tokens,
                    "peak_memory": event.peak_memory_gb,
                }
            )
        case Validation():
            callback.on_val_loss_report(
                {
                    "iteration": event.iteration,
                    "val_loss": event.val_loss,
                    "val_time": event.seconds,
                }
            )
        case _ if event.final and isinstance(callback, TrackioCallback):
            callback.finish()
