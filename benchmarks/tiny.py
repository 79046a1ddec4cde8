"""The tiny base before and after a LoRA: does the demo show what it says, for any seed?

Claims, on the suite ``tiny`` that no training row resembles: before, fewer than 10% of the answers
have the required format with every check; after, at least 80%, and at least 70% are valid Python
throughout; and the LoRA takes at most 3 minutes on two cores. How many answers pass their own
sanity test and the suite's hidden asserts is printed as it comes out; half is the aim.

Each seed trains what ``curator demo`` trains, with another order, other dropout and other first
weights of the adapter.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from curator.cli.demostage import RECIPE, stage_for, write_project
from curator.evaluate import Evaluation, Sampling, Side, evaluate_run
from curator.mix import plan_mixture, read_recipe, write_mixture
from curator.train import start_training


def main() -> int:
    """Train and evaluate with each seed and say whether the claims hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3, help="how many")
    parser.add_argument("--iters", type=int, help="iterations, if not the demo's")
    chosen = parser.parse_args()
    stage = stage_for(None, chosen.iters, None)
    results: list[tuple[Evaluation, float]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder, stage)
        write_mixture(plan_mixture(read_recipe(folder / RECIPE), folder), folder / "mixture")
        for seed in range(7, 7 + chosen.seeds):
            spec = msgspec.structs.replace(stage.spec, seed=seed)
            begun = time.monotonic()
            training = start_training(
                folder / "mixture", spec, runs_dir=folder / "runs", name=f"seed-{seed}"
            )
            run = training.wait()
            seconds = time.monotonic() - begun
            sampling = Sampling(max_tokens=stage.tokens)
            evaluation = evaluate_run(run, stage.suite, sampling=sampling)
            results.append((evaluation, seconds))
            print(f"seed {seed}: {seconds:.0f} s of training, {spec.iters} iterations", flush=True)
            for side in evaluation.sides:
                print(f"  {side.name:<8}{figures(side)}", flush=True)
    return report(results)


def figures(side: Side) -> str:
    """Return a side's rates in a line."""
    shown = [f"format {rate(side, 'all')}", f"valid Python {rate(side, 'python')}"]
    for name, title in (("runs", "own test"), ("solves", "hidden asserts")):
        if name in side.rates:
            shown.append(f"{title} {rate(side, name)}")
    return "  ".join(shown)


def rate(side: Side, name: str) -> str:
    """Return one rate with its n and its interval."""
    found = side.all if name == "all" else side.rates[name]
    low, high = found.interval
    return f"{found.passed}/{found.n} = {found.rate:.0%} ({low:.0%}–{high:.0%})"


def report(results: list[tuple[Evaluation, float]]) -> int:
    """Print the claims on the medians and return the exit code."""
    before = statistics.median(one.base.all.rate for one, _ in results)
    tuned = [one.asked for one, _ in results]
    after = statistics.median(side.all.rate for side in tuned)
    python = statistics.median(side.rates["python"].rate for side in tuned)
    longest = max(seconds for _, seconds in results)
    claims = (
        (f"before {before:.0%}", "below 10%", before < 0.1),
        (f"after {after:.0%}", "at least 80%", after >= 0.8),
        (f"valid Python {python:.0%}", "at least 70%", python >= 0.7),
        (f"longest training {longest:.0f} s", "at most 180 s", longest <= 180),
    )
    for figure, claim, holds in claims:
        print(f"{figure}  (claim: {claim})   {'holds' if holds else 'DOES NOT HOLD'}")
    return 0 if all(holds for _, _, holds in claims) else 1


if __name__ == "__main__":
    sys.exit(main())
