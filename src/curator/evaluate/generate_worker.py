"""The child process that answers prompts, started by `curator.evaluate.generate.Generator`.

Run as ``python -m curator.evaluate.generate_worker MODEL CACHE --pipe N``. The base is loaded once;
adapters are put on it and taken off again, so that base and adapter answer from the same weights.
Each answer is put into the cache before the parent hears of it.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from curator.errors import CuratorError, ModelError
from curator.evaluate.cache import (
    CompletionCache,
    Remembered,
    answer_key,
    folder_digest,
    model_identity,
)
from curator.evaluate.generate_messages import (
    Answer,
    Ask,
    Beat,
    Cancel,
    Command,
    Done,
    Piece,
    Ready,
    Refusal,
    Reply,
    reply_line,
)
from curator.example.chat import prompt_ids
from curator.terminal import one_line
from curator.train.control import read_commands
from curator.train.reporter import Pipe

# How often the parent hears that the child is at work, at most.
_BEAT_SECONDS = 1.0


def main(arguments: list[str]) -> int:
    """Answer requests until stdin ends; the arguments are model, cache and the pipe's number.

    An empty name for the cache means that nothing is remembered.
    """
    model_name, cache, _, descriptor = arguments
    pipe = Pipe(int(descriptor))
    ears = _Ears()

    def tell(reply: Reply) -> None:
        pipe.write(reply_line(reply))

    try:
        host = _Host(model_name, CompletionCache(Path(cache)) if cache else None)
        tell(Ready())
        while True:
            ask = ears.next()
            _Request(ask, host, ears, tell).answer()
            tell(Done(job=ask.job))
    except CuratorError as error:
        kind = "model" if isinstance(error, ModelError) else "training"
        message = f"{error.where}: {error.message}" if error.where else error.message
        tell(Refusal(message=message, hint=error.hint, kind=kind))
    # The last line of defence of a process that nobody watches: the log gets the whole story.
    except Exception as error:
        traceback.print_exc()
        said = one_line(f"{type(error).__name__}: {error}", 200)
        tell(Refusal(message=f"The generation failed: {said}", kind="answering"))
    return 0


class _Ears:
    """Hears the parent from now on; when it is gone, the process ends, whatever it is doing."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Ask] = queue.SimpleQueue()
        self._cancelled = -1
        threading.Thread(target=self._hear, name="requests", daemon=True).start()

    def next(self) -> Ask:
        """Wait for the next request."""
        return self._waiting.get()

    def wanted(self, job: int) -> bool:
        """Return whether the parent still wants the answers of a request."""
        return job > self._cancelled

    def _hear(self) -> None:
        for line in read_commands():
            command: Command = msgspec.convert(line, Command)
            if isinstance(command, Cancel):
                self._cancelled = max(self._cancelled, command.job)
            else:
                self._waiting.put(command)
        os._exit(0)


class _Host:
    """The loaded base, the adapter that is on it at present, and the cache."""

    def __init__(self, model_name: str, cache: CompletionCache | None) -> None:
        from curator.train.worker_model import device_name, load_base

        self._model_name = model_name
        self.model, self.tokenizer = load_base(model_name)
        self.model.eval()
        self.cache = cache
        self._adapter: str | None = None
        self._adapter_digest = ""
        self._identity: tuple[str, ...] = ()
        if cache is not None:
            import mlx.core
            import mlx_lm

            versions = (mlx_lm.__version__, mlx.core.__version__, device_name())
            self._identity = (model_identity(model_name), *versions)

    def key(self, ids: Sequence[int], ask: Ask, sample: int) -> bytes:
        """Return the name of an answer in the cache."""
        draw = (ask.temperature, ask.seed, sample) if ask.temperature else ()
        return answer_key(self._identity, self._adapter_digest, list(ids), ask.max_tokens, draw)

    def put_on(self, adapter: str | None) -> None:
        """Make `adapter` the one that is on the base; None takes off what is on."""
        from mlx_lm.tuner.utils import load_adapters

        if self._adapter is not None:
            self._take_off()
        self._adapter_digest = ""
        if adapter is not None:
            try:
                load_adapters(self.model, adapter)
                self._adapter_digest = folder_digest(Path(adapter))
            # What an adapter's files make mlx-lm raise is as various as the files.
            except Exception as error:
                traceback.print_exc()
                raise ModelError(
                    f"This adapter does not fit the model: {one_line(str(error), 200)}",
                    path=adapter,
                    hint=f"Was it trained on {self._model_name}?",
                ) from None
        self._adapter = adapter
        self.model.eval()

    def _take_off(self) -> None:
        from mlx_lm.tuner.utils import remove_lora_layers

        from curator.train.worker_model import load_base

        remove_lora_layers(self.model)
        if any(".lora_" in f".{name}" for name in _parameter_names(self.model)):
            # Adapters of another kind than LoRA on linear maps do not come off.
            self.model, self.tokenizer = load_base(self._model_name)


