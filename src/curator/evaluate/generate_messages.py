"""What parent and child say to each other while prompts are answered, as JSON lines."""

from __future__ import annotations

import msgspec

from curator.example.chat import Message


class Ask(msgspec.Struct, frozen=True, kw_only=True, tag="ask"):
    """Answers that the parent wants.

    Attributes:
        job: Which request it is; what the child says repeats it.
        prompts: Conversations up to where the model is to answer.
        wanted: Which answers: pairs of a prompt's place in `prompts` and a sample.
        adapter: An adapter folder, or None for the bare base.
        max_tokens: Tokens of an answer, at most.
        batch_size: Answers under way at once.
        temperature: 0 takes the likeliest token each time.
        seed: Of the draws.
        pieces: Whether the text is told as it comes.
    """

    job: int
    prompts: list[list[Message]]
    wanted: list[tuple[int, int]]
    adapter: str | None = None
    max_tokens: int = 512
    batch_size: int = 1
    temperature: float = 0.0
    seed: int = 0
    pieces: bool = False


class Cancel(msgspec.Struct, frozen=True, kw_only=True, tag="cancel"):
    """The parent wants no more of a request; the child ends it with `Done`."""

    job: int


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag="ready"):
    """The model is loaded; from here on the child is not silent for long."""


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag="beat"):
    """The child is at work.

    Attributes:
        job: The request.
        under_way: The answers that have begun and not ended, as places in `Ask.wanted`.
    """

    job: int
    under_way: list[int]


class Piece(msgspec.Struct, frozen=True, kw_only=True, tag="piece"):
    """More text of the answer that is under way."""

    job: int
    text: str


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag="answer"):
    """One answer.

    Attributes:
        job: The request.
        place: Which of `Ask.wanted`.
        text: The answer, or as much of it as there was time for; untrusted.
        tokens: How many it has, without the end token.
        truncated: Whether it was cut at the token limit.
        seconds: What it took; 0 where it was remembered.
        failure: Why there is none; empty where there is one.
        remembered: Whether it comes from the cache.
    """

    job: int
    place: int
    text: str = ""
    tokens: int = 0
    truncated: bool = False
    seconds: float = 0.0
    failure: str = ""
    remembered: bool = False


class Done(msgspec.Struct, frozen=True, kw_only=True, tag="done"):
    """Nothing more comes of a request."""

    job: int


class Refusal(msgspec.Struct, frozen=True, kw_only=True, tag="refusal"):
    """The child ends, because the model (`kind` "model") or the answering cannot work."""

    message: str
    hint: str = ""
    kind: str = "training"


Command = Ask | Cancel
Reply = Ready | Beat | Piece | Answer | Done | Refusal

_REPLY: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


def read_reply(line: bytes) -> Reply:
    """Return what a line of the child says.

    Raises:
        msgspec.DecodeError: It is no such line.
    """
    return _REPLY.decode(line)


def reply_line(reply: Reply) -> bytes:
    """Return `reply` as one JSON line."""
    return msgspec.json.encode(reply) + b"\n"
