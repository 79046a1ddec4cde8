"""Our trainer beside mlx-lm's own: speed, loss, the cost of telling, and interruptions.

Claims: at least 1.5 times the trained tokens a second of ``mlx_lm.lora`` on rows of mixed lengths,
with the same model, rows, masking, batch size and BLAS; a validation loss no worse after as many
trained tokens; less than 1% of the time spent on telling what happens; and losses that agree bit
for bit with an uninterrupted run, whoever is killed and when.

The losses are compared in pairs, on the tiny base that comes with Curator: of each pair both begin
with the same adapter and end after the same rows, and differ in the order of these alone. What is
claimed is that the mean difference is shown to be (95%, Student) less than what another seed does
to the stock trainer by itself.

Both trainers run in turn, each in a process of its own. The stock one is called as its command line
calls it, with a callback that writes its own figures down. Neither side's first iterations count:
MLX compiles for the stock trainer then (on a CPU with g++, half a minute the first time; ours
switches that off there), and that is shown by itself.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from curator.example.chat import training_messages
from curator.store import read_rows, shipped_base, shipped_examples
from curator.tiny import build_tiny_model
from curator.tiny.corpus import apart, base_rows, curated_rows
from curator.train import (
    Progress,
    TrainingSpec,
    check_model,
    find_openblas,
    loss_curves,
    read_run,
    resume_training,
    start_training,
)
from curator.train.blas import with_openblas
from curator.train.reporter import Pipe, Reporter
from curator.train.training import child_environment

BATCH, RATE, SEED, WARM = 4, 5e-3, 7, 10
ROWS, VALID, LENGTH = 160, 40, 768
# Of the loss: rows that the shipped tiny base understands, half curated.
LEARNED, HELD_OUT, LEARNED_RATE = 160, 64, 1e-3
WEIGHTS = "model.safetensors"
# The 97.5% point of Student's t by degrees of freedom.
STUDENT = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
)

# What `mlx_lm.lora.run` does, with a callback, which `run` itself would replace.
STOCK = """
import json, sys, time, types
import numpy as np
from mlx_lm import lora
from mlx_lm.tuner.callbacks import TrainingCallback
from mlx_lm.tuner.datasets import load_dataset
from mlx_lm.utils import load
args = types.SimpleNamespace(**{**lora.CONFIG_DEFAULTS, **json.loads(sys.argv[1])})
class Note(TrainingCallback):
    def on_train_loss_report(self, info):
        with open(args.notes, "a") as file:
            file.write(json.dumps({"wall": time.time(), **info}) + chr(10))
np.random.seed(args.seed)
model, tokenizer = load(args.model)
train, valid, _ = load_dataset(args, tokenizer)
lora.train_model(args, model, train, valid, Note())
"""

# The same measure for both: every validation row, our masking, plain mlx-lm's loader.
JUDGE = """
import json, sys
from pathlib import Path
import mlx.core as mx
mx.disable_compile()
import mlx_lm
from curator.example.chat import row_ids
from curator.train import read_mixture
from curator.train.batches import fit_row, validation_batches
from curator.train.worker_step import summed_loss
model, mixture, length, *adapters = sys.argv[1:]
losses = []
for adapter in adapters:
    net, tokenizer = mlx_lm.load(model, adapter_path=adapter)[:2]
    rows = [fit_row(row_ids(tokenizer, row), max_seq_length=int(length), mask_prompt=True)
            for row in read_mixture(Path(mixture)).valid]
    total = number = 0
    net.eval()
    for batch in validation_batches(rows, 4, width=int(length)):
        loss, tokens = summed_loss(net, mx.array(batch.ids), mx.array(batch.spans))
        total, number = total + loss.item(), number + tokens.item()
    losses.append(total / number)
