"""Asking a model by hand, with the prompt built as in training.

Every question stands alone: what was said before is no part of it, because no training row has more
than one question either, and because an evaluation asks in the same way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from curator.errors import ConfigError
from curator.evaluate.generate import Completion, Generator, Sampling
from curator.example import Example
from curator.example.chat import prompt_messages
from curator.mix import read_manifest
from curator.store import ExampleFile
from curator.train import Run


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer.

    Attributes:
        instruction: What was asked.
        input: What was given along with it.
        completion: The answer; untrusted.
    """

    instruction: str
    input: str
    completion: Completion

    def example(self) -> Example:
        """Return it as an example: the question kept, the answer as its output."""
        return Example.new(
            instruction=self.instruction, input=self.input, output=self.completion.text
        )


class Chat:
    """A loaded model to ask, one question after another. Use it as a context manager.

    One thread asks at a time. The model is loaded at the first question, or by `start`.

    Args:
        model: A model folder, or the ``org/name`` of a model on the Hub.
        adapter: An adapter folder; None for the bare base.
        system_prompt: What every conversation begins with; empty for nothing.
        sampling: How answers are drawn.
        log: Where the child and the libraries print; without it a temporary file.

    Attributes:
        adapter: Of the next question; may be changed between two.
        system_prompt: Of the next question.
        sampling: Of the next question.
        last: The last question that was answered.

    Raises:
        ModelError: The model is a path with no model there.
    """

    def __init__(
        self,
        model: str,
        *,
        adapter: Path | None = None,
        system_prompt: str = "",
        sampling: Sampling | None = None,
        log: Path | None = None,
    ) -> None:
        self.adapter = adapter
        self.system_prompt = system_prompt
        self.sampling = sampling or Sampling()
        self.last: Turn | None = None
        # What somebody tries by hand is kept nowhere unless they say so.
        self._generator = Generator(model, log=log, cache=False)

    @classmethod
    def of_run(cls, run: Run, *, sampling: Sampling | None = None) -> Chat:
        """Return a chat with a run's adapter, under the system prompt that it was trained with.

        Raises:
            ConfigError: The run has no adapter, or its manifest is damaged.
            ModelError: Its model is gone.
        """
        if run.adapter is None:
            raise ConfigError(
                f"The run {run.id} left no adapter to ask.",
                path=run.folder,
                hint="Its log.txt says what happened.",
            )
        return cls(
            run.model,
            adapter=run.adapter,
            system_prompt=system_prompt_of(run),
            sampling=sampling,
            log=run.folder / "generate.log",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self, cancel: threading.Event | None = None) -> None:
        """Load the model and wait for it.

        Args:
            cancel: Ends the loading soon after it is set; the next question begins it anew.

        Raises:
            ModelError: It cannot be loaded.
            TrainingError: The child process cannot be started.
        """
        self._generator.start(cancel)

    def ask(
        self,
        instruction: str,
        input_text: str = "",
        *,
        hear: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Turn | None:
        """Ask one question and return it with its answer; None where it was stopped before.

        Args:
            instruction: What is asked.
            input_text: What is given along with it.
            hear: Told each piece of the answer as it comes; untrusted. Together they are the text.
            cancel: Ends the answer soon after it is set; the model stays loaded.

        Raises:
            ModelError: The model or the adapter cannot be loaded.
            TrainingError: The child process cannot be started.
        """
        prompt = prompt_messages(instruction, input_text, system_prompt=self.system_prompt)
        completion = self._generator.answer(
            prompt, adapter=self.adapter, sampling=self.sampling, hear=hear, cancel=cancel
        )
        if completion is None:
            return None
        self.last = Turn(instruction, input_text, completion)
        return self.last

    def close(self) -> None:
        """End the child process."""
        self._generator.close()


def system_prompt_of(run: Run) -> str:
    """Return the system prompt that the curated rows of a run carried; empty where they had none.

    Raises:
        ConfigError: Its manifest is damaged.
    """
    if not (run.folder / "manifest.json").is_file():
        # A mixture by hand, or by another tool.
        return ""
    manifest = read_manifest(run.folder)
    return "" if manifest.recipe.get("system_prompt_on") == "none" else manifest.system_prompt


def append_example(path: Path, example: Example) -> int:
    """Put an example at the end of a file, all or nothing, and return its line.

    Args:
        path: A JSON Lines file; made where it is missing.
        example: What is put there.

    Raises:
        InputError: It is no such file, or its folder is missing.
        StoreError: It could not be written.
    """
    file = ExampleFile.open(path, create=True)
    try:
        file.insert(len(file), example)
        file.save()
        return len(file)
    finally:
        file.close(discard=True)
