"""The whole job on real input, by the real command, and the real studio in a real terminal."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from curator.store import read_rows, shipped_examples
from curator.tiny import build_tiny_model

ROOT = Path(__file__).parent.parent
ALPACA = ROOT.parent / "shared" / "data" / "code_alpaca_2k.json"

RECIPE = """\
name = "real"
system_prompt = "Answer with ### Solution, ### Usage and ### Sanity test."
system_prompt_on = "curated"
[[source]]
path = "perfect_examples.jsonl"
role = "curated"
repeat = 3
[[source]]
path = "code_alpaca_2k.json"
role = "base"
limit = 1000
"""

SUITE = """\
name = "two"
[[prompt]]
id = "gray-code"
instruction = "List the Gray codes of n bits."
[[prompt]]
id = "leap"
instruction = "How many leap years lie between two years?"
"""


@pytest.fixture
def curator(tmp_path):
    """Run the real command in this test's folder; the exit code is part of the answer."""

    def run(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "curator", *map(str, arguments)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.mark.slow
@pytest.mark.skipif(not ALPACA.is_file(), reason="the real base data is not beside the project")
def test_real_base_data_goes_all_the_way_to_an_evaluated_adapter(tmp_path, curator):
    shutil.copy(ALPACA, tmp_path)
    shutil.copy(shipped_examples(), tmp_path)
    rows = len(json.loads(ALPACA.read_text("utf-8")))
    perfect = sum(row.example is not None for row in read_rows(shipped_examples()))

    linted = curator("lint", ALPACA.name, "--format", "json", code=1)
    findings = json.loads(linted.stdout)
    # Real base data is mostly not in the format, and every row can be read.
    assert f"{rows:,} rows in 1 file" in linted.stderr
    assert sum(finding["code"] == "SEC001" for finding in findings) > rows // 2
    assert not any(finding["code"] == "REC001" for finding in findings)

    twins = json.loads(curator("dupes", ALPACA.name, "--format", "json", code=1).stdout)
    assert twins["stats"]["rows"] == rows
    assert len(twins["pairs"]) > 5
    assert all(pair["score"] >= 85 for pair in twins["pairs"])

    (tmp_path / "recipe.toml").write_text(RECIPE)
    mixed = json.loads(curator("mix", "recipe.toml", "--out", "mixture", "--format", "json").stdout)
    assert mixed["curated"]["training"] == perfect
    assert mixed["curated"]["rows"] == perfect * 3
    assert mixed["train"] + mixed["valid"] == perfect * 3 + 1000
    reasons = Counter(removed["reason"] for removed in mixed["removed"])
    assert reasons["twin"] > 0
    base = mixed["sources"][1]
    assert base["rows"] + base["unreadable"] == rows
    assert reasons.total() == rows - 1000

    model = build_tiny_model(tmp_path / "model")
    trained = curator(
        *("train", "mixture", "--model", model, "--iters", 2, "--max-seq-length", 4096)
    )
    run = Path(trained.stdout.strip())
    record = json.loads((run / "run.json").read_text())
    assert record["status"] == "finished"
    assert record["rows"]["train"] == mixed["train"]
    assert record["result"]["iterations"] == 2

    (tmp_path / "suite.toml").write_text(SUITE)
    told = json.loads(
        curator(
            *("eval", "--run", "latest", "--suite", "suite.toml"),
            *("--max-tokens", 8, "--format", "json"),
        ).stdout
    )
    assert (told["n"], told["contaminated"], told["contamination_checked"]) == (2, [], True)
    assert told["adapter"] == record["result"]["adapter_sha256"]
    assert told["tuned"]["all"]["n"] == 2


class Terminal:
    """`curator` in a pseudo-terminal of 120 × 40, and the screen that a person would see."""

    def __init__(self, arguments: list[str], folder: Path) -> None:
        import pexpect
        import pyte

        self.screen = pyte.Screen(120, 40)
        self._stream = pyte.ByteStream(self.screen)
        self._over = (pexpect.EOF, pexpect.TIMEOUT)
        # A size in the environment, as pytest-xdist puts there, counts more than the terminal's.
        size = ("COLUMNS", "LINES")
        environment = {name: value for name, value in os.environ.items() if name not in size}
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "curator", *arguments],
            cwd=str(folder),
            dimensions=(40, 120),
            env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        )

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def until(self, condition: Callable[[], bool], seconds: float = 20) -> None:
        """Read what the program draws until the screen is as it should be."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"this never came:\n{self.text}"
            try:
                data = self.child.read_nonblocking(65536, timeout=0.2)
            except self._over:
                if not self.child.isalive():
                    break
                continue
            # pyte takes the $ of a mode request, and the > and = of others, for text.
            self._stream.feed(re.sub(rb"\x1b\[[?>=<][\d;]*\$?[pu]", b"", data))
        assert condition(), f"it ended with:\n{self.text}"

    def press(self, keys: str) -> None:
        self.child.send(keys)


@pytest.fixture
def terminal(tmp_path):
    opened: list[Terminal] = []

    def start(*arguments: str) -> Terminal:
        opened.append(Terminal(list(arguments), tmp_path))
        return opened[-1]

    yield start
    for one in opened:
        one.child.close(force=True)


pty = pytest.mark.filterwarnings("ignore:.*forkpty.*:DeprecationWarning")


@pty
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_the_studio_opens_on_a_file_shows_it_and_leaves(tmp_path, terminal):
    shutil.copy(shipped_examples(), tmp_path / "mine.jsonl")
    before = (tmp_path / "mine.jsonl").read_bytes()
    rows = [row.example for row in read_rows(shipped_examples())]
    beginning = rows[0].instruction[:30]
    studio = terminal("open", "mine.jsonl")

    studio.until(lambda: "mine.jsonl" in studio.text and beginning in studio.text)
    assert "curator" in studio.screen.display[0]
    studio.until(lambda: f"{len(rows)} examples" in studio.text)
    for pane in ("1 Author", "2 Mix", "3 Train", "4 Evaluate", "5 Publish"):
        assert pane in studio.text

    studio.press("2")
    studio.until(lambda: beginning not in studio.text and "recipe" in studio.text)

    studio.press("q")
    studio.until(lambda: not studio.child.isalive())
    assert studio.child.exitstatus == 0
    assert (tmp_path / "mine.jsonl").read_bytes() == before


@pty
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_lint_in_a_terminal_is_coloured_and_ends_with_its_code(tmp_path, terminal):
    (tmp_path / "mine.jsonl").write_text('{"instruction": "a", "input": "", "output": "b"}\n')
    shell = terminal("lint", "mine.jsonl")

    shell.until(lambda: "1 row in 1 file" in shell.text)

    (line, *_) = [y for y, text in enumerate(shell.screen.display) if "SEC001" in text]
    column = shell.screen.display[line].index("SEC001")
    assert shell.screen.buffer[line][column].fg == "red"
    shell.until(lambda: not shell.child.isalive())
    assert shell.child.exitstatus == 1
