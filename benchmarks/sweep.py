"""How much of the format a model takes: shares swept at the sizes of the story it all began with.

64 curated examples and about 1,000 base rows, batches of 4, rank 8, alpha 16 and dropout 0.05, as
in the report that this project was founded on; that one trained one share once and asked one
prompt. Here each share learns as many tokens as the base rows alone do in 100 iterations (or in
others: `--iters 100 400`), each is asked the 120 prompts of the tiny base's own suite, and pairs of
shares are tested. About three minutes of two cores, and as much again for each `--seed`.

What is ours and not the report's: the model (the tiny base instead of half a billion parameters),
rows that it can learn, and the learning rate, since 2e-5 moves a model of a million parameters
nowhere. A result for one tiny model shows how such a measurement is made, and not what another
model needs.

Nothing is claimed beforehand. `--out` keeps the sweep, and goes on where one was stopped.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from curator.evaluate import read_suite
from curator.evaluate.generate import Sampling
from curator.evaluate.render import to_markdown
from curator.evaluate.sheets import Sheet
from curator.evaluate.sweep import Sweep, run_sweep
from curator.evaluate.sweepplan import plan_sweep
from curator.evaluate.sweepreport import sweep_sheets, sweep_svg
from curator.evaluate.vary import parse_vary, points_of
from curator.mix import Recipe, SourceSpec, SplitSpec
from curator.tiny.corpus import SYSTEM_PROMPT, apart, base_rows, curated_rows
from curator.tiny.model import FOLDER
from curator.train import TrainingSpec

EXAMPLES, BASE, SEED = 64, 1000, 7
SHARES = "0,0.06,0.16,0.3"
ITERATIONS = (100,)


def write_sources(folder: Path) -> Recipe:
    """Write the examples and the base rows, and return what mixes them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (
        ("curated", apart(curated_rows(SEED), EXAMPLES)),
        ("base", apart(base_rows(SEED), BASE)),
    ):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines)
    return Recipe(
        name="story",
        source=(
            SourceSpec(path="curated.jsonl", role="curated", repeat=3),
            SourceSpec(path="base.jsonl", role="base"),
        ),
        seed=SEED,
        system_prompt=SYSTEM_PROMPT,
        system_prompt_on="curated",
        split=SplitSpec(valid=0.02),
    )


def sweep_once(
    recipe: Recipe, folder: Path, model: str, shares: str, iters: int, rate: float, seed: int
) -> Sweep:
    """Sweep the shares at one length of training."""
    spec = TrainingSpec(
        model=model,
        rank=8,
        alpha=16,
        dropout=0.05,
        learning_rate=rate,
        batch_size=4,
        iters=iters,
        max_seq_length=1024,
        steps_per_eval=100,
        seed=seed,
    )
    # The base rows alone come first and say how many tokens that is, trained or not.
    points = points_of([parse_vary(f"share=0,{shares}")])
    planned = plan_sweep(recipe, folder / "sources", spec, points)
    if "0" not in shares.split(","):
        planned = replace(planned, points=planned.points[1:])
    told = ""

    def tell(name: str, stage: str, _done: int, _total: int) -> None:
        nonlocal told
        if told != f"{name}: {stage}":
            told = f"{name}: {stage}"
            print(f"  {time.strftime('%H:%M:%S')}  {iters} iterations, {told}", flush=True)

    return run_sweep(
        planned,
        recipe,
        read_suite("tiny"),
        folder / f"iterations-{iters}",
        sampling=Sampling(max_tokens=384),
        progress=tell,
    )


def summary(sweeps: dict[int, Sweep]) -> Sheet:
    """Return every point of every sweep with what it took, the fewest exposures first."""
    rows = []
    for iters, sweep in sweeps.items():
        for one in sweep.points:
            side = sweep.comparison.sides[one.planned.name]
            headings = [check.name for check in side.checks if check.name.startswith("section:")]
            rates = [*(side.rates[name] for name in headings[-1:]), side.all]
            rows.append(
                (
                    one.planned.exposures,
                    (
                        f"{one.planned.plan.curated_share:.1%}",
                        f"{one.planned.plan.curated_training} × {one.planned.copies}"
                        if one.planned.copies
                        else "none",
                        f"{iters}",
                        f"{one.planned.spec.iters}",
                        f"{one.planned.exposures:.2f}",
                        *(str(rate) for rate in rates),
                    ),
                )
            )
    rows.sort(key=lambda row: row[0])
    return Sheet(
        title="What was taken, by exposures",
        head=(
            *("share of rows", "examples", "budget in iterations", "iterations", "exposures"),
            *("last heading there", "all of these"),
        ),
        rows=tuple(cells for _, cells in rows),
    )


def main() -> None:
    """Sweep, and print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default=str(FOLDER), help="a model folder")
    parser.add_argument("--shares", default=SHARES)
    parser.add_argument("--iters", type=int, nargs="+", default=list(ITERATIONS))
    parser.add_argument("--rate", type=float, default=1e-3, help="the learning rate")
    parser.add_argument("--seed", type=int, default=SEED, help="of the training")
    parser.add_argument("--out", type=Path, help="a folder to keep  [default: a temporary one]")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.out or Path(name)
        recipe = write_sources(folder / "sources")
        begun = time.monotonic()
        sweeps = {
            iters: sweep_once(
                recipe, folder, chosen.model, chosen.shares, iters, chosen.rate, chosen.seed
            )
            for iters in chosen.iters
        }
        for iters, sweep in sweeps.items():
            print(f"\n## The tokens of {iters} iterations\n")
            print(to_markdown(sweep_sheets(sweep)))
            (folder / f"sweep-{iters}.svg").write_text(sweep_svg(sweep))
        print("\n## All points\n")
        print(to_markdown([summary(sweeps)]))
        print(f"{time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
