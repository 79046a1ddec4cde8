"""What a run's events add up to: its curves, its pace, what it said, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable

from curator.train import (
    AnyEvent,
    Continued,
    Failed,
    Finished,
    Notice,
    Paused,
    Phase,
    Progress,
    Resumed,
    Sample,
    Started,
    Stopped,
    Validation,
)
from curator.tui.widgets.chart import Curves, Point

# From so many reports on, the training loss is smoothed over an eighth of them.
_SMOOTHED = 16


class Story:
    """The state of one run as its events tell it.

    Args:
        steps_per_eval: Iterations between two validations, which take their time too; 0 where that
            is not known.
    """

    def __init__(self, steps_per_eval: int = 0) -> None:
        self.train: list[Point] = []
        self.valid: list[Point] = []
        self.started: Started | None = None
        self.progress: Progress | None = None
        self.validation: Validation | None = None
        self.sample: Sample | None = None
        self.notices: list[Notice] = []
        self.phase = ""
        self.paused = False
        self.continued: int | None = None
        self.end: Finished | Stopped | Failed | None = None
        self._steps_per_eval = steps_per_eval

    def take(self, events: Iterable[AnyEvent]) -> None:
        """Add events, in order."""
        for event in events:
            match event:
                case Phase(name=name):
                    # Whatever ended before was taken up again.
                    self.phase, self.end = name, None
                case Started():
                    self.started = event
                case Continued(iteration=iteration):
                    self._go_back(iteration)
                case Progress(iteration=iteration, train_loss=loss):
                    self.progress = event
                    self.train.append((iteration, loss))
                case Validation(iteration=iteration, val_loss=loss):
                    self.validation = event
                    self.valid.append((iteration, loss))
                case Sample():
                    self.sample = event
                case Notice():
                    self.notices.append(event)
                case Paused():
                    self.paused = True
                case Resumed():
                    self.paused = False
                case Finished() | Stopped() | Failed():
                    self.end = event
                    self.paused = False
                case _:
                    pass

    def _go_back(self, iteration: int) -> None:
        """Forget what was told of iterations that are trained anew."""
        self.continued = iteration
        self.train = [point for point in self.train if point[0] <= iteration]
        self.valid = [point for point in self.valid if point[0] <= iteration]
        self.progress = None

    @property
    def best(self) -> Point | None:
        """The validation with the lowest loss."""
        return min(self.valid, key=lambda point: point[1], default=None)

    @property
    def iteration(self) -> int:
        """Iterations done, as far as was reported."""
        return self.progress.iteration if self.progress else self.continued or 0

    @property
    def iters(self) -> int:
        """Iterations in all; 0 before the start."""
        return self.started.iters if self.started else 0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at the present pace, its validations included."""
        progress = self.progress
        if self.end or self.paused or progress is None or progress.iterations_per_second <= 0:
            return None
        left = progress.iters - progress.iteration
        seconds = left / progress.iterations_per_second
        if self.validation is not None and self._steps_per_eval:
            seconds += -(-left // self._steps_per_eval) * self.validation.seconds
        return seconds

    def curves(self) -> Curves:
        """Return what the chart shows."""
        return Curves(
            tuple(self.train), tuple(self.valid), self.best, self.iters, smoothed(self.train)
        )


def smoothed(points: list[Point]) -> tuple[Point, ...]:
    """Return the mean of each point and those before it, an eighth of all; empty for a few."""
    count = len(points)
    if count < _SMOOTHED:
        return ()
    width = max(3, count // 8)
    found, total = [], 0.0
    for place, (iteration, loss) in enumerate(points):
        total += loss
        if place >= width:
            total -= points[place - width][1]
        found.append((iteration, total / min(place + 1, width)))
    return tuple(found)
