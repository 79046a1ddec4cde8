"""Conversations counted with a model's own tokenizer and chat template, in a child process.

The tokenizer library costs a second to import and is kept out of the process that draws. The child
counts with the same function that training and evaluation build prompts with, and tells how the
template behaves besides.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from curator.errors import CancelledError, ModelError, TrainingError
from curator.example.chat import Message
from curator.train.child import Child, start_child
from curator.train.model import SHIPPED, check_model
from curator.train.training import child_environment

_WORKER = "curator.train.worker_tokens"
#: Conversations sent at a time, so that progress can be told and a stop is heard.
BLOCK = 1000


class CountedRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One conversation in tokens.

    Attributes:
        total: All of it.
        prompt: What asks the model to answer, as generation writes it.
        agrees: Whether the conversation begins with those very ids.
        end: How many tokens stand up to and with the end token after the answer; 0 where the
            template writes none.
        sections: For each wanted text, how many tokens stand before it in the row; -1 where it is
            not in the answer.
    """

    total: int
    prompt: int
    agrees: bool
    end: int
    sections: tuple[int, ...] = ()


class TemplateFacts(msgspec.Struct, frozen=True, kw_only=True, tag="facts"):
    """How a model's tokenizer and chat template behave, and what the model weighs.

    Attributes:
        tokenizer: SHA-256 over the tokenizer's files.
        template: Whether there is a chat template.
        system_role: Whether it takes a system message.
        own_system: The system prompt that it puts where there is none; empty where it puts none.
        dated: Whether it writes today's date, so that the same rows differ from day to day.
        end_tokens: The texts of its end tokens.
        hidden: Width of the model, 0 where its configuration does not say.
        layers: Its layers.
        heads: Its attention heads.
        intermediate: Width of its feed-forward part.
        vocabulary: Its tokens.
        weight_bytes: Bytes of its weights on disk; 0 where they are not on this machine.
        number_bytes: Bytes of one of its numbers, as its configuration has them; 0 where it says
            nothing, or where they are quantised.
        maps: Outputs and inputs of each linear map of a layer, see `curator.train.maps`; empty
            where they are not known.
    """

    tokenizer: str
    template: bool
    system_role: bool = True
    own_system: str = ""
    dated: bool = False
    end_tokens: tuple[str, ...] = ()
    hidden: int = 0
    layers: int = 0
    heads: int = 0
    intermediate: int = 0
    vocabulary: int = 0
    weight_bytes: int = 0
    number_bytes: int = 0
    maps: dict[str, tuple[int, int]] = {}


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """What the parent asks: conversations, and texts to find in their answers."""

    rows: list[list[Message]]
    marks: list[str] = []


class Counted(msgspec.Struct, frozen=True, kw_only=True, tag="counted"):
    """The counts of one request, in order."""

    rows: list[CountedRow]


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="refused"):
    """The tokenizer cannot be loaded, or cannot be applied to a row."""

    message: str
    hint: str = ""
    kind: str = "model"


_STOPPED = "The counting was stopped."
Reply = TemplateFacts | Counted | Refused
_REPLY: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


def is_at_hand(model: str) -> bool:
    """Return whether a model's tokenizer is on this machine, without asking the network."""
    if Path(model).expanduser().is_dir() or model in SHIPPED:
        return True
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(model, "tokenizer_config.json")
    except HFValidationError:
        return False
    return isinstance(found, str)


