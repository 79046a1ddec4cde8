"""One request to the child that generates, and what comes of it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

import msgspec

from curator.errors import ModelError, TrainingError
from curator.evaluate.generate_messages import (
    Answer,
    Ask,
    Beat,
    Cancel,
    Done,
    Piece,
    Refusal,
    read_reply,
)
from curator.evaluate.sampling import Completion
from curator.train.child import Child

# Seconds that a child gets to stop in the middle of an answer before it is ended.
_GRACE = 5.0


class Exchange:
    """One request and what comes of it.

    Args:
        ask: The request.
        patience: Seconds that the child may be silent.
        hear: Told each piece of text as it comes.

    Attributes:
        trouble: Why the child is of no more use, in a sentence; empty where it is.
    """

    def __init__(self, ask: Ask, patience: float, hear: Callable[[str], None] | None) -> None:
        self._ask = ask
        self._patience = patience
        self._hear = hear
        self._places: dict[int, None] = dict.fromkeys(range(len(ask.wanted)))
        self._begun: list[int] = []
        self.trouble = ""

    @property
    def left(self) -> list[tuple[int, int]]:
        """The answers that have not come."""
        return [self._ask.wanted[place] for place in self._places]

    @property
    def under_way(self) -> list[tuple[int, int]]:
        """Those of them that the child had begun."""
        return [self._ask.wanted[place] for place in self._begun if place in self._places]

    def answers(self, child: Child, cancel: threading.Event | None) -> Iterator[Completion]:
        """Yield the answers until all have come, there is trouble, or `cancel` is set."""
        try:
            child.send(msgspec.to_builtins(self._ask), cancel, patience=self._patience)
            for line in child.lines(cancel, patience=self._patience):
                reply = read_reply(line)
                match reply:
                    case Answer(job=self._ask.job):
                        self._places.pop(reply.place, None)
                        yield self._completion(reply)
                    case Beat(job=self._ask.job):
                        self._begun = reply.under_way
                    case Piece(job=self._ask.job) if self._hear is not None:
                        self._hear(reply.text)
                    case Refusal(kind="model"):
                        raise refused(reply)
                    case Refusal():
                        self.trouble = reply.message
                        return
                    case Done(job=self._ask.job):
                        return
            if cancel is not None and cancel.is_set():
                self._end(child)
            else:
                self.trouble = child.death().message
        except TimeoutError:
            self.trouble = (
                f"The model said nothing for {self._patience:g} seconds, so it was ended."
            )

    def _end(self, child: Child) -> None:
        """Tell the child that no more is wanted, and wait until it has heard."""
        self.trouble = "It was stopped."
        with contextlib.suppress(TimeoutError):
            child.send(msgspec.to_builtins(Cancel(job=self._ask.job)), patience=_GRACE)
            for line in child.lines(patience=_GRACE):
                if read_reply(line) == Done(job=self._ask.job):
                    self.trouble = ""
                    return

    def _completion(self, answer: Answer) -> Completion:
        index, sample = self._ask.wanted[answer.place]
        return Completion(
            index=index,
            text=answer.text,
            tokens=answer.tokens,
            truncated=answer.truncated,
            seconds=answer.seconds,
            sample=sample,
            failure=answer.failure,
        )


def refused(refusal: Refusal) -> ModelError | TrainingError:
    """Return a refusal as the error it is."""
    kind = ModelError if refusal.kind == "model" else TrainingError
    return kind(refusal.message, hint=refusal.hint)
