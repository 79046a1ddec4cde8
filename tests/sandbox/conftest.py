"""What the sandbox's tests share: a sandbox, or a reason to do without them."""

from __future__ import annotations

import contextlib
import ctypes
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from curator.sandbox import Backend, Limits, Outcome, Program, probe, run

PR_SET_CHILD_SUBREAPER = 36
SOLUTION = "def double(number):\n    return number * 2\n"


@pytest.fixture(scope="session")
def sealed() -> Backend:
    """The machine's sandbox; a test that asks for it is skipped where there is none."""
    backend = probe()
    if not backend.sealed:
        pytest.skip(f"{backend.reason} {backend.hint}")
    return backend


@pytest.fixture
def test_of(sealed: Backend) -> Callable[..., Outcome]:
    """Run a test section after `SOLUTION`, with limits that keep a hostile program short."""

    def play(test: str, solution: str = SOLUTION, usage: str = "", **limits: object) -> Outcome:
        chosen = Limits(**({"seconds": 5.0} | limits))  # type: ignore[arg-type]
        return run(Program(solution, usage, test), chosen, sealed)

    return play


def _descriptors() -> dict[str, str]:
    found = {}
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found[link.name] = str(link.readlink())
    return {name: target for name, target in found.items() if not target.startswith("/proc/")}


def _below() -> set[int]:
    """Return the processes below this one, each of which the kernel keeps with one thread.

    Threads of the test before may still be ending. What they started then goes to another thread,
    which may have been looked at by then, so this looks again until the threads stay the same.
    """
    threads = Path("/proc/self/task")
    while True:
        before = set(threads.iterdir())
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            words = [word for one in before for word in (one / "children").read_text().split()]
            if set(threads.iterdir()) == before:
                return {int(word) for word in words}


def _folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("curator-run-*"))


@pytest.fixture
def nothing_left(
    sealed: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Check that a test leaves no process, descriptor or folder behind.

    This process takes in the orphans below it, so that one which escaped its parent is seen, and
    makes its folders where no test beside it does.
    """
    if sys.platform != "linux":
        pytest.skip("what is left behind is read from /proc, which only Linux has")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = (_descriptors(), _below(), _folders())
    yield
    assert (_descriptors(), _below(), _folders()) == before
