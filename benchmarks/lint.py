"""How fast `curator lint` is, cold and warm, and what memory it takes, beside plain `json.loads`.

Claims: 20,000 rows made from real ones with all static rules in under 3 s cold and 0.4 s warm on
two cores; a file of 1 GB with less than 300 MB of memory in all processes together; 100,000 mutated
lines break no rule. Times are wall clock; the processor's seconds beside them tell how busy the
machine was with something else. Each is the median of five runs, with the quickest and the slowest.
`--quick` does a tenth of it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared/data/code_alpaca_2k.json"
SHIPPED = ROOT / "data/raw/sample.jsonl"
ROUNDS = 5
PRINTED = ("json", "jsonl", "concise", "text")
LOADS = (
    "import json, sys, time\nt = time.perf_counter()\nn = 0\n"
    "for line in open(sys.argv[1], 'rb'):\n    json.loads(line)\n    n += 1\n"
    "print(n, time.perf_counter() - t)\n"
)


def real_rows() -> list[dict[str, str]]:
    if REAL.exists():
        return json.loads(REAL.read_text("utf-8"))
    return [json.loads(line) for line in SHIPPED.read_text("utf-8").splitlines()]


def grown(rows: list[dict[str, str]], count: int) -> Iterator[str]:
    """Yield rows like the real ones, each different: numbers and some words are changed."""
    source = random.Random(3)
    words = sorted({word for row in rows[:400] for word in row["instruction"].split()})
    for number in range(count):
        row = rows[number % len(rows)]
        asked = row["instruction"].split()
        for _ in range(max(2, len(asked) // 2) if number >= len(rows) else 0):
            asked[source.randrange(len(asked))] = source.choice(words)
        output = row["output"].replace("number", f"number_{number}")
        yield json.dumps({**row, "instruction": " ".join(asked), "output": output}) + "\n"


def seconds(*arguments: str, cache: str) -> tuple[float, float, str]:
    """Return the wall clock and processor seconds of a run, and what it said last."""
    began, used = time.perf_counter(), processor()
    with tempfile.TemporaryFile() as findings:
        # To a file, as `> findings.txt` does: the time that a reader takes is not the program's.
        done = subprocess.run(
            [sys.executable, "-m", "curator", "lint", *arguments, "--exit-zero"],
            stdout=findings,
            stderr=subprocess.PIPE,
            text=True,
            check=True,
            env={**os.environ, "CURATOR_CACHE_DIR": cache},
        )
    said = done.stderr.strip().splitlines()[-1]
    return time.perf_counter() - began, processor() - used, said


def processor() -> float:
    """Return the processor seconds of all processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_of(process: subprocess.Popen[bytes]) -> int:
    """Return the most resident memory that a process and its children had together, in bytes."""
    most = 0
    gone = threading.Event()
    threading.Thread(target=lambda: (process.wait(), gone.set()), daemon=True).start()
    while not gone.wait(0.5):
        family = [process.pid]
        for pid in family:
            try:
                tasks = Path(f"/proc/{pid}/task").iterdir()
                for task in tasks:
                    family += [int(n) for n in (task / "children").read_text().split()]
            except OSError:
                continue
        most = max(most, sum(resident(pid) for pid in family))
    return most


def resident(pid: int) -> int:
    """Return a process's share of memory: pages that several hold are divided among them."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def speed(folder: Path, rows: list[dict[str, str]], count: int) -> None:
    path = folder / "rows.jsonl"
    path.write_text("".join(grown(rows, count)), "utf-8")
    size = path.stat().st_size / 1e6
    peer = subprocess.run(
        [sys.executable, "-c", LOADS, path], capture_output=True, text=True, check=True
    )
    print(f"{count:,} rows, {size:.1f} MB; json.loads alone: {float(peer.stdout.split()[1]):.2f} s")
    for name, more in (("all static rules", ()), ("all but the twins", ("--ignore", "SET002"))):
        for shown in ("--statistics", *(f"--format={one}" for one in PRINTED)):
            # What people see first begins cold as well; the others find what that one left.
            cold = shown in ("--statistics", "--format=text")
            kept = folder / f"cache{len(more)}{shown if cold else '--statistics'}"
            if cold:
                fresh = []
                for _ in range(ROUNDS):
                    shutil.rmtree(kept, ignore_errors=True)
                    fresh.append(seconds(str(path), shown, *more, cache=str(kept)))
                tell(f"{name}: cold, {shown.strip('-')}", fresh, wanted=3)
                print(f"    {fresh[0][2]}")
            again = [seconds(str(path), shown, *more, cache=str(kept)) for _ in range(ROUNDS + 1)]
            tell(f"{name}: warm, {shown.strip('-')}", again[1:], wanted=0.4)


def tell(name: str, runs: list[tuple[float, float, str]], *, wanted: float) -> None:
    """Print the median of the runs, in seconds, with the quickest and the slowest of them."""
    walls = [wall for wall, _, _ in runs]
    print(
        f"  {name}: {statistics.median(walls):.2f} s ({min(walls):.2f} to {max(walls):.2f},"
        f" wanted: {wanted}), processor {statistics.median(used for _, used, _ in runs):.2f} s"
    )


def memory(folder: Path, rows: list[dict[str, str]], size: int) -> None:
    path = folder / "large.jsonl"
    written = 0
    with path.open("w", encoding="utf-8") as file:
        while written < size:
            for line in grown(rows, 20_000):
                written += file.write(line)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "curator", "lint", path, "--statistics", "--no-cache"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    most = peak_of(process)
    assert process.stderr is not None
    print(
        f"{path.stat().st_size / 1e9:.2f} GB: {most / 1e6:.0f} MB of memory in all processes"
        f" (wanted: 300), {time.perf_counter() - began:.0f} s"
        f"   {process.stderr.read().decode().strip().splitlines()[-1]}"
    )
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", LOADS, path], capture_output=True, check=True)
    print(f"  json.loads alone: {time.perf_counter() - began:.0f} s")
    path.unlink()


def mutations(count: int) -> None:
    sys.path.insert(0, str(ROOT))
    from tests.lint.awkward import ROWS
    from tests.lint.test_robust import crashes, mutated

    source = random.Random(11)
    lines = [row.line for row in ROWS]
    broken: list[str] = []
    began = time.perf_counter()
    for _ in range(count // 1000):
        some = []
        for _ in range(1000):
            line = source.choice(lines)
            for _ in range(source.randrange(1, 5)):
                line = mutated(source, line, source.choice(lines))
            some.append(line.replace(b"\n", b""))
        broken += crashes(some)
    print(
        f"{count:,} mutated lines: {len(broken)} broke a rule (wanted: 0),"
        f" {time.perf_counter() - began:.0f} s"
    )
    print("\n".join(broken[:5]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--speed", action="store_true", help="the 20,000 rows alone")
    options = parser.parse_args()
    quick = options.quick
    rows = real_rows()
    with tempfile.TemporaryDirectory() as name:
        speed(Path(name), rows, 2_000 if quick else 20_000)
        if options.speed:
            return
        memory(Path(name), rows, 10**8 if quick else 10**9)
    mutations(5_000 if quick else 100_000)


if __name__ == "__main__":
    main()
