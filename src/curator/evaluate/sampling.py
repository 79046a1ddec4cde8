"""How answers are drawn, and what an answer is: the values of generation."""

from __future__ import annotations

import math
from dataclasses import dataclass

from curator.errors import ConfigError

# mlx and numpy both take seeds of 32 bits without complaint.
_LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Sampling:
    """How answers are drawn.

    Attributes:
        max_tokens: Tokens of an answer, at most; at least 1.
        samples: Answers to each prompt; at least 1, and 1 where they are greedy.
        temperature: What the logits are divided by before a token is drawn; 0 takes the likeliest
            token each time (greedy).
        seed: Decides every draw. An answer depends on it, on the prompt and on which sample it is,
            and on nothing else that is asked.

    Raises:
        ConfigError: A value is impossible.
    """

    max_tokens: int = 512
    samples: int = 1
    temperature: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("max_tokens", "samples"):
            if getattr(self, name) < 1:
                raise ConfigError(f"`{name}` must be at least 1, not {getattr(self, name)}.")
        if not (math.isfinite(self.temperature) and self.temperature >= 0):
            raise ConfigError(f"`temperature` must be at least 0, not {self.temperature}.")
        if not 0 <= self.seed <= _LARGEST_SEED:
            raise ConfigError(f"`seed` must be from 0 to {_LARGEST_SEED}, not {self.seed}.")
        if self.samples > 1 and self.greedy:
            raise ConfigError(
                f"{self.samples} greedy answers to a prompt would be the same answer.",
                hint="Give a temperature above 0, such as 0.8.",
            )

    @property
    def greedy(self) -> bool:
        """Whether the likeliest token is taken each time."""
        return self.temperature == 0


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer.

    Attributes:
        index: Which of the prompts it answers, counted from 0.
        text: The answer; untrusted.
        tokens: How many tokens it has, without the end token.
        truncated: Whether it was cut at the token limit.
        seconds: What it took, shared with those answered beside it.
        sample: Which answer to that prompt it is, counted from 0.
        failure: Why there is no answer, in a sentence; empty where there is one.
    """

    index: int
    text: str
    tokens: int
    truncated: bool
    seconds: float
    sample: int = 0
    failure: str = ""
