"""The page docs/replay.md, told again: ``python -m tests.replay.page`` writes it anew.

Every console block of the page is run, in order, in one folder with the files of `story`, and what
it prints takes the place of what the page says. Blocks after a ``<!-- by the script only -->`` take
longer than a test should, so only the script runs them; the test holds all others.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.replay.story import prepare

PAGE = Path(__file__).parents[2] / "docs/replay.md"
LONG = "<!-- by the script only -->\n"
BLOCK = re.compile(
    rf"(?P<long>{re.escape(LONG)})?```console\n\$ (?P<command>.+)\n(?P<printed>(?:.*\n)*?)```\n"
)
#: When a run began; the name that follows it says enough.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d-\d{6}-")
#: The page's words for the programs that the tests run.
SHELL = 'curator() { "$PYTHON" -m curator "$@"; }; python() { "$PYTHON" "$@"; }; '


def environment(folder: Path) -> dict[str, str]:
    """Return variables that make every machine answer alike: no model, no network, no colours."""
    state = str(folder / ".state")
    return os.environ | {
        "PYTHON": sys.executable,
        # Words for the person and results in the order in which a terminal shows them.
        "PYTHONUNBUFFERED": "1",
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "HF_HOME": state,
        "HF_HUB_OFFLINE": "1",
        "CURATOR_STATE_DIR": state,
        "CURATOR_CACHE_DIR": state,
    }


def say(folder: Path, command: str) -> str:
    """Return what a command of the page prints now."""
    done = subprocess.run(
        ["bash", "-c", SHELL + command],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
    )
    return MOMENT.sub("…-", done.stdout)


def retold(page: str, folder: Path, *, long: bool) -> str:
    """Return the page with the output of today.

    Args:
        page: Its text.
        folder: Where `prepare` was.
        long: Whether blocks that take long are run too.
    """

    def again(match: re.Match[str]) -> str:
        if match["long"] and not long:
            return match[0]
        printed = say(folder, match["command"])
        return f"{match['long'] or ''}```console\n$ {match['command']}\n{printed}```\n"

    return BLOCK.sub(again, page)


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        prepare(Path(name))
        PAGE.write_text(retold(PAGE.read_text("utf-8"), Path(name), long=True), encoding="utf-8")