class _Request:
    """One request being answered."""

    def __init__(self, ask: Ask, host: _Host, ears: _Ears, tell: Any) -> None:
        self._ask = ask
        self._host = host
        self._ears = ears
        self._tell = tell
        self._under_way: Sequence[int] = ()
        self._told = 0.0
        self._said = ""

    def answer(self) -> None:
        """Tell what is remembered, then everything else as it comes."""
        from curator.evaluate.generate_batch import Wanted, answers

        ask, host = self._ask, self._host
        host.put_on(ask.adapter)
        prompts = [self._ids(place) for place in range(len(ask.prompts))]
        places: list[int] = []
        wanted: list[Wanted] = []
        keys: dict[int, bytes] = {}
        for place, (index, sample) in enumerate(ask.wanted):
            ids = prompts[index]
            if isinstance(ids, str):
                self._tell(Answer(job=ask.job, place=place, failure=ids))
                continue
            if host.cache is not None:
                keys[place] = host.key(ids, ask, sample)
                known = host.cache.get(keys[place])
                if known is not None:
                    self._tell(_remembered(ask.job, place, known))
                    continue
            places.append(place)
            wanted.append(Wanted(ids, sample))
        hear = self._stream() if ask.pieces else None
        last = time.perf_counter()
        for given in answers(
            host.model,
            wanted,
            ends=sorted(host.tokenizer.eos_token_ids),
            max_tokens=ask.max_tokens,
            batch_size=ask.batch_size,
            temperature=ask.temperature,
            seed=ask.seed,
            beat=lambda numbers: self._beat([places[number] for number in numbers]),
            hear=hear,
        ):
            now = time.perf_counter()
            place = places[given.number]
            text = _clean(host.tokenizer.decode(given.ids))
            if ask.pieces and text.startswith(self._said) and text != self._said:
                # A detokenizer holds back what the next token might change.
                self._tell(Piece(job=ask.job, text=text[len(self._said) :]))
            if host.cache is not None:
                host.cache.put(keys[place], Remembered(text, len(given.ids), given.cut))
            self._tell(
                Answer(
                    job=ask.job,
                    place=place,
                    text=text,
                    tokens=len(given.ids),
                    truncated=given.cut,
                    seconds=now - last,
                )
            )
            last = now

    def _ids(self, place: int) -> tuple[int, ...] | str:
        """Return a prompt's token ids, or why it has none."""
        try:
            ids = prompt_ids(self._host.tokenizer, self._ask.prompts[place])
        # A chat template is a program of somebody else's.
        except Exception as error:
            traceback.print_exc()
            return f"The chat template refuses this conversation: {one_line(str(error), 200)}"
        return tuple(ids) or "The chat template makes nothing of this conversation."

    def _beat(self, under_way: Sequence[int]) -> bool:
        now = time.monotonic()
        if under_way != self._under_way or now - self._told >= _BEAT_SECONDS:
            self._tell(Beat(job=self._ask.job, under_way=list(under_way)))
            self._under_way, self._told = under_way, now
        return self._ears.wanted(self._ask.job)

    def _stream(self) -> Any:
        detokenizer = self._host.tokenizer.detokenizer
        detokenizer.reset()

        def hear(_number: int, token: int) -> None:
            detokenizer.add_token(token)
            if text := _clean(detokenizer.last_segment):
                self._said += text
                self._tell(Piece(job=self._ask.job, text=text))

        return hear


def _remembered(job: int, place: int, known: Remembered) -> Answer:
    return Answer(
        job=job,
        place=place,
        text=known.text,
        tokens=known.tokens,
        truncated=known.truncated,
        remembered=True,
    )


def _clean(text: str) -> str:
    """Return `text` without lone surrogates, which could not be sent as UTF-8."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _parameter_names(model: Any) -> list[str]:
    from mlx.utils import tree_flatten

    return [name for name, _ in tree_flatten(model.parameters())]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