print(json.dumps(losses))
"""


@dataclass(frozen=True)
class Measured:
    """One training: trained tokens a second after the warm-up, tokens in all, and where it is."""

    speed: float
    tokens: int
    adapter: Path
    seconds: float


def write_learnable(folder: Path) -> None:
    """Write rows that the tiny base understands, curated ones and base ones, as a mixture."""
    folder.mkdir()
    curated = apart(curated_rows(SEED), (LEARNED + HELD_OUT) // 2)
    base = apart(base_rows(SEED), (LEARNED + HELD_OUT) // 2)
    system = "Answer with ### Solution, ### Usage and ### Sanity test."
    lines = [json.dumps({"messages": training_messages(r, system_prompt=system)}) for r in curated]
    lines += [json.dumps({"messages": training_messages(row)}) for row in base]
    random.Random(SEED).shuffle(lines)
    for name, part in (("train", lines[:LEARNED]), ("valid", lines[LEARNED:])):
        (folder / f"{name}.jsonl").write_text("".join(line + "\n" for line in part))


def write_mixture(folder: Path) -> int:
    """Write some of the shipped examples, curated and base, as a mixture of `ROWS` rows.

    Their lengths are as mixed as a person's: a quarter are long answers, the others short. The
    batch size divides their number, so that an epoch of either trainer has every row once, and as
    many steps and tokens as the other's.
    """
    folder.mkdir()
    lines = [
        json.dumps({"messages": training_messages(row.example.fields)})
        for source in (shipped_examples(), shipped_base())
        for row in read_rows(source)
        if row.example is not None
    ]
    # As `curator mix` does, or the stock trainer would have batches of curated rows alone.
    random.Random(SEED).shuffle(lines)
    splits = {"train": lines[:ROWS], "valid": lines[ROWS : ROWS + VALID]}
    for name, lines in splits.items():
        (folder / f"{name}.jsonl").write_text("".join(line + "\n" for line in lines))
    return len(splits["train"])


def environment(*, openblas: bool, compiling: bool = True) -> dict[str, str]:
    """Return the environment of a stock training."""
    base = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    base |= {"HF_HUB_OFFLINE": "1"} | ({} if compiling else {"MLX_DISABLE_COMPILE": "1"})
    return with_openblas(base) if openblas else base


def stock(
    model: Path,
    mixture: Path,
    out: Path,
    iters: int,
    env: dict[str, str],
    seed: int = SEED,
    rate: float = RATE,
) -> Measured:
    """Train with mlx-lm's own trainer."""
    out.mkdir(parents=True)
    arguments = {
        "model": str(model),
        "data": str(mixture),
        "adapter_path": str(out),
        "iters": iters,
        "batch_size": BATCH,
        "learning_rate": rate,
        "max_seq_length": LENGTH,
        "num_layers": -1,
        "mask_prompt": True,
        "seed": seed,
        "lora_parameters": {"rank": 8, "scale": 2.0, "dropout": 0.05},
        "steps_per_report": 5,
        "steps_per_eval": 100_000,
        "val_batches": 1,
        "save_every": 100_000,
        "train": True,
        "notes": str(out / "notes.jsonl"),
    }
    begun = time.time()
    done = subprocess.run(
        [sys.executable, "-c", STOCK, json.dumps(arguments)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    notes = [json.loads(line) for line in (out / "notes.jsonl").read_text().splitlines()]
    counted = [note for note in notes if note["iteration"] > WARM]
    before = max((n["trained_tokens"] for n in notes if n["iteration"] <= WARM), default=0)
    tokens = notes[-1]["trained_tokens"] - before
    seconds = sum(5 / note["iterations_per_second"] for note in counted)
    return Measured(tokens / seconds, notes[-1]["trained_tokens"], out, time.time() - begun)


def ours(
    model: Path, mixture: Path, runs: Path, iters: int, seed: int = SEED, **options
) -> Measured:
    """Train with our trainer."""
    values = {"learning_rate": RATE, "seed": seed, "steps_per_report": 5, "keep": "last", **options}
    spec = TrainingSpec(
        model=str(model),
        iters=iters,
        batch_size=BATCH,
        max_seq_length=LENGTH,
        steps_per_eval=100_000,
        save_every=100_000,
        **values,
    )
    begun = time.time()
    run = start_training(mixture, spec, runs_dir=runs).wait()
    if run.status != "finished":
        raise SystemExit(f"{run.record.message} {run.record.hint}")
    reports = [event for event in run.events() if isinstance(event, Progress)]
    steps, counted = 0, []
    for before, event in zip([None, *reports], reports, strict=False):
        done = event.iteration - (before.iteration if before else 0)
        if event.iteration > WARM:
            counted.append((event.tokens_per_second, done / event.iterations_per_second))
        steps += done
    seconds = sum(one for _, one in counted)
    speed = sum(rate * one for rate, one in counted) / seconds
    return Measured(speed, run.result.trained_tokens, run.adapter, time.time() - begun)


def telling_seconds(folder: Path) -> float:
    """Return what one report costs the trainer, to the file and down the pipe."""
    reader, writer = os.pipe()
    drain = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.buffer.read()"], stdin=reader
    )
    os.close(reader)
    reporter = Reporter(folder, Pipe(writer))
    event = next(e for e in read_run(folder).events() if isinstance(e, Progress))
    record = (folder / "run.json").read_bytes()
    rounds = 3000
    # Its record has ended; what is measured is a run that has not.
    reporter._record = msgspec.structs.replace(reporter._record, ended=None)  # noqa: SLF001
    begun = time.perf_counter()
    for _ in range(rounds):
        reporter.tell(event)
    seconds = (time.perf_counter() - begun) / rounds
    os.close(writer)
    drain.wait()
    (folder / "run.json").write_bytes(record)
    return seconds


def holds(good: bool) -> str:
    return "holds" if good else "DOES NOT HOLD"


def interruptions(model: Path, mixture: Path, runs: Path, rounds: int) -> None:
    """Kill children at random moments, twice a run, and compare with the straight run."""
    dice = random.Random()
    spec = {"model": str(model), "batch_size": 2, "learning_rate": 1e-2, "save_every": 7}
    spec |= {"steps_per_report": 1, "steps_per_eval": 20, "max_seq_length": 256, "iters": 60}
    straight = start_training(mixture, TrainingSpec(**spec), runs_dir=runs).wait()
    expected, agreed = loss_curves(straight.events()), 0
    for _ in range(rounds):
        training = start_training(mixture, TrainingSpec(**spec), runs_dir=runs)
        for _ in range(2):
            moment = dice.randrange(1, 70)
            for number, _event in enumerate(training.events()):
                if number == moment:
                    os.kill(training.run.record.pid, signal.SIGKILL)
            run = training.wait()
            if run.status == "finished":
                break
            training = resume_training(run)
        run = training.wait()
        same = run.result.adapter_sha256 == straight.result.adapter_sha256
        agreed += same and loss_curves(run.events()) == expected
    print(
        f"killed up to twice at random, resumed: {agreed} of {rounds} ended with every loss and "
        f"every weight bit for bit those of the straight run   {holds(agreed == rounds)}"
    )


def judge(model: Path, mixture: Path, adapters: list[Path]) -> list[float]:
    """Return the loss of each adapter over every validation row, by one measure for all."""
    preload = environment(openblas=True).get("LD_PRELOAD", "")
    judged = subprocess.run(
        [sys.executable, "-c", JUDGE, str(model), str(mixture), str(LENGTH), *map(str, adapters)],
        env=child_environment(str(model)) | {"LD_PRELOAD": preload},
        capture_output=True,
        text=True,
        check=True,
    )
    losses: list[float] = json.loads(judged.stdout.splitlines()[-1])
    return losses


def single_precision(model: Path, folder: Path) -> Path:
    """Write `model` in float32, as our trainer takes it on a CPU anyway.

    The stock one trains in the precision of the file, and learned far less in the float16 of the
    base (docs/training.md); here the order of rows is to be all that differs.
    """
    import mlx.core as mx

    shutil.copytree(model, folder)
    weights = {k: v.astype(mx.float32) for k, v in mx.load(str(model / WEIGHTS)).items()}
    mx.save_safetensors(str(folder / WEIGHTS), weights)
    config = json.loads((model / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "torch_dtype": "float32"}))
    return folder


