"""A plan counted in the tokens of a model, where that model is at hand."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from curator.example.chat import Message
from curator.mix import Plan, RowTokens, count_plan
from curator.train import TrainingSpec
from curator.train.tokens import Tokens


def count_tokens(
    plan: Plan,
    tokens: Tokens,
    spec: TrainingSpec | None = None,
    *,
    marks: Sequence[str] = (),
    cancel: threading.Event | None = None,
) -> Plan:
    """Return a plan with the tokens of its training rows counted.

    Args:
        plan: The plan.
        tokens: Counts; what it has counted before costs nothing.
        spec: Where rows are cut, and whether prompts are masked; the defaults where None.
        marks: Texts that will be looked for in the same rows later on, so that these need no second
            count.
        cancel: Set it to stop early.

    Raises:
        ModelError: The tokenizer is not on this machine, or its template refuses a row.
        TrainingError: The counting process died.
        CancelledError: `cancel` was set.
    """
    spec = spec or TrainingSpec()

    def counter(rows: Sequence[Sequence[Message]]) -> list[RowTokens]:
        counted = tokens.count(rows, marks=marks, cancel=cancel)
        return [RowTokens(one.total, one.prompt) for one in counted]

    return count_plan(
        plan,
        counter,
        tokenizer=tokens.facts.tokenizer,
        max_seq_length=spec.max_seq_length,
        mask_prompt=spec.mask_prompt,
    )
