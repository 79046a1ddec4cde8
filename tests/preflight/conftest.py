"""Mixtures written by hand, a tiny model whose tokens are bytes, and one process that counts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from curator.preflight import Preflight, preflight
from curator.tiny import build_tiny_model
from curator.train import TrainingSpec
from curator.train.tokens import Tokens


@pytest.fixture(scope="session")
def model(tmp_path_factory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("preflight") / "model")


@pytest.fixture(scope="session")
def tokens(model):
    with Tokens(str(model), local=True) as counting:
        yield counting


@pytest.fixture
def variant(model, tmp_path):
    """A copy of the model with another chat template."""

    def make(template: str | None, **config: object) -> Path:
        folder = tmp_path / "variant"
        shutil.copytree(model, folder)
        path = folder / "tokenizer_config.json"
        written = json.loads(path.read_text())
        written["chat_template"] = template
        if template is None:
            del written["chat_template"]
        path.write_text(json.dumps({**written, **config}))
        return folder

    return make


def talk(asked: str, answer: str = "yes", system: str = "") -> dict:
    first = [{"role": "system", "content": system}] if system else []
    return {
        "messages": [
            *first,
            {"role": "user", "content": asked},
            {"role": "assistant", "content": answer},
        ]
    }


@pytest.fixture
def put(tmp_path):
    """Write a mixture by hand and return its folder."""

    def write(train: list[dict], valid: list[dict] = (), test: list[dict] | None = None) -> Path:
        folder = tmp_path / "mixture"
        folder.mkdir(exist_ok=True)
        parts = {"train": train, "valid": valid, **({"test": test} if test is not None else {})}
        for name, rows in parts.items():
            text = "".join(json.dumps(row) + "\n" for row in rows)
            (folder / f"{name}.jsonl").write_text(text)
        return folder

    return write


@pytest.fixture
def look(model, tokens):
    """Look at a mixture with the tiny model, as `checks by code`."""

    def at(folder: Path, *, with_tokens: Tokens = tokens, held_out=(), **spec) -> dict:
        spec = {"model": str(model), "iters": 1, **spec}
        found: Preflight = preflight(
            folder, TrainingSpec(**spec), held_out=held_out, tokens=with_tokens
        )
        at.last = found
        codes = [check.code for check in found.checks]
        assert len(set(codes)) == len(codes)
        return {check.code: check for check in found.checks}

    return at
