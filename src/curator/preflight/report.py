"""What preflight looks at, and what it concludes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from curator.example import Profile
from curator.example.chat import Message
from curator.mix import Check, HeldOut, Manifest, ManifestRow, Verdict
from curator.mix.tokens import RowTokens
from curator.train import Mixture, TrainingSpec
from curator.train.tokens import CountedRow, TemplateFacts

#: Every check of preflight, in the order they are told.
CODES = (
    "manifest",
    "chat-template",
    "system-prompt",
    "prompt-ids",
    "end-token",
    "adapter",
    "too-long",
    "nothing-to-learn",
    "curated-missing",
    "twins-across",
    "contamination",
    "exposures",
    "batch-size",
    "valid-batch",
    "unseen-rows",
    "padding",
    "copies-together",
    "memory",
)


@dataclass(frozen=True)
class Subject:
    """A mixture, a spec, and what both are in tokens.

    Attributes:
        mixture: The rows.
        manifest: Where they came from; None where nothing (true) is written.
        spec: How they are to be trained, its epochs counted out as iterations.
        facts: How the tokenizer and its template behave.
        train: The training rows in tokens; empty where they cannot be counted.
        valid: The validation rows in tokens; empty where they cannot be counted.
        held_out: Prompts that no row may resemble.
        profile: The shape of an answer, whose headings are looked for in rows that are cut.
    """

    mixture: Mixture
    manifest: Manifest | None
    spec: TrainingSpec
    facts: TemplateFacts
    train: Sequence[CountedRow]
    valid: Sequence[CountedRow]
    held_out: Sequence[HeldOut]
    profile: Profile

    def origin(self, number: int, split: str = "train") -> ManifestRow | None:
        """Return where a row came from; rows are counted from 0."""
        return self.manifest.rows[split][number] if self.manifest else None

    def is_curated(self, number: int, split: str = "train") -> bool:
        """Return whether a row is a curated one."""
        origin = self.origin(number, split)
        return origin is not None and origin.role == "curated"

    def where(self, number: int, split: str = "train") -> str:
        """Return ``train.jsonl:12 (mine.jsonl:3)``."""
        origin = self.origin(number, split)
        return f"{split}.jsonl:{number + 1}" + (f" ({origin.where})" if origin else "")

    def learned(self, row: CountedRow) -> int:
        """Return how many tokens of a row count in the loss."""
        return RowTokens(row.total, row.prompt).learned(
            max_seq_length=self.spec.max_seq_length, mask_prompt=self.spec.mask_prompt
        )

    @cached_property
    def lengths(self) -> list[int]:
        """Tokens of the rows that training keeps, cut to the sequence limit."""
        limit = self.spec.max_seq_length
        return [min(row.total, limit) for row in self.train if self.learned(row)]


@dataclass(frozen=True, slots=True)
class Preflight:
    """What there is to say about a mixture and a training, before it starts.

    Attributes:
        folder: The mixture.
        model: The model, as it was named.
        checks: Every check that applies, in the order of `CODES`.
        train_rows: Training rows.
        learned_tokens: Tokens that count in the loss in one pass.
        total_tokens: Tokens of one pass, prompts included, after cutting.
        memory_bytes: An estimate of the most memory that training takes; 0 where there is none.
    """

    folder: Path
    model: str
    checks: tuple[Check, ...]
    train_rows: int
    learned_tokens: int
    total_tokens: int
    memory_bytes: int

    def standing(self, allow: Sequence[str] = ()) -> tuple[Check, ...]:
        """Return the checks that stand in the way, those that a person allows left out."""
        return tuple(
            check
            for check in self.checks
            if check.verdict is Verdict.ERROR and check.code not in allow
        )


def user_of(row: Sequence[Message]) -> str:
    """Return what the user says last in a conversation."""
    return next((one["content"] for one in reversed(row) if one["role"] == "user"), "")


def be(count: int, one: str = "is", more: str = "are") -> str:
    """Return the form of a verb that goes with a count."""
    return one if count == 1 else more
