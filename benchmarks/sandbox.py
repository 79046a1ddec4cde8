"""Runs a file of programs sealed, and the same programs under a bare interpreter.

The claim: a sealed program costs less than twice a bare one, and nothing of a thousand programs in
a row is left behind. The file has one JSON object a line, with ``code``, ``test_list`` and
``test_setup_code`` as in MBPP (Austin et al. 2021).

    python benchmarks/sandbox.py [mbpp.jsonl]
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from curator.sandbox import Outcome, Program, probe, run_many
from curator.sandbox.launch import interpreter
from curator.sandbox.pool import cores

MBPP = Path(__file__).parents[2] / "shared/data/mbpp.jsonl"


def read(path: Path) -> list[tuple[str, Program]]:
    programs = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            solution = "\n".join(part for part in (row["test_setup_code"], row["code"]) if part)
            test = "\n".join(row["test_list"])
            programs.append((str(row["task_id"]), Program(solution, test=test)))
    return programs


def bare(program: Program) -> bool:
    text = f"{program.solution}\n{program.test}\n"
    command = [str(interpreter().executable), "-I", "-S", "-"]
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=10, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def left_behind() -> dict[str, int]:
    """Count what a run could leave: processes below this one, descriptors, folders."""
    gc.collect()
    found = {"folders": len(list(Path(tempfile.gettempdir()).glob("curator-run-*")))}
    descriptors = Path("/proc/self/fd") if sys.platform == "linux" else Path("/dev/fd")
    found["descriptors"] = len(list(descriptors.iterdir()))
    if sys.platform == "linux":
        found["processes"] = 0
        for task in Path("/proc/self/task").iterdir():
            # A thread of the last round may end between its being listed and read.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                found["processes"] += len((task / "children").read_text().split())
    return found


def processor() -> float:
    """Return the processor seconds of this process and of all it has waited for."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", default=MBPP)
    parser.add_argument("--rounds", type=int, default=2, help="take the best of this many")
    options = parser.parse_args()
    if not options.file.is_file():
        print(f"{options.file} is not there; name a file of programs in MBPP's form.")
        return 2 if options.file != MBPP else 0
    named = read(options.file)
    programs = [program for _, program in named]
    backend = probe()
    if not backend.sealed:
        print(f"{backend.reason} {backend.hint}")
        return 2
    before = left_behind()
    sealed_times, bare_times = [], []
    sealed_work, bare_work = [], []
    outcomes: dict[int, Outcome] = {}
    bare_passed = 0
    for _ in range(options.rounds):
        started, worked = time.perf_counter(), processor()
        outcomes = dict(run_many(programs))
        sealed_times.append(time.perf_counter() - started)
        sealed_work.append(processor() - worked)
        started, worked = time.perf_counter(), processor()
        with ThreadPoolExecutor(cores()) as pool:
            bare_passed = sum(pool.map(bare, programs))
        bare_times.append(time.perf_counter() - started)
        bare_work.append(processor() - worked)
    after = left_behind()

    count = len(programs)
    sealed, plain = min(sealed_times), min(bare_times)
    passed = sum(outcome.passed for outcome in outcomes.values())
    print(f"Python {platform.python_version()}, {cores()} processors, {backend.kind.value}")
    print(f"load when done: {os.getloadavg()[0]:.2f}; best of {options.rounds} rounds")
    print(f"{'':10}{'passed':>12}{'seconds':>10}{'a program':>12}{'processor':>11}")
    for name, good, seconds, work in (
        ("sealed", passed, sealed, min(sealed_work)),
        ("bare", bare_passed, plain, min(bare_work)),
    ):
        each = seconds / count * 1000
        print(f"{name:10}{f'{good}/{count}':>12}{seconds:>10.2f}{each:>9.1f} ms{work:>9.2f} s")
    print(f"sealed takes {sealed / plain:.2f} times as long as bare", end=", ")
    print(f"and {min(sealed_work) / min(bare_work):.2f} times the processor's time")
    print(f"left behind by {count * options.rounds} programs: ", end="")
    print(", ".join(f"{after[name] - before[name]} {name}" for name in before))
    print("did not pass:", dict(Counter(o.status.value for o in outcomes.values() if not o.passed)))
    for place, outcome in sorted(outcomes.items()):
        if not outcome.passed:
            print(
                f"  {named[place][0]}: {outcome.status.value}: {outcome.message} ({outcome.where})"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
