"""Files of examples and recipes in a folder of their own."""

from __future__ import annotations

import json

import pytest

from curator.mix import Recipe, SourceSpec

TOPICS = (
    "walrus harbour",
    "quantum biscuit",
    "velvet thunder",
    "marble octopus",
    "copper lantern",
    "frozen juggler",
    "bamboo cathedral",
    "silent trumpet",
    "purple glacier",
    "hollow mango",
)


@pytest.fixture
def row():
    """A record whose instruction is unlike that of any other number."""

    def make(number: int, **changes: str) -> dict[str, str]:
        word = TOPICS[number % len(TOPICS)]
        # A long number of its own keeps two instructions well below any twin threshold.
        own = f"{(number * 7919 + 13) ** 5:x}" * 2
        record = {
            "instruction": f"{own} {word} {own[::-1]}",
            "input": "",
            "output": f"answer {number}",
        }
        return {**record, **changes}

    return make


@pytest.fixture
def write(tmp_path):
    """Write records as JSON Lines and return the file's name."""

    def put(name: str, records: list[dict]) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        return name

    return put


@pytest.fixture
def recipe():
    """A recipe of (path, role) pairs; more of a source is said by a third, a dict."""

    def make(*sources: tuple, **more) -> Recipe:
        return Recipe(
            name=more.pop("name", "test"),
            source=tuple(
                SourceSpec(path=path, role=role, **(extra[0] if extra else {}))
                for path, role, *extra in sources
            ),
            **more,
        )

    return make
