"""What must not be loaded, seen from a fresh interpreter: each import that is spared is time.

The import contracts judge what modules write; this judges what the interpreter did.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

TRAINERS = {"mlx", "mlx_lm", "transformers", "torch"}
SCREENS = {"textual", "textual_plotext", "plotext"}
NETWORK = {"huggingface_hub", "requests", "httpx", "httpx2"}


def loaded_by(statement: str) -> set[str]:
    """The top-level packages that a fresh interpreter has after a statement."""
    program = (
        f"{statement}\nimport json, sys\n"
        "print('\\n' + json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("statement", "spared"),
    [
        ("import curator", TRAINERS | SCREENS | NETWORK | {"click", "rich", "msgspec", "numpy"}),
        ("import curator.cli.app", TRAINERS | SCREENS | NETWORK | {"rich", "msgspec", "numpy"}),
        ("import curator.tui.launch", TRAINERS | SCREENS | NETWORK | {"numpy"}),
        ("import curator.tui.app", TRAINERS | NETWORK),
        ("import curator.lint", TRAINERS | SCREENS | NETWORK | {"numpy", "rich", "click"}),
        ("import curator.mix", TRAINERS | SCREENS | NETWORK | {"numpy", "rich", "click"}),
        ("import curator.train", TRAINERS | SCREENS | NETWORK | {"numpy", "rich", "click"}),
        ("import curator.evaluate", TRAINERS | SCREENS | NETWORK | {"numpy", "rich", "click"}),
        ("import curator.tiny", TRAINERS | SCREENS | NETWORK),
        ("import curator.cli.lint", TRAINERS | SCREENS | NETWORK | {"numpy"}),
        ("import curator.cli.train", TRAINERS | SCREENS | NETWORK | {"numpy"}),
        ("import curator.publish.hub", TRAINERS | SCREENS | NETWORK | {"numpy", "rich", "click"}),
        ("import curator.publish.report", TRAINERS | SCREENS | NETWORK | {"numpy", "rich"}),
        ("import curator.cli.publish", TRAINERS | SCREENS | NETWORK | {"numpy"}),
    ],
)
def test_importing_a_room_loads_nothing_that_it_can_do_without(statement, spared):
    loaded = loaded_by(statement)

    assert "curator" in loaded
    assert sorted(loaded & spared) == []


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["rule", "--all"], ["lint", "-"], ["dupes", "-"]]
)
def test_a_quick_command_loads_no_trainer_and_no_screen(arguments):
    statement = (
        "import io, sys\nfrom curator.cli import app\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO(b''))\n"
        f"assert app.main(lambda file: 0, {arguments!r}) == 0"
    )

    loaded = loaded_by(statement)

    assert "curator" in loaded
    assert sorted(loaded & (TRAINERS | SCREENS | NETWORK)) == []


def test_linting_a_whole_file_loads_no_trainer_and_no_screen():
    statement = (
        "from curator.lint import lint\nfrom curator.store import shipped_examples\n"
        "assert lint([shipped_examples()]).rows > 10"
    )

    loaded = loaded_by(statement)

    assert "markdown_it" in loaded
    assert sorted(loaded & (TRAINERS | SCREENS | NETWORK)) == []
