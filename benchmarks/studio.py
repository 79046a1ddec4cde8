"""How the studio answers with a large file open.

Claims: 100,000 rows open to a usable list in under 1 s and a million rows (about 1 GB) in under 5 s
with less than 500 MB of memory; with 100,000 rows open, a key is answered within 50 ms at the 95th
percentile, also while the whole file is being checked; findings follow within 150 ms of the last
keystroke. Peers: ``wc -l`` of the same file, and a Textual list of as many options.

Run it as ``python benchmarks/studio.py [million]``; the million rows need 1 GB of disk.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from textual.app import App
from textual.widgets import OptionList

from curator.settings import find_project
from curator.store import read_rows, shipped_examples
from curator.tui.app import CuratorApp
from curator.tui.panes.author.pane import AuthorPane

SIZE = (120, 40)
KEYS = 200
TYPED = 40


def write_rows(path: Path, rows: int, size: int = 0) -> None:
    """Write examples like the shipped ones, no two alike, cut to about `size` bytes if given."""
    seeds = [dict(row.example.fields) for row in read_rows(shipped_examples()) if row.example]
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            fields = dict(seeds[number % len(seeds)])
            fields["id"] = f"row-{number}"
            words = " ".join(f"{(number * step) % 9973:x}" for step in (7, 31, 101, 211, 307))
            fields["instruction"] = f"{words}: {fields['instruction'][:40]}"
            line = json.dumps(fields, ensure_ascii=False)
            if size and len(line) > size:
                fields["output"] = fields["output"][
                    : max(len(fields["output"]) - len(line) + size, 0)
                ]
                line = json.dumps(fields, ensure_ascii=False)
            file.write(line + "\n")


def say(title: str, value: float, limit: float, unit: str, peer: str = "") -> None:
    """Print one figure beside its claim."""
    holds = "holds" if value < limit else "DOES NOT HOLD"
    print(f"{title:<46} {value:8.0f} {unit}  (claim: under {limit:.0f})  {holds:<14} {peer}")


def percentile(values: list[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


async def wait(condition, seconds: float = 600) -> None:
    """Wait until a condition holds."""
    end = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > end:
            raise TimeoutError
        await asyncio.sleep(0.001)


async def answer(pilot, app, key: str) -> tuple[float, float]:
    """Return the seconds from a key to the screen that shows what it did, and those of work in it.

    The second is processor time of the thread that draws: what the answer takes on a machine that
    has nothing else to do.
    """
    pane = app.query_one(AuthorPane)
    before = pane.examples.position
    begun, worked = time.perf_counter(), time.thread_time()
    app.simulate_key(key)
    while pane.examples.position == before:
        await asyncio.sleep(0)
    await pilot.pause(0)
    return time.perf_counter() - begun, time.thread_time() - worked


async def keys(pilot, app, title: str) -> None:
    """Say how long many keys took to be answered, at the pace of a held key."""
    taken, worked = [], []
    for number in range(KEYS):
        seconds, work = await answer(pilot, app, "k" if number % 7 == 6 else "j")
        taken.append(seconds)
        worked.append(work)
        await asyncio.sleep(0.03)
    say(
        f"  {title}, 95th percentile",
        percentile(taken, 0.95) * 1000,
        50,
        "ms",
        f"median {statistics.median(taken) * 1000:.0f} ms, longest {max(taken) * 1000:.0f} ms,"
        f" processor {percentile(worked, 0.95) * 1000:.0f} ms",
    )


async def typing(app) -> list[float]:
    """Return the seconds from the last keystroke of a burst to the findings it causes."""
    pane = app.query_one(AuthorPane)
    await wait(lambda: not pane.editor.changed and pane.editor.draft is not None)
    app.simulate_key("enter")
    await asyncio.sleep(0.3)
    taken = []
    for number in range(TYPED):
        app.simulate_key("x" if number % 2 == 0 else "y")
        begun = time.perf_counter()
        await wait(lambda: pane.checking_row)
        await wait(lambda: not pane.checking_row)
        taken.append(time.perf_counter() - begun)
        await asyncio.sleep(0.05)
    app.simulate_key("escape")
    return taken


async def studio(folder: Path, file: Path, *, scan: bool) -> None:
    """Open a file; measure keys and findings while it is checked as a whole, and after."""
    app = CuratorApp(find_project(folder), file)
    begun = time.perf_counter()
    async with app.run_test(size=SIZE) as pilot:
        pane = app.query_one(AuthorPane)
        await wait(lambda: pane.session is not None and pane.examples.has_focus)
        await pilot.pause(0)
        opened = time.perf_counter() - begun
        rows = len(pane.session)
        lines = time.perf_counter()
        subprocess.run(["wc", "-l", str(file)], stdout=subprocess.DEVNULL, check=True)
        lines = time.perf_counter() - lines
        limit = 5000 if rows > 500_000 else 1000
        say(
            f"{rows:,} rows, usable list",
            opened * 1000,
            limit,
            "ms",
            f"wc -l {lines * 1000:.0f} ms",
        )
        await keys(pilot, app, "a key")
        findings = await typing(app)
        say(
            "  findings after a keystroke, 95th percentile",
            percentile(findings, 0.95) * 1000,
            150,
            "ms",
            f"median {statistics.median(findings) * 1000:.0f} ms",
        )
        if scan:
            scanning = time.perf_counter()
            await wait(lambda: not pane.checking)
            print(f"  the whole file checked after {time.perf_counter() - scanning:.0f} s more")
            await keys(pilot, app, "a key then")
            findings = await typing(app)
            say(
                "  findings then, 95th percentile",
                percentile(findings, 0.95) * 1000,
                150,
                "ms",
                f"median {statistics.median(findings) * 1000:.0f} ms",
            )
        # Linux counts in KiB, macOS in bytes.
        unit = 1 if sys.platform == "darwin" else 1024
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
        say("  memory of the process at its most", memory, 500, "MB")
        if pane.unsaved:
            pane.closing(discard=True)


async def option_list(rows: int) -> float:
    """Return the seconds until Textual's own list of as many options can be used."""

    class Plain(App[None]):
        def compose(self):
            yield OptionList(*(f"row {number}" for number in range(rows)))

    begun = time.perf_counter()
    async with Plain().run_test(size=SIZE) as pilot:
        await pilot.pause(0)
        return time.perf_counter() - begun


def main() -> None:
    """Measure each size in a process of its own, so that memory is its own too."""
    if len(sys.argv) == 4:
        sys.setswitchinterval(0.001)
        asyncio.run(studio(Path(sys.argv[2]), Path(sys.argv[3]), scan=sys.argv[1] == "scan"))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["CURATOR_STATE_DIR"] = str(folder / "state")
        sizes = [(10_000, 0, "scan"), (100_000, 0, "open")]
        if sys.argv[1:] == ["million"]:
            sizes.append((1_000_000, 1000, "open"))
        for rows, size, what in sizes:
            file = folder / f"{rows}.jsonl"
            write_rows(file, rows, size)
            subprocess.run([sys.executable, __file__, what, name, str(file)], check=True)
            file.unlink()
        load = os.getloadavg()[0] / (os.cpu_count() or 1)
        print(f"load of the machine, a processor: {load:.1f} (figures hold for 1 or less)")
        print(f"peer: Textual's OptionList of 100,000: {asyncio.run(option_list(100_000)):.1f} s")


if __name__ == "__main__":
    main()
