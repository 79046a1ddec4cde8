"""A model of its own from a base and an adapter, by mlx-lm's own fuse.

A quantised base has steps that are larger than what an adapter changes: fused into 4 bits, small
changes round away. So the base is dequantised first, unless somebody says otherwise.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curator.errors import CancelledError, ConfigError, ModelError, StoreError
from curator.evaluate.generate import Generator, Sampling
from curator.example.chat import prompt_messages
from curator.publish.markdown import code, fence, front_matter
from curator.publish.naming import base_folder, base_name
from curator.publish.serve import QUESTION, start_tool, system_prompt_of
from curator.terminal import one_line
from curator.train import Run, check_model
from curator.train.child import last_words
from curator.train.model import is_local

_POLL = 0.2
#: Asked of both, to see whether they answer alike.
QUESTIONS = (QUESTION, "Reverse the words of a sentence.", "Say what a list comprehension is.")


@dataclass(frozen=True, slots=True)
class Fused:
    """A fused model.

    Attributes:
        folder: Where it is.
        size: In bytes.
        quantised: Whether its base was.
        dequantised: Whether it no longer is.
    """

    folder: Path
    size: int
    quantised: bool
    dequantised: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """Whether a fused model answers as base and adapter do.

    Attributes:
        same: Answers that are the same, to the character.
        asked: Questions that were asked.
    """

    same: int
    asked: int


def fuse_run(
    run: Run, out: Path, *, keep_quantised: bool = False, cancel: threading.Event | None = None
) -> Fused:
    """Make a model of its own from a run's base and adapter.

    Args:
        run: A run with an adapter.
        out: A new folder.
        keep_quantised: Leave a quantised base as it is.
        cancel: Set it to stop; nothing is left then.

    Raises:
        ConfigError: The run has no adapter, or the folder is there already.
        ModelError: The model cannot be loaded or fused.
        StoreError: It cannot be written.
        CancelledError: `cancel` was set.
    """
    if run.adapter is None:
        raise ConfigError(f"The run {run.id} left no adapter to fuse.", path=run.folder)
    if out.exists():
        raise ConfigError("This is there already.", path=out, hint="Name a new folder.")
    model = check_model(run.model)
    base = _folder(model)
    beside = out.with_name(f".{out.name}.{os.getpid()}.new")
    log = run.folder / "fuse.log"
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        _work(
            [
                *("--model", str(base or model), "--adapter-path", str(run.adapter.resolve())),
                *("--save-path", str(beside.resolve())),
                *([] if keep_quantised else ["--dequantize"]),
            ],
            model,
            log,
            cancel or threading.Event(),
        )
        quantised = "quantization" in _config(base or _folder(model) or beside)
        card = _card(run, quantised=quantised, dequantised=not keep_quantised)
        (beside / "README.md").write_text(card, "utf-8")
        check_model(str(beside))
        beside.rename(out)
    except OSError as error:
        raise StoreError(f"It cannot be written: {error.strerror}.", path=out) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return Fused(out, size, quantised, quantised and not keep_quantised)


def compare_answers(
    run: Run, fused: Path, *, max_tokens: int = 64, cancel: threading.Event | None = None
) -> Likeness:
    """Ask base with adapter, and the fused model, the same questions.

    Args:
        run: The run.
        fused: The fused model.
        max_tokens: Tokens of an answer, at most.
        cancel: Set it to stop.

    Raises:
        ModelError: One of them cannot be loaded.
        TrainingError: A process died.
        CancelledError: `cancel` was set.
    """
    prompt = system_prompt_of(run)
    conversations = [prompt_messages(question, system_prompt=prompt) for question in QUESTIONS]
    answers: list[dict[int, str]] = []
    for model, adapter in ((run.model, run.adapter), (str(fused.resolve()), None)):
        with Generator(model) as generator:
            answers.append(
                {
                    one.index: one.text
                    for one in generator.complete(
                        conversations,
                        adapter=adapter,
                        sampling=Sampling(max_tokens=max_tokens),
                        cancel=cancel,
                    )
                }
            )
    if cancel is not None and cancel.is_set():
        raise CancelledError("The fused model is there and was not compared.", path=fused)
    one, other = answers
    return Likeness(sum(other.get(index) == text for index, text in one.items()), len(one))


def _work(arguments: list[str], model: str, log: Path, cancel: threading.Event) -> None:
    process = start_tool("fuse", arguments, model=model, log=log)
    try:
        while process.poll() is None:
            if cancel.wait(_POLL):
                raise CancelledError("Nothing was written.")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()
    if process.returncode:
        raise ModelError(
            f"The model cannot be fused: {one_line(last_words(log), 200)}", hint=f"See {log}."
        )


def _folder(model: str) -> Path | None:
    """Return where a model is on this machine; None where it is to be downloaded."""
    if is_local(model):
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except LocalEntryNotFoundError:
        return None


def _config(folder: Path) -> dict[str, Any]:
    try:
        value = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _card(run: Run, *, quantised: bool, dequantised: bool) -> str:
    """Return a short card; a path of this machine is no part of it."""
    base = base_name(run.model)
    head: dict[str, Any] = {} if base_folder(run.model) else {"base_model": run.model}
    head |= {"library_name": "mlx", "pipeline_tag": "text-generation", "tags": ["mlx", "curator"]}
    text = f"{code(base)} with the adapter of the run {code(run.id)} fused into it."
    if quantised:
        text += (
            " It was dequantised for that, since 4 bits would round small changes away."
            if dequantised
            else " It is still quantised, so small changes may have been rounded away."
        )
    program = 'from mlx_lm import load\n\nmodel, tokenizer = load("PATH_OF_THIS_FOLDER")'
    parts = [front_matter(head), f"# {base}, fused", text, fence(program, "python")]
    return "\n\n".join(parts) + "\n"
