"""The seed's data in its sizes: perfect examples and base rows, with texts of our own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pytest

from curator.mix import Plan, Recipe, SourceSpec, SplitSpec, plan_mixture
from curator.tiny import build_tiny_model
from curator.train.tokens import Tokens


def record(kind: str, number: int) -> dict[str, str]:
    """A row that is like no other."""
    own = sha256(f"{kind} {number}".encode()).hexdigest()[:48]
    return {"instruction": own, "input": "", "output": f"{kind} answer {number}"}


@pytest.fixture
def perfect():
    return lambda count: [record("perfect", number) for number in range(count)]


@pytest.fixture
def base():
    return lambda count: [record("base", number) for number in range(count)]


@pytest.fixture
def put(tmp_path):
    """Write rows as JSON Lines beside the recipe."""

    def write(name: str, rows: Iterable[dict]) -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return write


@pytest.fixture
def mixed(tmp_path):
    """Plan a mixture of (file, role, options) sources."""

    def make(*sources: tuple, **split) -> Plan:
        recipe = Recipe(
            name="replay",
            source=tuple(
                SourceSpec(path=path, role=role, **(more[0] if more else {}))
                for path, role, *more in sources
            ),
            split=SplitSpec(**split),
        )
        return plan_mixture(recipe, tmp_path)

    return make


@pytest.fixture
def check_of():
    """The check of that code, of a plan or of a preflight."""

    def find(looked, code: str):
        return next(check for check in looked.checks if check.code == code)

    return find


@pytest.fixture(scope="session")
def model(tmp_path_factory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("replay") / "model")


@pytest.fixture(scope="session")
def tokens(model):
    with Tokens(str(model), local=True) as counting:
        yield counting
