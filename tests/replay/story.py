"""The files of docs/replay.md, made of what ships, in the sizes of the report.

The report's own rows are not ours to ship. What decides its figures are counts and places: 20 and
64 curated examples, 1,000 and 2,000 base rows, three copies, which file comes first. So examples
and base rows are ours, with several base rows asked at once where there are too few.
``python -m tests.replay.story FOLDER`` writes the files, for whoever wants to follow the page, and
with them the model that its commands name.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from curator.tiny import build_tiny_model

ROOT = Path(__file__).parents[2]
Row = dict[str, object]

#: The example that the report was also judged by, in the shape that it wanted.
FACTORIAL = {
    "id": "factorial",
    "tags": ["numbers", "recursion"],
    "instruction": "Write a Python function to calculate the factorial of a number.",
    "input": "",
    "output": '''\
### Solution

```python
def factorial(number: int) -> int:
    """Multiply all whole numbers from 1 up to a number.

    Args:
        number: The last factor; 0 gives the empty product.

    Returns:
        The factorial, exact however large it is.

    Raises:
        ValueError: If the number is negative.
    """
    if number < 0:
        raise ValueError(f"no factorial of {number}")
    product = 1
    for factor in range(2, number + 1):
        product *= factor
    return product
```

### Usage

```python
print(factorial(5))  # Output: 120
```

### Sanity test

```python
assert factorial(0) == 1
assert factorial(1) == 1
assert factorial(5) == 120

try:
    factorial(-1)
except ValueError as error:
    assert "-1" in str(error)
else:
    raise AssertionError("a negative number has a factorial")
```
''',
}

#: What the report shows of its model's answer, word for word: one fence around everything.
REPORTED = Path(__file__).with_name("report_answer.md").read_text("utf-8")

#: What the report's check would have praised as well.
HOLLOW = '''\
I would begin like this:

```python
### Solution
### Usage
### Sanity test
TEXT = """Args: Returns:"""
```
'''

SUITE = """\
name = "report"
description = "The one prompt that the report was judged by."

[[prompt]]
id = "factorial"
instruction = "Write a Python function to calculate the factorial of a number."
tags = ["numbers"]
"""

FIRST = """\
name = "first-attempt"

[[source]]
path = "base-2000.jsonl"
role = "base"

[[source]]
path = "perfect-20.jsonl"
role = "curated"

[contamination]
suites = ["report.toml"]
"""

SECOND = """\
name = "second-attempt"

[[source]]
path = "perfect-3x.jsonl"
role = "curated"

[[source]]
path = "base-1000.jsonl"
role = "base"

[contamination]
suites = ["runnable-first", "control"]

[split]
valid = 0.0207
"""

SMALL = """\
name = "small"

[[source]]
path = "perfect-20.jsonl"
role = "curated"

[split]
valid = 0.0
"""

MEANT = """\
name = "as-meant"

[[source]]
path = "perfect.jsonl"
role = "curated"
repeat = 3

[[source]]
path = "base-1000.jsonl"
role = "base"

[contamination]
suites = ["runnable-first", "control"]

[split]
valid = 0.0207
"""


def shipped(name: str) -> list[Row]:
    return [json.loads(line) for line in (ROOT / name).read_text("utf-8").splitlines()]


def base_rows(count: int) -> list[Row]:
    """Return that many base rows, no two alike: the shipped ones, then several asked at once."""
    rows = shipped("data/raw/sample.jsonl")
    return list(islice(chain(rows, joined(rows)), count))


def joined(rows: list[Row]) -> Iterator[Row]:
    """Yield rows that ask for several things, each time of other rows far apart in the file."""
    plain = [row for row in rows if not row["input"]]
    for steps in (0, 101), (0, 37, 211), (0, 53, 149, 307), (0, 71, 173):
        for place in range(len(plain)):
            parts = [plain[(place + step) % len(plain)] for step in steps]
            asked = " And: ".join(str(part["instruction"]) for part in parts)
            answers = "\n\n".join(str(part["output"]) for part in parts)
            yield {"instruction": f"Several things. {asked}", "input": "", "output": answers}


def put(path: Path, rows: Iterable[Row]) -> None:
    path.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )


def write_story(folder: Path) -> None:
    """Write the files of the page into a folder."""
    perfect = [FACTORIAL, *shipped("data/custom/perfect_examples.jsonl")[:63]]
    put(folder / "perfect.jsonl", perfect)
    put(folder / "perfect-20.jsonl", perfect[:20])
    put(folder / "perfect-3x.jsonl", perfect * 3)
    put(folder / "base-1000.jsonl", base_rows(1000))
    put(folder / "base-2000.jsonl", base_rows(2000))
    answers = [
        ("reported", str(FACTORIAL["instruction"]), REPORTED),
        ("hollow", "How would you begin a function for the factorial?", HOLLOW),
    ]
    put(
        folder / "answers.jsonl",
        (
            {"id": name, "instruction": asked, "input": "", "output": text}
            for name, asked, text in answers
        ),
    )
    for name, text in (
        ("report.toml", SUITE),
        ("first.toml", FIRST),
        ("second.toml", SECOND),
        ("meant.toml", MEANT),
        ("small.toml", SMALL),
    ):
        (folder / name).write_text(text, encoding="utf-8")


def prepare(folder: Path) -> None:
    """Write all that the commands of the page work on, the folder included."""
    folder.mkdir(parents=True, exist_ok=True)
    write_story(folder)
    build_tiny_model(folder / "tiny-model")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.replay.story FOLDER")
    prepare(Path(sys.argv[1]))
