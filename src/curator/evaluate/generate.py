"""Ask a model many prompts, in a child process that holds one loaded base.

The parent says which prompts, with which adapter or none; the child answers in batches. A child
that dies or hangs takes nothing with it.
"""

from __future__ import annotations

import math
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from curator.errors import ConfigError, ModelError, TrainingError
from curator.example.chat import Message
from curator.train.adapter import read_adapter
from curator.train.child import Child, explain_death, start_child
from curator.train.model import check_model
from curator.train.training import child_environment

_WORKER = "curator.evaluate.generate_worker"


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


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What the parent asks of the child.

    Attributes:
        job: Which request it is; the answers repeat it.
        prompts: Conversations up to where the model is to answer.
        adapter: An adapter folder, or None for the bare base.
        max_tokens: Tokens of an answer, at most.
        batch_size: Prompts answered at once.
    """

    job: int
    prompts: list[list[Message]]
    adapter: str | None
    max_tokens: int
    batch_size: int
    samples: int = 1
    temperature: float = 0.0
    seed: int = 0


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag="answer"):
    """One completion, as the child tells it; the fields are those of `Completion`."""

    job: int
    index: int
    text: str
    tokens: int
    truncated: bool
    seconds: float
    sample: int = 0


class Done(msgspec.Struct, frozen=True, kw_only=True, tag="done"):
    """All answers of a request are told."""

    job: int


class Refusal(msgspec.Struct, frozen=True, kw_only=True, tag="refusal"):
    """A request, or the loading of the model (`job` None), went wrong."""

    job: int | None
    message: str
    hint: str = ""
    kind: str = "training"


_GREEDY = Sampling()

Reply = Answer | Done | Refusal
_REPLY: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


class Generator:
    """A child process with one loaded base, asked with or without an adapter.

    Use it as a context manager. One thread asks at a time. The child starts with the first request.

    Args:
        model: A model folder, or the ``org/name`` of a model on the Hub.
        log: Where the child and the libraries print; without it a temporary file.

    Raises:
        ModelError: The model is a path with no model there.
    """

    def __init__(self, model: str, *, log: Path | None = None) -> None:
        self._model = check_model(model)
        self._log = log
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._child: Child | None = None
        self._job = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def complete(
        self,
        prompts: Sequence[Sequence[Message]],
        *,
        adapter: Path | None = None,
        sampling: Sampling = _GREEDY,
        batch_size: int = 16,
        cancel: threading.Event | None = None,
    ) -> Iterator[Completion]:
        """Yield the answers to all prompts as they come; `Completion.index` says to which.

        Leaving the iterator early, or setting `cancel`, ends the child at once; the next request
        starts a new one.

        Args:
            prompts: Conversations up to where the model is to answer.
            adapter: An adapter folder; None asks the bare base.
            sampling: How they are drawn; greedily by default.
            batch_size: Answers under way at once; more is faster and takes more memory.
            cancel: Ends the iteration soon after it is set.

        Raises:
            ConfigError: `batch_size` is below 1.
            ModelError: The model or the adapter cannot be loaded.
            TrainingError: The child died, or failed while answering.
        """
        if batch_size < 1:
            raise ConfigError(f"`batch_size` must be at least 1, not {batch_size}.")
        if adapter is not None:
            read_adapter(adapter)
        return self._complete(prompts, adapter, sampling, batch_size, cancel)

    def close(self) -> None:
        """End the child and remove its temporary log."""
        if self._child is not None:
            self._child.kill()
            self._child.close()
            self._child = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _complete(
        self,
        prompts: Sequence[Sequence[Message]],
        adapter: Path | None,
        sampling: Sampling,
        batch_size: int,
        cancel: threading.Event | None,
    ) -> Iterator[Completion]:
        if not prompts:
            return
        child = self._running()
        self._job += 1
        ask = Ask(
            job=self._job,
            prompts=[[_sendable(message) for message in prompt] for prompt in prompts],
            adapter=None if adapter is None else str(adapter.resolve()),
            max_tokens=sampling.max_tokens,
            batch_size=batch_size,
            samples=sampling.samples,
            temperature=sampling.temperature,
            seed=sampling.seed,
        )
        child.send(msgspec.to_builtins(ask))
        whole = False
        try:
            for line in child.lines(cancel):
                reply = _REPLY.decode(line)
                if isinstance(reply, Answer):
                    yield _completion(reply)
                elif isinstance(reply, Done):
                    whole = True
                    return
                else:
                    raise _error(reply)
            if cancel is None or not cancel.is_set():
                death = explain_death(child.wait(), child.log)
                raise TrainingError(death.message, hint=death.hint)
        finally:
            if not whole:
                self.close()

    def _running(self) -> Child:
        if self._child is None:
            log = self._log
            if log is None:
                self._scratch = tempfile.TemporaryDirectory(prefix="curator-")
                log = Path(self._scratch.name) / "log.txt"
            self._child = start_child(
                _WORKER, [self._model], log=log, environment=child_environment(self._model)
            )
        return self._child


def generate(
    model: str,
    prompts: Sequence[Sequence[Message]],
    *,
    adapter: Path | None = None,
    sampling: Sampling = _GREEDY,
    batch_size: int = 16,
    cancel: threading.Event | None = None,
) -> Iterator[Completion]:
    """Yield the answers of `model` to all prompts, from a child process of its own.

    See `Generator.complete`; use `Generator` to ask more than once.

    Raises:
        ConfigError: `batch_size` is below 1.
        ModelError: The model or the adapter cannot be loaded.
        TrainingError: The child died, or failed while answering.
    """
    with Generator(model) as generator:
        yield from generator.complete(
            prompts,
            adapter=adapter,
            sampling=sampling,
            batch_size=batch_size,
            cancel=cancel,
        )


def _sendable(message: Message) -> Message:
    """Return `message` without lone surrogates, which neither UTF-8 nor a tokenizer can hold."""
    return {
        key: value.encode("utf-8", errors="replace").decode("utf-8")
        for key, value in message.items()
    }


def _completion(answer: Answer) -> Completion:
    return Completion(
        index=answer.index,
        text=answer.text,
        tokens=answer.tokens,
        truncated=answer.truncated,
        seconds=answer.seconds,
        sample=answer.sample,
    )


def _error(refusal: Refusal) -> ModelError | TrainingError:
    kind = ModelError if refusal.kind == "model" else TrainingError
    return kind(refusal.message, hint=refusal.hint)
