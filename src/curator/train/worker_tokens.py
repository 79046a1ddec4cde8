"""The child process that counts tokens, started by `curator.train.tokens.Tokens`.

Run as ``python -m curator.train.worker_tokens MODEL --pipe N``. Only the tokenizer is loaded: no
weights, and nothing of a model's own code is run.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from curator.errors import CuratorError, ModelError
from curator.example.chat import Message, prompt_ids, row_ids
from curator.terminal import one_line
from curator.train.control import read_commands
from curator.train.maps import linear_maps
from curator.train.reporter import Pipe
from curator.train.tokens import Count, Counted, CountedRow, Refused, TemplateFacts
from curator.train.worker_model import explain_loading

# Rows that are counted one by one as well, the way training does it.
_PROVEN = 8
_SYSTEM, _USER = "Zwölf Boxkämpfer.", "Quod erat demonstrandum."
_TOKENIZER_FILES = ("*.json", "*.txt", "*.model", "*.tiktoken", "*.jinja")


def main(arguments: list[str]) -> int:
    """Answer requests until stdin ends; the arguments are the model and the pipe's number."""
    model, _, descriptor = arguments
    pipe = Pipe(int(descriptor))
    try:
        host = _Host(model)
        pipe.write(_line(host.facts()))
        for command in read_commands():
            ask = msgspec.convert(command, Count)
            pipe.write(_line(Counted(rows=host.count(ask.rows, ask.marks))))
    except CuratorError as error:
        kind = "model" if isinstance(error, ModelError) else "training"
        pipe.write(_line(Refused(message=error.message, hint=error.hint, kind=kind)))
    # The last line of defence of a process that nobody watches: the log gets the whole story.
    except Exception as error:
        traceback.print_exc()
        said = one_line(f"{type(error).__name__}: {error}", 200)
        pipe.write(_line(Refused(message=f"The counting failed: {said}", kind="training")))
    return 0


