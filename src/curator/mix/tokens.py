"""Rows counted in tokens: what each role weighs once prompts are masked and rows are cut.

The counting needs a model's tokenizer, which lives in a child process of the training room above;
here are the values, the conversations that are counted, and the sums.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curator.example.chat import Message, training_messages

if TYPE_CHECKING:
    from curator.mix.plan import Plan, PlannedRow


@dataclass(frozen=True, slots=True)
class RowTokens:
    """One conversation in tokens.

    Attributes:
        total: All of it.
        prompt: What stands before the answer, which masking leaves out of the loss.
    """

    total: int
    prompt: int

    def learned(self, *, max_seq_length: int, mask_prompt: bool) -> int:
        """Return how many tokens count in the loss."""
        start = max(1, self.prompt if mask_prompt else 1)
        return max(0, min(self.total, max_seq_length) - start)


#: Counts the tokens of conversations, in order.
TokenCounter = Callable[[Sequence[Sequence[Message]]], Sequence[RowTokens]]


@dataclass(frozen=True, slots=True)
class TokenFigures:
    """What the training rows of a plan are in tokens, copies included.

    Attributes:
        tokenizer: SHA-256 of the tokenizer, so that two counts can be told apart.
        max_seq_length: Where rows were cut.
        mask_prompt: Whether prompts were left out of the loss.
        curated: Tokens of curated rows that count in the loss.
        base: Those of base rows.
        cut: Rows longer than `max_seq_length`.
        empty: Rows with nothing to learn.
        total: Tokens of all rows, prompts included, after cutting.
    """

    tokenizer: str
    max_seq_length: int
    mask_prompt: bool
    curated: int
    base: int
    cut: int
    empty: int
    total: int

    @property
    def learned(self) -> int:
        """Tokens that count in the loss."""
        return self.curated + self.base

    @property
    def curated_share(self) -> float:
        """Curated tokens as a share of all that count in the loss, 0 to 1."""
        return self.curated / self.learned if self.learned else 0.0


def conversation(row: PlannedRow, plan: Plan) -> list[Message]:
    """Return a row as the trainer reads it, with the system prompt where it carries one."""
    which = plan.recipe.system_prompt_on
    carries = which == "all" or (which == "curated" and row.role == "curated")
    return training_messages(
        row.example.fields, system_prompt=plan.system_prompt if carries else None
    )


def count_plan(
    plan: Plan,
    counter: TokenCounter,
    *,
    tokenizer: str = "",
    max_seq_length: int = 2048,
    mask_prompt: bool = True,
) -> Plan:
    """Return a plan with the tokens of its training rows counted.

    Args:
        plan: The plan.
        counter: Asked once, with one conversation for each different training row.
        tokenizer: What it counts with.
        max_seq_length: Tokens kept of a row.
        mask_prompt: Whether prompts are left out of the loss.
    """
    rows = [row for row in plan.train if row.copy == 1]
    counts = counter([conversation(row, plan) for row in rows])
    learned = {"curated": 0, "base": 0}
    cut = empty = total = 0
    for row, count in zip(rows, counts, strict=True):
        copies = plan.repeats[row.source]
        tokens = count.learned(max_seq_length=max_seq_length, mask_prompt=mask_prompt)
        learned[row.role] += tokens * copies
        cut += copies * (count.total > max_seq_length)
        empty += copies * (tokens == 0)
        total += copies * min(count.total, max_seq_length)
    return plan.with_tokens(
        TokenFigures(
            tokenizer=tokenizer,
            max_seq_length=max_seq_length,
            mask_prompt=mask_prompt,
            curated=learned["curated"],
            base=learned["base"],
            cut=cut,
            empty=empty,
            total=total,
        )
    )