def learn(folder: Path, pairs: int) -> None:
    """Train both on the tiny base, a pair for each seed, and compare what they learned."""
    model = single_precision(Path(check_model("tiny")), folder / "base")
    mixture = folder / "learnable"
    write_learnable(mixture)
    iters = LEARNED // BATCH
    env = environment(openblas=True, compiling=False)
    mine, theirs, tokens = [], [], []
    for seed in range(SEED, SEED + pairs):
        one = ours(model, mixture, folder / "learned", iters, seed, learning_rate=LEARNED_RATE)
        other = stock(model, mixture, folder / f"peer{seed}", iters, env, seed, LEARNED_RATE)
        mine.append(one.adapter)
        theirs.append(other.adapter)
        tokens.append((one.tokens, other.tokens))
    losses = judge(model, mixture, [*mine, *theirs])
    pairs_of = list(zip(losses[:pairs], losses[pairs:], strict=True))
    print(
        f"the tiny base, {LEARNED} rows, one epoch, {pairs} seeds; trained tokens"
        f" {tokens[0][0]:,} and {tokens[0][1]:,} of the stock trainer"
    )
    for seed, (our, its) in enumerate(pairs_of, start=SEED):
        print(f"  seed {seed}: {our:.4f}, stock {its:.4f}, difference {our - its:+.4f}")
    gaps = [our - its for our, its in pairs_of]
    mean, noise = statistics.mean(gaps), statistics.stdev(losses[pairs:])
    margin = STUDENT[pairs - 2] * statistics.stdev(gaps) / math.sqrt(pairs)
    print(
        f"validation loss after as many tokens: ours minus stock {mean:+.4f}, 95% interval"
        f" {mean - margin:+.4f} to {mean + margin:+.4f}, of {statistics.mean(losses[pairs:]):.4f};"
        f" another seed changes the stock's by {noise:.4f} (one standard deviation)"
        f"  (claim: worse by less than that)   {holds(mean + margin < noise)}"
    )


