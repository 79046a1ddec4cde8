"""Run one Python program that nobody has vouched for, and say what happened.

`run` takes a `Program` (plain strings) and `Limits` and returns an `Outcome`; `probe` says which
sandbox this machine offers. `run_many` keeps all cores busy, and `check_vacuous` asks whether a
test would pass with nothing behind it. ``docs/sandbox.md`` tells what is kept out, how, and what
is not.
"""

from __future__ import annotations

from curator.sandbox.backend import Backend, Kind, probe, unsafe
from curator.sandbox.outcome import Comparison, Outcome, Place, Status
from curator.sandbox.pool import run_many, spread
from curator.sandbox.program import Limits, Program
from curator.sandbox.runner import Cancel, run
from curator.sandbox.vacuous import Trial, Vacuity, check_vacuous

__all__ = [
    "Backend",
    "Cancel",
    "Comparison",
    "Kind",
    "Limits",
    "Outcome",
    "Place",
    "Program",
    "Status",
    "Trial",
    "Vacuity",
    "check_vacuous",
    "probe",
    "run",
    "run_many",
    "spread",
    "unsafe",
]
