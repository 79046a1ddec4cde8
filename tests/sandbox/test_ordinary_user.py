"""Root has a way of its own into bubblewrap; this tries the one that everybody else takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from curator.sandbox.launch import interpreter
from tests.sandbox.conftest import SOLUTION
from tests.sandbox.hostile import BOMBS, CHEATS, ESCAPES

USER = 54_321
SCRIPT = Path(__file__).with_name("as_user.py")


def others_may_read(path: Path) -> bool:
    return all(part.stat().st_mode & 0o005 for part in [path.resolve(), *path.resolve().parents])


def python_for_others() -> str | None:
    wanted = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for path in (interpreter().executable, Path("/usr/bin") / wanted):
        if path.exists() and others_may_read(path):
            return str(path)
    return None


@pytest.fixture
def ask(sealed):
    """Run test sections as an ordinary user and return what came of each."""
    if os.geteuid() != 0:
        pytest.skip("the other tests already run as an ordinary user")
    python = python_for_others()
    if python is None or not others_may_read(SCRIPT):
        pytest.skip("no Python, or no checkout, that another user may read")

    def play(tests, seconds=10.0):
        done = subprocess.run(
            [python, "-B", str(SCRIPT)],
            input=json.dumps({"solution": SOLUTION, "tests": tests, "seconds": seconds}),
            capture_output=True,
            text=True,
            user=USER,
            group=USER,
            extra_groups=[],
            cwd="/",
            env={"PATH": os.defpath, "TOKEN": "canary"},
        )
        if done.returncode:
            pytest.skip(f"no sandbox for an ordinary user: {done.stderr.strip()[-300:]}")
        return json.loads(done.stdout)

    return play


def test_nothing_gets_out(ask, tmp_path):
    tmp_path.chmod(0o777)
    filled = [
        code.format(
            home="/etc/passwd",
            outside=str(tmp_path),
            tcp=9,
            udp=9,
            unix="/run/socket",
            abstract="none",
            victim=os.getpid(),
        )
        + "\nassert double(2) == 4\n"
        for code in ESCAPES.values()
    ]
    for name, (status, output) in zip(ESCAPES, ask(filled), strict=True):
        assert "BREACH" not in output, (name, output)
        assert "root:" not in output, (name, output)
        assert status in {"passed", "refused"}, (name, status)
    assert list(tmp_path.iterdir()) == []


def test_no_pass_is_forged(ask):
    told = ask([code.lstrip("\n") for code in CHEATS.values()])
    assert {
        name for name, (status, _) in zip(CHEATS, told, strict=True) if status == "passed"
    } == set()


def test_no_bomb_goes_off(ask):
    names = [name for name, (_, endings) in BOMBS.items() if "timed out" not in endings]
    for name, (status, _) in zip(names, ask([BOMBS[name][0] for name in names]), strict=True):
        assert status in BOMBS[name][1], name
    assert ask([BOMBS["forks"][0]], seconds=1.5)[0][0] in BOMBS["forks"][1]
