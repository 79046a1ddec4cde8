"""Opens large files of examples, beside the loop that everybody writes.

The claim: 100,000 rows open to a usable list in under a second; a million rows, about a gigabyte,
in under five seconds with less than 500 MB of memory; and then an edit in the middle is as quick as
in a small file. The peer is ``for line in open(path): json.loads(line)``, which keeps the rows.

    python benchmarks/store.py
    python benchmarks/store.py --rows 100000 --no-peer
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from curator.store import ExampleFile

BODY = "def f(x):\n    return x\n" * 38
#: What the claim says, in seconds, by rows; and the memory, in megabytes.
LIMITS = {100_000: 1.0, 1_000_000: 5.0}
MEMORY = 500


def make(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            row = {
                "id": f"row-{number}",
                "instruction": f"Write function number {number}.",
                "input": "",
                "output": f"### Solution\n\n```python\n{BODY}```\n",
            }
            file.write(json.dumps(row) + "\n")


def memory() -> float:
    """Return the most memory that this process has held, in megabytes."""
    import resource

    unit = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def peer(path: Path) -> dict[str, float]:
    begun = time.perf_counter()
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return {"open": time.perf_counter() - begun, "rows": len(rows), "memory": memory()}


def ours(path: Path) -> dict[str, float]:
    def clock(work) -> float:
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun

    begun = time.perf_counter()
    file = ExampleFile.open(path)
    # Usable: the first screenful is decoded.
    for index in range(min(60, len(file))):
        file.row(index)
    found = {"open": time.perf_counter() - begun, "memory": memory(), "rows": len(file)}
    file.hold()
    middle = len(file) // 2
    found["row"] = statistics.median(
        clock(lambda at=at: file.row(at)) for at in range(0, len(file), len(file) // 500 + 1)
    )
    edits = []
    for number in range(100):
        at = (middle + number * 7919) % len(file)
        edits += [
            clock(lambda at=at, n=number: file.replace_raw(at, f'{{"n": {n}}}')),
            clock(lambda at=at: file.duplicate(at)),
            clock(lambda at=at: file.delete(at)),
            clock(file.undo),
        ]
    edits.sort()
    found["edit"], found["edit 95%"] = edits[len(edits) // 2], edits[len(edits) * 95 // 100]
    found["idle check"] = statistics.median(
        clock(lambda: file.changed_on_disk(quick=True)) for _ in range(50)
    )
    found["save"] = clock(file.save)
    with path.open("ab") as end:
        end.write(b'{"id": "theirs"}\n')
    file.delete(0)
    found["merge"] = clock(file.merge)
    found["memory at the end"] = memory()
    file.close(discard=True)
    return found


def measured(what: str, path: Path) -> dict[str, float]:
    """Run one side in a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory() as state:
        done = subprocess.run(
            [sys.executable, __file__, "--side", what, "--file", str(path)],
            env={**os.environ, "CURATOR_STATE_DIR": state},
            stdout=subprocess.PIPE,
            check=True,
        )
    return json.loads(done.stdout)


def compared(rows: int, without_peer: bool) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        make(path, rows)
        size = path.stat().st_size / 1e6
        print(f"{rows:,} rows, {size:,.0f} MB")
        # The plain loop comes first, so that both find the file in the system's cache.
        plain = None if without_peer else measured("peer", path)
        found = measured("ours", path)
    if plain:
        print(f"{'plain loop: read all':28}{plain['open']:>10.2f} s {plain['memory']:>8.0f} MB")
    print(f"{'open to a usable list':28}{found['open']:>10.2f} s {found['memory']:>8.0f} MB")
    for name in ("row", "edit", "edit 95%", "idle check"):
        print(f"{name:28}{found[name] * 1000:>10.3f} ms")
    for name in ("save", "merge"):
        print(f"{name:28}{found[name]:>10.2f} s")
    print(f"{'memory at the end':28}{'':12}{found['memory at the end']:>9.0f} MB")
    limit = LIMITS.get(rows)
    held = found["memory"] < MEMORY and (limit is None or found["open"] < limit)
    time_limit = f"{limit} s and " if limit else ""
    print(f"claim: under {time_limit}{MEMORY} MB:", "holds" if held else "DOES NOT HOLD")
    return held


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=list(LIMITS))
    parser.add_argument("--no-peer", action="store_true", help="leave the plain loop out")
    parser.add_argument("--side", choices=["ours", "peer"], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        print(json.dumps({"ours": ours, "peer": peer}[options.side](options.file)))
        return 0
    print(f"Python {platform.python_version()}, load {os.getloadavg()[0]:.2f} at the beginning")
    held = [compared(rows, options.no_peer) for rows in options.rows]
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
