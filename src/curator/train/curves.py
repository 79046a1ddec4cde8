"""A run's losses as curves, put together from its events.

Where a run was taken up again, what was told of later iterations before has been told anew, and
only the last word counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from curator.train.events import AnyEvent, Continued, Progress, Validation

Point = tuple[int, float]


@dataclass(frozen=True, slots=True)
class LossCurves:
    """Losses by iteration, in nats a trained token.

    Attributes:
        train: Mean since the report before.
        valid: Over the validation rows.
    """

    train: tuple[Point, ...]
    valid: tuple[Point, ...]

    @property
    def best(self) -> Point | None:
        """Where the validation loss was lowest; None without validation."""
        return min(self.valid, key=lambda point: (point[1], point[0]), default=None)


def loss_curves(events: Iterable[AnyEvent]) -> LossCurves:
    """Return the curves that `events` tell, in order of iterations."""
    train: dict[int, float] = {}
    valid: dict[int, float] = {}
    for event in events:
        match event:
            case Progress(iteration=iteration, train_loss=loss):
                train[iteration] = loss
            case Validation(iteration=iteration, val_loss=loss):
                valid[iteration] = loss
            case Continued(iteration=iteration):
                for curve in (train, valid):
                    for later in [one for one in curve if one > iteration]:
                        del curve[later]
            case _:
                pass
    return LossCurves(train=tuple(sorted(train.items())), valid=tuple(sorted(valid.items())))
