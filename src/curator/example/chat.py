"""The one place where an example becomes a conversation, and a conversation becomes tokens.

Training, evaluation, preflight and serving all build prompts here. A model trained on one layout
and asked in another looks worse than it is, and nothing fails to say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Message = dict[str, str]


class Tokenizer(Protocol):
    """What is needed of a tokenizer: the chat template, as ``transformers`` applies it."""

    def apply_chat_template(self, conversation: Any, **options: Any) -> Any:
        """Return the token ids of `conversation`."""


@dataclass(frozen=True, slots=True)
class TokenizedRow:
    """One training row in tokens.

    Attributes:
        ids: The token ids of the whole conversation.
        prompt_length: How many of the first ids are the prompt, which masking leaves out of the
            loss.
    """

    ids: list[int]
    prompt_length: int


def user_text(instruction: str, input_text: str = "") -> str:
    """Return what the user says: the instruction, then the input after an empty line."""
    return f"{instruction}\n\n{input_text}" if input_text.strip() else instruction


def prompt_messages(
    instruction: str, input_text: str = "", *, system_prompt: str | None = None
) -> list[Message]:
    """Return the conversation up to where the model is to answer."""
    messages = [{"role": "system", "content": system_prompt}] if system_prompt else []
    messages.append({"role": "user", "content": user_text(instruction, input_text)})
    return messages


def training_messages(
    fields: Mapping[str, Any], *, system_prompt: str | None = None
) -> list[Message]:
    """Return the whole conversation of one example: its prompt and its output.

    Args:
        fields: A record with ``instruction`` and ``output``, and perhaps ``input``.
        system_prompt: Put first where it is given and not empty.
    """
    prompt = prompt_messages(
        str(fields.get("instruction", "")),
        str(fields.get("input") or ""),
        system_prompt=system_prompt,
    )
    return [*prompt, {"role": "assistant", "content": str(fields.get("output", ""))}]


def prompt_ids(tokenizer: Tokenizer, messages: Sequence[Message]) -> list[int]:
    """Return the token ids that ask the model to answer `messages`."""
    ids = tokenizer.apply_chat_template(
        list(messages), add_generation_prompt=True, tokenize=True, return_dict=False
    )
    return list(ids)


def row_ids(tokenizer: Tokenizer, messages: Sequence[Message]) -> TokenizedRow:
    """Return the token ids of a whole conversation, and where its answer begins.

    Args:
        tokenizer: The model's own.
        messages: A conversation whose last message is the assistant's.
    """
    ids = list(tokenizer.apply_chat_template(list(messages), tokenize=True, return_dict=False))
    return TokenizedRow(ids=ids, prompt_length=len(prompt_ids(tokenizer, messages[:-1])))
