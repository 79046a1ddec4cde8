"""Never a crash: whatever a line holds, every rule says something about it or nothing."""

from __future__ import annotations

import json
import random

from hypothesis import given
from hypothesis import strategies as st

from curator.lint import make_linter
from curator.lint.batch import lint_work
from curator.lint.collection import Collection
from curator.lint.scan import lint_set
from tests.lint.awkward import ROWS

LINTER = make_linter()


def crashes(rows: list[bytes]) -> list[str]:
    batch = lint_work(LINTER, rows, bom=False)
    collection = Collection()
    collection.begin("rows")
    for facts in batch.read_facts():
        collection.add(facts, facts.index + 1)
    found = [*batch.found, *lint_set(LINTER, collection)]
    return [f"{one.code}: {one.message} {rows[one.index]!r}" for one in found if one.crashed]


def mutated(source: random.Random, line: bytes, other: bytes) -> bytes:
    """Cut, double, swap or replace a piece of a line, as a careless editor would."""
    if not line:
        return other
    start = source.randrange(len(line))
    end = min(len(line), start + source.randrange(1, 40))
    kind = source.randrange(5)
    if kind == 0:
        return line[:start] + line[end:]
    if kind == 1:
        return line[:end] + line[start:]
    if kind == 2:
        return line[:start] + bytes(source.randrange(256) for _ in range(3)) + line[end:]
    if kind == 3:
        place = source.randrange(max(1, len(other)))
        return line[:start] + other[place : place + 40] + line[end:]
    return line[:start] + source.choice(PIECES) + line[start:]


PIECES = [
    *(b"```", b"~~~", b"\\n### Usage\\n", b"\\n    ", b"\\t", b"\\r", b"\\u0000", b"\\ud83d", b"("),
    *(b"def f(*, a, /):", b'\\"\\"\\"', b"import ", b"yield ", b"async ", b"Args:", b":param x:"),
    *(
        b"\\n\\n",
        b"**",
        b"__",
        b"{",
        b"}",
        b"[",
        b"1e999",
        b"\xff",
        b"assert ",
        b"lambda: ",
        b"\\\\",
    ),
]


def test_a_thousand_mutated_lines_break_no_rule():
    source = random.Random(5)
    lines = [row.line for row in ROWS]
    rows = []
    for _ in range(1000):
        line = source.choice(lines)
        for _ in range(source.randrange(1, 4)):
            line = mutated(source, line, source.choice(lines))
        rows.append(line.replace(b"\n", b""))
    assert crashes(rows) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = ["id", "tags", "instruction", "input", "output", "lint_ignore", "a/b~c"]


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=6), JSON, max_size=7))
def test_no_value_anywhere_breaks_a_rule(fields: dict):
    assert crashes([json.dumps(fields).encode()]) == []


@given(st.binary(max_size=60))
def test_no_bytes_break_a_rule(raw: bytes):
    assert crashes([raw.replace(b"\n", b"")]) == []


def test_large_and_deep_rows_break_no_rule():
    deep = "(" * 3000 + ")" * 3000
    chain = "if x:\n    pass\n" + "elif x:\n    pass\n" * 3000
    for code in (deep, chain, "x" * 300_000, "a." * 5000 + "b", "\n" * 20_000, "-" * 100_000):
        output = f"### Solution\n\n```python\n{code}\n```\n"
        row = json.dumps({"instruction": code[:5000], "output": output}).encode()
        assert crashes([row]) == []