class Tokens:
    """A child process that counts with one model's tokenizer. Use it as a context manager.

    Counts are remembered by the conversation's text, so that asking again costs nothing. One
    thread asks at a time.

    Args:
        model: A model folder, or the ``org/name`` of a model on the Hub.
        local: Look on this machine only, and never wait for the network.

    Raises:
        ModelError: The model is a path with no model there.
    """

    def __init__(self, model: str, *, local: bool = False) -> None:
        self._model = check_model(model)
        self._local = local
        self._child: Child | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._facts: TemplateFacts | None = None
        self._interrupted = False
        self._known: dict[bytes, CountedRow] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Begin to load the tokenizer without waiting for it.

        Raises:
            TrainingError: The child cannot be started.
        """
        self._running()

    @property
    def facts(self) -> TemplateFacts:
        """How the template behaves; loads the tokenizer the first time, see `load`."""
        return self.load()

    def load(self, cancel: threading.Event | None = None) -> TemplateFacts:
        """Load the tokenizer, if it is not, and return how the template behaves.

        Args:
            cancel: Set it to stop waiting, for a download as well.

        Raises:
            ModelError: It cannot be loaded.
            TrainingError: The child died.
            CancelledError: `cancel` was set.
        """
        if self._facts is None:
            child = self._running()
            reply = self._answer(child, cancel)
            assert isinstance(reply, TemplateFacts)
            self._facts = reply
        return self._facts

    def count(
        self,
        rows: Sequence[Sequence[Message]],
        *,
        marks: Sequence[str] = (),
        cancel: threading.Event | None = None,
    ) -> list[CountedRow]:
        """Return each conversation in tokens, in order.

        Args:
            rows: Conversations whose last message is the assistant's.
            marks: Texts to find in each answer, such as section headings.
            cancel: Set it to stop early.

        Raises:
            ModelError: The tokenizer cannot be loaded, or its template refuses a conversation.
            TrainingError: The child died.
            CancelledError: `cancel` was set.
        """
        if not self.load(cancel).template:
            raise ModelError(
                f"The model {self._model} has no chat template, so its rows cannot be counted.",
                hint="Take an instruct model.",
            )
        keys = [_key(row, marks) for row in rows]
        different = dict(zip(keys, rows, strict=True))
        missing = [(key, row) for key, row in different.items() if key not in self._known]
        for begin in range(0, len(missing), BLOCK):
            block = missing[begin : begin + BLOCK]
            ask = Count(rows=[_sendable(row) for _, row in block], marks=list(marks))
            child = self._running(cancel)
            child.send(msgspec.to_builtins(ask), cancel)
            reply = self._answer(child, cancel)
            assert isinstance(reply, Counted)
            self._known.update(zip((key for key, _ in block), reply.rows, strict=True))
        return [self._known[key] for key in keys]

    def interrupt(self) -> None:
        """End a count that another thread waits for, for good.

        That thread gets a `TrainingError`, or a `CancelledError` where it had only begun.
        """
        self._interrupted = True
        child = self._child
        if child is not None:
            child.kill()

    def close(self) -> None:
        """End the child; not while another thread counts, see `interrupt`."""
        if self._child is not None:
            self._child.kill()
            self._child.close()
            self._child = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _running(self, cancel: threading.Event | None = None) -> Child:
        if self._child is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="curator-")
            environment = child_environment(self._model)
            if self._local:
                environment["HF_HUB_OFFLINE"] = "1"
            log = Path(self._scratch.name) / "log.txt"
            self._child = start_child(_WORKER, [self._model], log=log, environment=environment)
            if self._interrupted:
                # Before there was a child to be ended.
                self.close()
                raise CancelledError(_STOPPED)
            if self._facts is not None:
                # A second child tells its facts again before it counts.
                self._answer(self._child, cancel)
        return self._child

    def _answer(self, child: Child, cancel: threading.Event | None) -> TemplateFacts | Counted:
        for line in child.lines(cancel):
            reply = _REPLY.decode(line)
            if not isinstance(reply, Refused):
                return reply
            self.close()
            kind = ModelError if reply.kind == "model" else TrainingError
            raise kind(reply.message, hint=reply.hint)
        if cancel is not None and cancel.is_set():
            self.close()
            raise CancelledError(_STOPPED)
        death = child.death()
        self.close()
        raise TrainingError(death.message, hint=death.hint)


def _key(row: Sequence[Mapping[str, str]], marks: Sequence[str]) -> bytes:
    texts = json.dumps([list(row), list(marks)]).encode()
    return hashlib.blake2b(texts, digest_size=16).digest()


def _sendable(row: Sequence[Mapping[str, str]]) -> list[Message]:
    """Return a conversation without lone surrogates, which UTF-8 cannot hold."""
    return [
        {key: value.encode("utf-8", errors="replace").decode("utf-8") for key, value in one.items()}
        for one in row
    ]
