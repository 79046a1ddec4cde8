"""The learning rate of every step, as plain arithmetic.

The loop sets it before each step, so that a training taken up anywhere has the rate it would have
had, whatever the optimiser counts.
"""

from __future__ import annotations

import math

from curator.train.spec import TrainingSpec


def learning_rate(spec: TrainingSpec, step: int) -> float:
    """Return the learning rate of one optimiser step.

    Over ``warmup`` steps it rises in equal steps, the first above 0 and the last just below
    ``learning_rate``; from there to the last step it stays, or falls to ``final_learning_rate``
    along a line or half a cosine (Loshchilov and Hutter 2017, without restarts).

    Args:
        spec: With its iterations resolved, see `TrainingSpec.for_rows`.
        step: Counted from 0, below ``spec.iters``.
    """
    if step < spec.warmup:
        return spec.learning_rate * (step + 1) / (spec.warmup + 1)
    falling = spec.iters - 1 - spec.warmup
    done = (step - spec.warmup) / falling if falling > 0 else 0.0
    span = spec.learning_rate - spec.final_learning_rate
    match spec.schedule:
        case "constant":
            return spec.learning_rate
        case "linear":
            return spec.learning_rate - span * done
        case "cosine":
            return spec.final_learning_rate + span * (1 + math.cos(math.pi * done)) / 2
