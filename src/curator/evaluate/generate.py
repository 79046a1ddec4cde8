"""Ask a model many prompts, in a child process that holds one loaded base.

The parent says which prompts, with which adapter or none; the child answers in batches. A child
that dies or hangs takes nothing with it.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from curator.errors import ConfigError, TrainingError
from curator.evaluate.cache import cache_path
from curator.evaluate.generate_exchange import Exchange, refused
from curator.evaluate.generate_messages import Ask, Ready, Refusal, read_reply
from curator.evaluate.sampling import Completion, Sampling
from curator.example.chat import Message
from curator.train.adapter import read_adapter
from curator.train.child import Child, start_child
from curator.train.model import check_model
from curator.train.training import child_environment

__all__ = ["BATCH_SIZE", "PATIENCE", "Completion", "Generator", "Sampling", "generate"]

_WORKER = "curator.evaluate.generate_worker"

#: Answers under way at once. More take as much more memory, and on two cores 64 of the tiny base
#: were no quicker (docs/answers.md).
BATCH_SIZE = 32
#: Seconds without a token after which a generation counts as hung.
PATIENCE = 300.0
# Prompts in a row that may fail, each asked alone of a fresh child, before all of it does.
_BARREN = 3
_GREEDY = Sampling()


class Generator:
    """A child process with one loaded base, asked with or without an adapter.

    Use it as a context manager. One thread asks at a time. The child starts with the first request.

    Args:
        model: A model folder, or the ``org/name`` of a model on the Hub.
        log: Where the child and the libraries print; without it, or where it cannot be written, a
            temporary file.
        cache: Whether answers are remembered on this machine, and not drawn again.
        patience: Seconds that a child with a loaded model may be silent; it speaks at every token.

    Raises:
        ModelError: The model is a path with no model there.
    """

    def __init__(
        self,
        model: str,
        *,
        log: Path | None = None,
        cache: bool = True,
        patience: float = PATIENCE,
    ) -> None:
        self._model = check_model(model)
        self._log = log
        self._cache = str(cache_path().absolute()) if cache else ""
        self._patience = patience
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
        batch_size: int = BATCH_SIZE,
        cancel: threading.Event | None = None,
    ) -> Iterator[Completion]:
        """Yield the answers to all prompts as they come; `Completion.index` says to which.

        Where the child hangs or dies, it is started again. Those answers that were under way are
        then asked for one at a time, and the one it hangs or dies at once more is a `failure`.

        Leaving the iterator early ends the child; the next request starts a new one.

        Args:
            prompts: Conversations up to where the model is to answer.
            adapter: An adapter folder; None asks the bare base.
            sampling: How they are drawn; greedily by default.
            batch_size: Answers under way at once; more is faster and takes more memory.
            cancel: Ends the iteration soon after it is set.

        Raises:
            ConfigError: `batch_size` is below 1.
            ModelError: The model or the adapter cannot be loaded.
            TrainingError: The child cannot be started, or answers nothing any more.
        """
        if batch_size < 1:
            raise ConfigError(f"`batch_size` must be at least 1, not {batch_size}.")
        if adapter is not None:
            read_adapter(adapter)
        ask = Ask(
            job=0,
            prompts=[[_sendable(message) for message in prompt] for prompt in prompts],
            wanted=[(i, sample) for i in range(len(prompts)) for sample in range(sampling.samples)],
            adapter=None if adapter is None else str(adapter.resolve()),
            max_tokens=sampling.max_tokens,
            batch_size=batch_size,
            temperature=float(sampling.temperature),
            seed=sampling.seed,
        )
        return self._complete(ask, cancel)

    def answer(
        self,
        prompt: Sequence[Message],
        *,
        adapter: Path | None = None,
        sampling: Sampling = _GREEDY,
        hear: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Completion | None:
        """Return the answer to one prompt; None where `cancel` was set before it was whole.

        Args:
            prompt: The conversation up to where the model is to answer.
            adapter: An adapter folder; None asks the bare base.
            sampling: How it is drawn; one sample of it.
            hear: Told each piece of the text as it comes; untrusted.
            cancel: Ends the answer soon after it is set; the model stays loaded.

        Raises:
            ModelError: The model or the adapter cannot be loaded.
            TrainingError: The child cannot be started.
        """
        if adapter is not None:
            read_adapter(adapter)
        ask = Ask(
            job=0,
            prompts=[[_sendable(message) for message in prompt]],
            wanted=[(0, 0)],
            adapter=None if adapter is None else str(adapter.resolve()),
            max_tokens=sampling.max_tokens,
            temperature=float(sampling.temperature),
            seed=sampling.seed,
            pieces=hear is not None,
        )
        # To its end: left in the middle, it ends the child.
        answers = list(self._complete(ask, cancel, hear))
        return answers[0] if answers else None

    def start(self, cancel: threading.Event | None = None) -> None:
        """Load the model, if it is not, and wait for it.

        Raises:
            ModelError: It cannot be loaded.
            TrainingError: The child cannot be started.
        """
        self._ready(cancel)

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
        ask: Ask,
        cancel: threading.Event | None,
        hear: Callable[[str], None] | None = None,
    ) -> Iterator[Completion]:
        waiting = list(ask.wanted)
        suspects: deque[tuple[int, int]] = deque()
        barren = 0
        while (waiting or suspects) and not (cancel and cancel.is_set()):
            group = waiting or [suspects.popleft()]
            self._job += 1
            exchange = Exchange(
                msgspec.structs.replace(ask, job=self._job, wanted=group), self._patience, hear
            )
            child = self._ready(cancel)
            if child is None:
                return
            whole = False
            try:
                yield from exchange.answers(child, cancel)
                whole = not exchange.trouble
            finally:
                if not whole:
                    self.close()
            if whole:
                waiting, barren = [], 0
            elif len(group) == 1:
                ((index, sample),) = group
                yield Completion(index, "", 0, False, 0.0, sample, exchange.trouble)
                waiting, barren = [], barren + 1
                if barren == _BARREN and suspects:
                    raise TrainingError(
                        f"The model answers nothing any more: {exchange.trouble}",
                        hint="Answers that were given are remembered; try again.",
                    )
            else:
                began = exchange.under_way or exchange.left
                suspects.extend(began)
                waiting = [one for one in exchange.left if one not in began]

    def _ready(self, cancel: threading.Event | None) -> Child | None:
        """Return the child with its model loaded; None where `cancel` was set before that."""
        if self._child is not None:
            return self._child
        log = self._log
        # A run on a drive that is read-only can be asked all the same.
        if log is None or not os.access(log if log.exists() else log.parent, os.W_OK):
            self._scratch = tempfile.TemporaryDirectory(prefix="curator-")
            log = Path(self._scratch.name) / "log.txt"
        child = start_child(
            _WORKER, [self._model, self._cache], log=log, environment=child_environment(self._model)
        )
        self._child = child
        loaded = False
        try:
            # As long as it takes: it may be a download.
            for line in child.lines(cancel):
                reply = read_reply(line)
                if isinstance(reply, Refusal):
                    raise refused(reply)
                loaded = isinstance(reply, Ready)
                break
            if not loaded and not (cancel and cancel.is_set()):
                death = child.death()
                # A temporary log goes with the child.
                raise TrainingError(death.message, hint="" if self._scratch else death.hint)
        finally:
            if not loaded:
                self.close()
        return self._child


def generate(
    model: str,
    prompts: Sequence[Sequence[Message]],
    *,
    adapter: Path | None = None,
    sampling: Sampling = _GREEDY,
    batch_size: int = BATCH_SIZE,
    cancel: threading.Event | None = None,
) -> Iterator[Completion]:
    """Yield the answers of `model` to all prompts, from a child process of its own.

    See `Generator.complete`; use `Generator` to ask more than once.

    Raises:
        ConfigError: `batch_size` is below 1.
        ModelError: The model or the adapter cannot be loaded.
        TrainingError: The child cannot be started, or answers nothing any more.
    """
    with Generator(model) as generator:
        yield from generator.complete(
            prompts, adapter=adapter, sampling=sampling, batch_size=batch_size, cancel=cancel
        )


def _sendable(message: Message) -> Message:
    """Return `message` without lone surrogates, which neither UTF-8 nor a tokenizer can hold."""
    return {
        key: value.encode("utf-8", errors="replace").decode("utf-8")
        for key, value in message.items()
    }
