"""What a crash costs: a real studio, killed at random moments while somebody types.

Claims, over 200 kills: no saved example lost or damaged, and no unsaved edit lost that had stood on
the screen for two seconds. There is no peer beside it: an editor without a journal loses all that
was not saved, which is the third figure.

Run it as ``python benchmarks/kill.py [ROUNDS [SEED]]``.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.tui.killing import Killing, Tally

ROUNDS = 200


def tell(tally: Tally) -> None:
    """Say now and then how far it is, since it takes a quarter of an hour."""
    if tally.rounds % 20 == 0:
        late, spoilt = len(tally.late), len(tally.damaged) + len(tally.gone)
        print(
            f"... {tally.rounds} kills, {tally.seen} words, {late} lost late, {spoilt} spoilt",
            flush=True,
        )


def main() -> None:
    """Run the rounds and print what they showed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        tally = Killing(Path(folder), seed).run(rounds, tell)
    print(f"kills                                     {tally.rounds}")
    print(f"words that stood on the screen            {tally.seen}")
    print(f"kills that found something unsaved        {tally.recovered}")
    print(f"lines of the saved file damaged           {len(tally.damaged)}")
    print(f"words of the saved file lost              {len(tally.gone)}")
    print(f"words typed in the last moment, lost      {len(tally.lost)}")
    print(f"   the oldest of them, seconds            {max(tally.lost, default=0.0):.2f}")
    print(f"words older than two seconds, lost        {len(tally.late)}")
    starts = statistics.median(tally.starts) * 1000
    print(f"start to first paint, median              {starts:.0f} ms")
    good = not (tally.damaged or tally.gone or tally.late)
    print("holds" if good else "DOES NOT HOLD")


if __name__ == "__main__":
    main()
