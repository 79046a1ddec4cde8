"""The command line as a person calls it, and the files they call it on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from curator.cli import app


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def curator(tmp_path, monkeypatch, capfd):
    """Run a command in this process, in an empty folder that is the project."""
    monkeypatch.chdir(tmp_path)
    opened = []

    def studio(file):
        opened.append(file)
        return 0

    def run(*arguments: object) -> Result:
        capfd.readouterr()
        try:
            code = app.main(studio, [str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capfd.readouterr()
        return Result(code, out, err)

    run.opened = opened
    return run


@pytest.fixture
def spawn(tmp_path):
    """Start `curator` as a process of its own in this test's folder."""
    started = []

    def start(*arguments: object, **options) -> subprocess.Popen:
        environment = {**os.environ, **options.pop("env", {})}
        process = subprocess.Popen(
            [sys.executable, "-m", "curator", *map(str, arguments)],
            cwd=tmp_path,
            env=environment,
            stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            **options,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


ANSWER = '''### Solution

```python
def {name}(number: int) -> int:
    """Return {name} of a number.

    Args:
        number: Any whole number.

    Returns:
        Another one.
    """
    return number
```

### Usage

```python
print({name}(1))
```

### Sanity test

```python
assert {name}(1) == 1
```
'''


@pytest.fixture
def good():
    """A record that no rule has anything to say about, by number."""

    def spell(number):
        # Long and different for each number: the rows must not be twins of one another.
        digits = f"{(number + 3) ** 23:x}"
        return [digits[at : at + 4] for at in range(0, min(len(digits), 32), 4)]

    asked = ("a walrus", "quantum foam", "the velvet revolution", "marble", "a copper bowl", "ice")

    def make(number: int) -> dict:
        word = asked[number % len(asked)]
        return {
            "id": f"good-{number}",
            "tags": ["numbers"],
            "instruction": f"{word.capitalize()}: {' '.join(spell(number))}?",
            "input": "",
            "output": ANSWER.format(name=f"number_{number}"),
        }

    return make


@pytest.fixture
def write(tmp_path):
    """Write records as JSON Lines under this test's folder and return the path."""

    def put(name, records):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        return path

    return put


@pytest.fixture
def mixing(tmp_path, write, good):
    """A recipe over four curated and twenty base rows."""
    write("mine.jsonl", [good(n) for n in range(4)])
    base = [
        {"instruction": f"{n**11:b} is binary {n}", "output": f"It is {n**11}."}
        for n in range(30, 50)
    ]
    write("base.jsonl", base)
    path = tmp_path / "recipe.toml"
    path.write_text(
        'name = "first"\n[[source]]\npath = "mine.jsonl"\nrole = "curated"\nrepeat = 2\n'
        '[[source]]\npath = "base.jsonl"\nrole = "base"\n[dedup]\nthreshold = 100\n'
    )
    return path
