"""None of the hostile programs gets through, and none leaves anything behind."""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from curator.sandbox import Limits, Program, Status, run, run_many
from tests.sandbox.conftest import SOLUTION
from tests.sandbox.hostile import BOMBS, CHEATS, ESCAPES

SMALL = Limits(memory=256 << 20, disk=16 << 20, files=2000)
SHORT = dataclasses.replace(SMALL, seconds=1.5)


class World:
    """What exists outside: a secret, a folder, sockets, a process."""

    def __init__(self, folder: Path) -> None:
        self.secret = folder / "home" / "secret"
        self.secret.parent.mkdir()
        self.secret.write_text("BREACH canary")
        self.outside = folder / "outside"
        self.outside.mkdir(mode=0o777)
        self.outside.chmod(0o777)
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.unix = socket.socket(socket.AF_UNIX)
        self.unix.bind(str(folder / "socket"))
        self.unix.listen()
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract_name = f"curator-test-{os.getpid()}"
        self.abstract.bind("\0" + self.abstract_name)
        self.abstract.listen()
        for listening in self.sockets:
            listening.setblocking(False)
        self.victim = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"],
            stdin=subprocess.PIPE,
            env=os.environ | {"TOKEN": "canary"},
        )
        self.folder = folder

    @property
    def sockets(self) -> list[socket.socket]:
        return [self.tcp, self.udp, self.unix, self.abstract]

    def fill(self, code: str) -> str:
        return code.format(
            home=str(self.secret),
            outside=str(self.outside),
            tcp=self.tcp.getsockname()[1],
            udp=self.udp.getsockname()[1],
            unix=str(self.folder / "socket"),
            abstract=self.abstract_name,
            victim=self.victim.pid,
        )

    def assert_untouched(self) -> None:
        assert self.secret.read_text() == "BREACH canary"
        assert list(self.outside.iterdir()) == []
        assert self.victim.poll() is None
        with pytest.raises(BlockingIOError):
            self.udp.recv(1)
        for listening in (self.tcp, self.unix, self.abstract):
            with pytest.raises(BlockingIOError):
                listening.accept()

    def close(self) -> None:
        for listening in self.sockets:
            listening.close()
        assert self.victim.stdin is not None
        self.victim.stdin.close()
        self.victim.wait()


@pytest.fixture(scope="module")
def world(tmp_path_factory, sealed):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_TOKEN", "canary")
        world = World(tmp_path_factory.mktemp("world"))
        yield world
        world.close()


def test_there_are_at_least_forty():
    assert len(ESCAPES) + len(CHEATS) + len(BOMBS) >= 40


@pytest.mark.parametrize("name", ESCAPES)
def test_nothing_gets_out(name, world, sealed, nothing_left):
    code = world.fill(ESCAPES[name]) + "\nassert double(2) == 4\n"
    outcome = run(Program(SOLUTION, test=code), SMALL, sealed)
    assert "BREACH" not in outcome.stdout + outcome.stderr
    # The attempt was made and the program went on: it did not end before it could do harm.
    assert outcome.status in {Status.PASSED, Status.REFUSED}, outcome
    world.assert_untouched()


@pytest.mark.parametrize("name", CHEATS)
def test_no_pass_is_forged(name, sealed, nothing_left):
    outcome = run(Program(SOLUTION, test=CHEATS[name].lstrip("\n")), SMALL, sealed)
    assert not outcome.passed, outcome


@pytest.mark.parametrize("name", BOMBS)
def test_no_bomb_goes_off(name, sealed, nothing_left):
    code, endings = BOMBS[name]
    limits = SHORT if "timed out" in endings else SMALL
    outcome = run(Program(SOLUTION, test=code + "assert double(2) == 4\n"), limits, sealed)
    assert outcome.status.value in endings, outcome
    assert outcome.seconds < limits.seconds + 3
    assert len(outcome.stdout) <= SHORT.shown + 100


def test_the_pool_goes_on_after_each(sealed, nothing_left):
    good = Program(SOLUTION, test="assert double(2) == 4\n")
    bad = [Program(SOLUTION, test=BOMBS[name][0]) for name in ("memory", "output", "forks")]
    programs = [good, bad[0], good, bad[1], good, bad[2], good]
    outcomes = dict(run_many(programs, SHORT, 2, sealed))
    assert [outcomes[place].passed for place in range(7)] == [True, False] * 3 + [True]


def test_sockets_are_counted_for_all_processes_together(sealed, nothing_left):
    code = (
        "import os, socket, time\n"
        "os.fork()\n"
        "held = [socket.socketpair() for _ in range(50)]\n"
        "time.sleep(60)\n"
    )
    outcome = run(Program(SOLUTION, test=code), SMALL, sealed)
    assert (outcome.status, outcome.message) == (
        Status.KILLED,
        "Opened more than 128 sockets.",
    )


def test_when_curator_is_killed_the_program_ends_too(sealed, tmp_path):
    code = (
        "from curator.sandbox import *\n"
        "run(Program('', test='import time\\nwhile True: time.sleep(0.01)\\n'), Limits(seconds=60))"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    found: list[int] = []
    while not found:
        assert parent.poll() is None
        found = grandchildren(parent.pid)
    parent.kill()
    parent.wait()
    for pid in found:
        # The one that is asked for becomes readable when the process is gone.
        descriptor = os.pidfd_open(pid) if Path(f"/proc/{pid}").exists() else None
        if descriptor is not None:
            try:
                import select

                assert select.select([descriptor], [], [], 10)[0], f"process {pid} lives on"
            finally:
                os.close(descriptor)


def grandchildren(pid: int) -> list[int]:
    """Return the processes below the children of `pid`, if there are as many as a run has."""
    below = [grand for child in children(pid) for grand in children(child)]
    below += [last for grand in below for last in children(grand)]
    return below if len(below) >= 2 else []


def children(pid: int) -> list[int]:
    try:
        words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(word) for word in words]


def test_signals_are_known(sealed):
    outcome = run(
        Program(SOLUTION, test="import os\nos.kill(os.getpid(), 11)\nassert double(1) == 2"),
        SHORT,
        sealed,
    )
    assert outcome.status is Status.KILLED
    assert signal.SIGSEGV.name in outcome.message