class _Host:
    """A loaded tokenizer."""

    def __init__(self, model: str) -> None:
        # Told before transformers is imported, which would speak of missing frameworks.
        os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
        from mlx_lm.utils import load_tokenizer

        self._model = model
        try:
            self._tokenizer: Any = load_tokenizer(model)
        # Loaders raise whatever their files make them raise; the log gets the whole story.
        except Exception as error:
            traceback.print_exc()
            raise explain_loading(model, error) from None
        if not self._tokenizer.encode(_USER, add_special_tokens=False):
            # What is loaded where the files of a tokenizer are missing.
            raise ModelError(
                f"The model {model} has a tokenizer without tokens.",
                hint="A model folder holds tokenizer.json, or the files that its kind needs.",
            )
        self._ends = sorted(self._tokenizer.eos_token_ids)
        # mlx-lm's own templates, for a few models, take one conversation at a time.
        self._at_once = getattr(self._tokenizer, "_chat_template", None) is None

    def facts(self) -> TemplateFacts:
        """Return how the template behaves."""
        folder = _folder(self._model)
        config = _read_json(folder / "config.json")
        config = {**config, **(config.get("text_config") or {})}
        size = sum(path.stat().st_size for path in folder.glob("model*.safetensors"))
        sizes = {
            "hidden": config.get("hidden_size"),
            "layers": config.get("num_hidden_layers"),
            "heads": config.get("num_attention_heads"),
            "intermediate": config.get("intermediate_size"),
            "vocabulary": config.get("vocab_size"),
        }
        known: dict[str, Any] = {
            **{key: value for key, value in sizes.items() if isinstance(value, int)},
            "tokenizer": _hash(folder),
            "weight_bytes": size,
            "number_bytes": _number_bytes(config),
            "maps": linear_maps(folder, config),
        }
        if not self._tokenizer.has_chat_template:
            return TemplateFacts(template=False, **known)
        ends = self._tokenizer.convert_ids_to_tokens(self._ends)
        system_role, own = self._system()
        return TemplateFacts(
            template=True,
            system_role=system_role,
            own_system=own,
            dated="strftime_now" in str(getattr(self._tokenizer, "chat_template", "")),
            end_tokens=tuple(str(token) for token in ends),
            **known,
        )

    def _system(self) -> tuple[bool, str]:
        """Return whether the template takes a system message, and which it puts by itself."""
        user = {"role": "user", "content": _USER}
        bare = self._render([user])
        try:
            given = self._render([{"role": "system", "content": _SYSTEM}, user])
        # A template refuses with an exception of Jinja's, or of its own.
        except Exception:
            traceback.print_exc()
            return False, ""
        if _SYSTEM not in given:
            return False, ""
        before, _, rest = given.partition(_SYSTEM)
        between = rest.partition(_USER)[0]
        if not bare.startswith(before):
            return True, ""
        # Where it writes the same frame as around a given prompt, what is in it is its own.
        inside = bare[len(before) :].partition(_USER)[0]
        own = inside.removesuffix(between) if between and inside.endswith(between) else ""
        return True, own.strip()

    def _render(self, messages: Sequence[Message]) -> str:
        return str(self._tokenizer.apply_chat_template(list(messages), tokenize=False))

    def count(self, rows: list[list[Message]], marks: list[str]) -> list[CountedRow]:
        """Count conversations, many at once."""
        try:
            whole, asked = self._tokenized(rows)
        # As in `_system`: what a template raises is its author's choice.
        except Exception as error:
            traceback.print_exc()
            raise ModelError(
                f"The chat template refuses a row: {one_line(str(error), 200)}",
                hint="Some take no system message; see system_prompt_on in the recipe.",
            ) from None
        return [
            CountedRow(
                len(ids),
                len(prompt),
                ids[: len(prompt)] == prompt,
                self._end(ids, len(prompt)),
                self._places(row, marks, len(prompt)) if marks else (),
            )
            for row, ids, prompt in zip(rows, whole, asked, strict=True)
        ]

    def _tokenized(self, rows: list[list[Message]]) -> tuple[list[list[int]], list[list[int]]]:
        """Return the ids of whole conversations, and of what asks for their answers.

        All at once is twenty times as fast as one by one. It is done where it gives the first rows
        the very ids that training and generation will see, which build them one by one.
        """
        if self._at_once:
            prompts = [row[:-1] for row in rows]
            whole, asked = self._ids(rows, prompt=False), self._ids(prompts, prompt=True)
            if all(
                row_ids(self._tokenizer, row).ids == ids
                and prompt_ids(self._tokenizer, row[:-1]) == prompt
                for row, ids, prompt in zip(rows[:_PROVEN], whole, asked, strict=False)
            ):
                return whole, asked
            self._at_once = False
        return (
            [row_ids(self._tokenizer, row).ids for row in rows],
            [prompt_ids(self._tokenizer, row[:-1]) for row in rows],
        )

    def _ids(self, rows: list[list[Message]], *, prompt: bool) -> list[list[int]]:
        texts = self._tokenizer.apply_chat_template(
            rows, add_generation_prompt=prompt, tokenize=False
        )
        backend = getattr(self._tokenizer, "backend_tokenizer", None)
        if backend is None:
            return list(self._tokenizer(texts, add_special_tokens=False)["input_ids"])
        # The library underneath, without the masks that nobody asked for.
        return [one.ids for one in backend.encode_batch_fast(texts, add_special_tokens=False)]

    def _end(self, ids: list[int], prompt: int) -> int:
        """Return how many tokens stand up to and with the last end token of the answer."""
        for place in range(len(ids) - 1, prompt - 1, -1):
            if ids[place] in self._ends:
                return place + 1
        return 0

    def _places(self, row: list[Message], marks: list[str], prompt: int) -> tuple[int, ...]:
        """Return how many tokens stand before each text, counted on the answer by itself."""
        answer = row[-1]["content"]
        found = []
        for mark in marks:
            at = answer.find(mark)
            if at < 0:
                found.append(-1)
                continue
            ids = self._tokenizer.encode(answer[:at], add_special_tokens=False)
            found.append(prompt + len(ids))
        return tuple(found)


def _folder(model: str) -> Path:
    """Return where the model's files lie; a name on the Hub was fetched when it was loaded."""
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import try_to_load_from_cache

    for name in ("config.json", "tokenizer_config.json", "tokenizer.json"):
        path = try_to_load_from_cache(model, name)
        if isinstance(path, str):
            return Path(path).parent
    return Path(model)


def _hash(folder: Path) -> str:
    whole = hashlib.sha256()
    names = {path for pattern in _TOKENIZER_FILES for path in folder.glob(pattern)}
    for path in sorted(names, key=lambda path: path.name):
        if "token" in path.name or path.suffix in {".jinja", ".txt"} or path.stem == "vocab":
            whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _number_bytes(config: dict[str, Any]) -> int:
    """Return the bytes of a number of a model that is not quantised; 0 where that is not known."""
    if "quantization" in config:
        return 0
    kind = str(config.get("torch_dtype") or config.get("dtype") or "")
    return {"float32": 4, "bfloat16": 2, "float16": 2}.get(kind, 0)


def _line(reply: TemplateFacts | Counted | Refused) -> bytes:
    return msgspec.json.encode(reply) + b"\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
