"""The child process that answers prompts, started by `curator.evaluate.generate.Generator`.

Run as ``python -m curator.evaluate.generate_worker MODEL --pipe N``. The base is loaded once;
adapters are put on it and taken off again, so that base and adapter answer from the same weights.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from typing import Any

import msgspec

from curator.errors import CuratorError, ModelError
from curator.evaluate.generate import Answer, Ask, Done, Refusal
from curator.example.chat import prompt_ids
from curator.terminal import one_line
from curator.train.control import read_commands
from curator.train.reporter import Pipe


def main(arguments: list[str]) -> int:
    """Answer requests until stdin ends; the arguments are the model and the pipe's number."""
    model_name, _, descriptor = arguments
    pipe = Pipe(int(descriptor))
    asks = _listen()
    job: int | None = None
    try:
        host = _Host(model_name)
        while True:
            ask = asks.get()
            job = ask.job
            for answer in host.answer(ask):
                pipe.write(_line(answer))
            pipe.write(_line(Done(job=ask.job)))
    except CuratorError as error:
        kind = "model" if isinstance(error, ModelError) else "training"
        message = f"{error.where}: {error.message}" if error.where else error.message
        pipe.write(_line(Refusal(job=job, message=message, hint=error.hint, kind=kind)))
    # The last line of defence of a process that nobody watches: the log gets the whole story.
    except Exception as error:
        traceback.print_exc()
        said = one_line(f"{type(error).__name__}: {error}", 200)
        pipe.write(_line(Refusal(job=job, message=f"The generation failed: {said}")))
    return 0


class _Host:
    """The loaded base, and the adapter that is on it at present."""

    def __init__(self, model_name: str) -> None:
        from curator.train.worker_model import load_base

        self._model_name = model_name
        self._model, self._tokenizer = load_base(model_name)
        self._adapter: str | None = None

    def answer(self, ask: Ask) -> Iterator[Answer]:
        """Yield the answers to `ask` as they come."""
        from curator.evaluate.generate_batch import Wanted, answers

        self._put_on(ask.adapter)
        prompts = [tuple(prompt_ids(self._tokenizer, messages)) for messages in ask.prompts]
        wanted = [
            (index, Wanted(prompt, sample))
            for index, prompt in enumerate(prompts)
            for sample in range(ask.samples)
        ]
        last = time.perf_counter()
        for given in answers(
            self._model,
            [one for _, one in wanted],
            ends=sorted(self._tokenizer.eos_token_ids),
            max_tokens=ask.max_tokens,
            batch_size=ask.batch_size,
            temperature=ask.temperature,
            seed=ask.seed,
        ):
            now = time.perf_counter()
            index, one = wanted[given.number]
            text = self._tokenizer.decode(given.ids)
            yield Answer(
                job=ask.job,
                index=index,
                sample=one.sample,
                # A lone surrogate could not be sent as UTF-8.
                text=text.encode("utf-8", errors="replace").decode("utf-8"),
                tokens=len(given.ids),
                truncated=given.cut,
                seconds=now - last,
            )
            last = now

    def _put_on(self, adapter: str | None) -> None:
        """Make `adapter` the one that is on the base; None takes off what is on."""
        from mlx_lm.tuner.utils import load_adapters

        if self._adapter is not None:
            self._take_off()
        if adapter is not None:
            try:
                load_adapters(self._model, adapter)
            # What an adapter's files make mlx-lm raise is as various as the files.
            except Exception as error:
                traceback.print_exc()
                raise ModelError(
                    f"This adapter does not fit the model: {one_line(str(error), 200)}",
                    path=adapter,
                    hint=f"Was it trained on {self._model_name}?",
                ) from None
        self._adapter = adapter
        self._model.eval()

    def _take_off(self) -> None:
        from mlx_lm.tuner.utils import remove_lora_layers

        from curator.train.worker_model import load_base

        remove_lora_layers(self._model)
        if any(".lora_" in f".{name}" for name in _parameter_names(self._model)):
            # Adapters of another kind than LoRA on linear maps do not come off.
            self._model, self._tokenizer = load_base(self._model_name)


def _parameter_names(model: Any) -> list[str]:
    from mlx.utils import tree_flatten

    return [name for name, _ in tree_flatten(model.parameters())]


def _listen() -> queue.SimpleQueue[Ask]:
    """Collect requests from now on; when the parent is gone, the process ends, whatever it does."""
    waiting: queue.SimpleQueue[Ask] = queue.SimpleQueue()

    def hear() -> None:
        for command in read_commands():
            waiting.put(msgspec.convert(command, Ask))
        os._exit(0)

    threading.Thread(target=hear, name="requests", daemon=True).start()
    return waiting


def _line(reply: Answer | Done | Refusal) -> bytes:
    return msgspec.json.encode(reply) + b"\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
