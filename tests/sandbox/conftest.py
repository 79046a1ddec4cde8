"""What the sandbox's tests share: a sandbox, or a reason to do without them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from curator.sandbox import Backend, Limits, Outcome, Program, probe, run

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
