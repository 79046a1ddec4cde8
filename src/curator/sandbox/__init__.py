"""Run one Python program that nobody has vouched for, and say what happened.

`run` takes a `Program` (plain strings) and `Limits` and returns an `Outcome`; `probe` says which
sandbox this machine offers. ``docs/sandbox.md`` tells what is kept out, how, and what is not.
"""

from __future__ import annotations

from curator.sandbox.backend import Backend, Kind, probe, unsafe
from curator.sandbox.outcome import Comparison, Outcome, Place, Status
from curator.sandbox.program import Limits, Program
from curator.sandbox.runner import run

__all__ = [
    "Backend",
    "Comparison",
    "Kind",
    "Limits",
    "Outcome",
    "Place",
    "Program",
    "Status",
    "probe",
    "run",
    "unsafe",
]