def main() -> None:
    """Run every comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="of speed, a seed each")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--kills", type=int, default=8, help="rounds of interruptions")
    parser.add_argument("--pairs", type=int, default=8, help="of losses, 3 to 21; a seed each")
    parser.add_argument("--only", choices=["speed", "loss", "kills"], help="one comparison alone")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = build_tiny_model(folder / "model")
        mixture = folder / "mixture"
        rows = write_mixture(mixture)
        print(
            f"a model of random weights, {rows} rows, batch size {BATCH}, "
            f"{chosen.epochs} epochs, OpenBLAS: {find_openblas() or 'none found'}"
        )
        if chosen.only in (None, "speed"):
            compare(model, mixture, folder, chosen.rounds, chosen.epochs * ROWS // BATCH)
        if chosen.only in (None, "loss"):
            learn(folder, chosen.pairs)
        if chosen.only in (None, "kills"):
            interruptions(model, mixture, folder / "kills", chosen.kills)


def compare(model: Path, mixture: Path, folder: Path, rounds: int, iters: int) -> None:
    """Measure both trainers in turn and print what is claimed."""
    equal = environment(openblas=True)
    warm = stock(model, mixture, folder / "warm", WARM + 5, equal)
    print(f"stock, first start (compiles): {warm.seconds:.0f} s for {WARM + 5} iterations")
    mine, theirs, plain = [], [], []
    for number in range(rounds):
        seed = SEED + number
        peer = stock(model, mixture, folder / f"stock{number}", iters, equal, seed)
        me = ours(model, mixture, folder / "runs", iters, seed)
        off = environment(openblas=True, compiling=False)
        other = stock(model, mixture, folder / f"plain{number}", iters, off, seed)
        mine.append(me.speed)
        theirs.append(peer.speed)
        plain.append(other.speed)
        print(
            f"  seed {seed}: ours {me.speed:,.0f} tokens/s, stock {peer.speed:,.0f}, stock without "
            f"compiling {other.speed:,.0f}"
        )
    speed, best = statistics.median(mine), max(map(statistics.median, (theirs, plain)))
    print(
        f"equal BLAS: {speed:,.0f} trained tokens/s, stock at its better {best:,.0f}: "
        f"{speed / best:.2f} times  (claim: 1.5)   {holds(speed >= 1.5 * best)}"
    )
    newcomer = stock(model, mixture, folder / "bare", WARM + 10, environment(openblas=False))
    print(
        f"as installed: {speed:,.0f} trained tokens/s, stock {newcomer.speed:,.0f}: "
        f"{speed / newcomer.speed:.1f} times"
    )
    run = read_run("latest", runs_dir=folder / "runs")
    events = len(run.events())
    share = telling_seconds(run.folder) * events / run.result.seconds
    print(f"event stream: {share:.3%} of the time  (claim: under 1%)   {holds(share < 0.01)}")


if __name__ == "__main__":
    main()
