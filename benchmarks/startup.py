"""How long a person waits for Curator to start, beside what Python and Textual take by themselves.

Claims: ``curator --version`` under 150 ms, ``curator lint`` of a dozen rows under 400 ms, the
studio's first paint under 700 ms, on two cores. Each figure is a median of `ROUNDS` runs; ours and
its peer run in turn.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import pexpect

from curator.store import shipped_examples

ROUNDS = 9
# As a person's shell has it: modules are compiled once, and not again at every start.
ENVIRONMENT = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
PYTHON = sys.executable
CURATOR = str(Path(PYTHON).parent / "curator")

PLAIN_APP = """
from textual.app import App
from textual.widgets import Label
class Plain(App):
    def compose(self):
        yield Label("Author")
Plain().run()
"""


def run_seconds(*command: str) -> float:
    """Return the wall-clock seconds of a command."""
    begun = time.perf_counter()
    subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=ENVIRONMENT
    )
    return time.perf_counter() - begun


def paint_seconds(*command: str) -> float:
    """Return the seconds until a terminal program has drawn the word Author."""
    begun = time.perf_counter()
    child = pexpect.spawn(
        command[0],
        list(command[1:]),
        dimensions=(40, 120),
        env={**ENVIRONMENT, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        timeout=20,
    )
    child.expect("Author")
    taken = time.perf_counter() - begun
    child.close(force=True)
    return taken


def compare(title: str, limit: float, measure, ours: tuple[str, ...], peer: tuple[str, ...]):
    """Measure ours and the peer in turn and print both medians."""
    measure(*ours), measure(*peer)  # a first run of each compiles and fills caches
    mine, theirs = [], []
    for _ in range(ROUNDS):
        mine.append(measure(*ours))
        theirs.append(measure(*peer))
    median = statistics.median(mine)
    print(
        f"{title:<28} {median * 1000:6.0f} ms  (claim: under {limit * 1000:.0f})"
        f"   peer {statistics.median(theirs) * 1000:6.0f} ms"
        f"   {'holds' if median < limit else 'DOES NOT HOLD'}"
    )


def main() -> None:
    """Run every comparison."""
    with tempfile.TemporaryDirectory() as folder:
        dozen = Path(folder) / "dozen.jsonl"
        with shipped_examples().open("rb") as source:
            dozen.write_bytes(b"".join(islice(source, 12)))
        plain = Path(folder) / "plain.py"
        plain.write_text(PLAIN_APP, "utf-8")
        bare = (PYTHON, "-c", "import click")
        read = (PYTHON, "-c", f"import json; [json.loads(x) for x in open({str(dozen)!r})]")
        compare("curator --version", 0.150, run_seconds, (CURATOR, "--version"), bare)
        compare(
            "curator lint, a dozen rows", 0.400, run_seconds, (CURATOR, "lint", str(dozen)), read
        )
        compare(
            "studio, first paint",
            0.700,
            paint_seconds,
            (CURATOR, "open", str(dozen)),
            (PYTHON, str(plain)),
        )
        print("peers: import click · json.loads of the rows · a Textual app with one label")


if __name__ == "__main__":
    main()
