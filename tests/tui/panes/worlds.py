"""Projects with something in them: a recipe to mix, a finished run, an evaluation."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import msgspec

from curator.evaluate import Contamination, Evaluation, Prompt, Side, checks_of, score
from curator.example import load_profile
from curator.mix import plan_mixture, read_recipe, write_mixture
from curator.settings import Project, find_project
from curator.train import (
    Finished,
    Notice,
    Phase,
    Progress,
    Run,
    RunRecord,
    Started,
    TrainingResult,
    TrainingSpec,
    Validation,
    read_adapter,
    read_mixture,
    read_run,
)
from curator.train.events import encode
from curator.train.runs import hashes
from tests.tui.helpers import output, record

RECIPE = """\
# What we mix.
name = "small"

[[source]]
path = "data/custom/perfect_examples.jsonl"   # ours
role = "curated"
repeat = 2

[[source]]
path = "data/raw/base.jsonl"
role = "base"

[split]
valid = 0.2
"""

THINGS = (
    "count the vowels in a string",
    "merge two dictionaries key by key",
    "sort people by age",
    "find the longest word",
    "parse a date written by hand",
    "rotate a matrix",
    "check whether brackets balance",
    "flatten nested lists",
)


def mix_project(folder: Path, *, recipe: str | None = RECIPE, model: str = "") -> Project:
    """Return a project with three curated examples and nine base rows, one of them a twin."""
    curated = [
        record("Double a whole number, negative ones included.", output()),
        record("Triple an integer that the caller passes in.", output("triple", "thrice", 3)),
        record("Write code that makes a value ten times as large.", output("tenfold", "10x", 10)),
    ]
    base = [record(f"Please {thing}.", f"x = {number}") for number, thing in enumerate(THINGS)]
    base.append(record("Triple an integer that the caller passes in!", "print(3)"))
    _lines(folder / "data/custom/perfect_examples.jsonl", curated)
    _lines(folder / "data/raw/base.jsonl", base)
    (folder / "curator.toml").write_text(f'model = "{model}"\n' if model else "")
    if recipe is not None:
        (folder / "recipe.toml").write_text(recipe)
    return find_project(folder)


def build_mixture(project: Project) -> Path:
    """Build the project's mixture and return its folder."""
    folder = project.path("mixtures/small")
    write_mixture(plan_mixture(read_recipe(project.path("recipe.toml")), project.root), folder)
    return folder


def finished_run(project: Project, run_id: str = "2026-03-01-120000-small") -> Run:
    """Return a run that ended well, with the files it would have left."""
    mixture = build_mixture(project)
    rows = read_mixture(mixture)
    folder = project.path("runs") / run_id
    adapter = folder / "adapter"
    adapter.mkdir(parents=True)
    sha256 = _adapter(adapter)
    spec = TrainingSpec(model="some/model", iters=200)
    result = TrainingResult(
        iterations=200,
        rank=8,
        scale=2.0,
        dropout=0.05,
        layers=1,
        keys=("self_attn.q_proj",),
        trained_parameters=128,
        adapter_sha256=sha256,
        train_loss=0.912,
        val_loss=1.104,
        best_val_loss=1.081,
        best_iteration=150,
        trained_tokens=51_200,
        seconds=40.0,
        peak_memory_gb=0.41,
    )
    run = RunRecord(
        id=run_id,
        status="finished",
        created="2026-03-01T12:00:00+00:00",
        ended="2026-03-01T12:01:00+00:00",
        model="some/model",
        mixture=str(mixture),
        hashes=hashes(rows),
        rows=rows.rows,
        iteration=200,
        result=result,
    )
    project.path("LICENSE").write_text("Apache License\nVersion 2.0, January 2004\n")
    (folder / "base.json").write_text('{"model": "some/model", "licence": "mit"}')
    (folder / "run.json").write_bytes(msgspec.json.encode(run))
    (folder / "spec.json").write_bytes(msgspec.json.encode(spec))
    (folder / "manifest.json").write_bytes((mixture / "manifest.json").read_bytes())
    (folder / "events.jsonl").write_bytes(b"".join(map(encode, _events(result))))
    return read_run(folder)


def evaluation_of(run: Run, prompts: int = 6) -> Evaluation:
    """Return an evaluation in which the base never and the adapter mostly answers well."""
    profile = load_profile()
    asked = [Prompt(f"p{number}", f"Please {THINGS[number]}.") for number in range(prompts)]
    plain = "```python\nprint(1)\n```\n"
    short = "### Solution\n\n```python\nx = 1\n```\n"
    good = [output() if number % 3 else short for number in range(prompts)]
    checks = checks_of(profile)
    base = tuple(score(prompt, plain, profile) for prompt in asked)
    tuned = tuple(score(p, text, profile) for p, text in zip(asked, good, strict=True))
    return Evaluation(
        suite="runnable-first",
        model="some/model",
        adapter=run.result.adapter_sha256 if run.result else None,
        n=prompts,
        contaminated=(Contamination("fizzbuzz", 93.0, 4, "Write FizzBuzz."),),
        contamination_checked=True,
        base=Side("base", checks, base),
        tuned=Side("adapter", checks, tuned),
    )


def _events(result: TrainingResult):
    when = 1_772_366_400.0
    yield Phase(time=when, name="loading")
    yield Started(
        time=when,
        model="some/model",
        device="cpu",
        blas="OpenBLAS",
        parameters=90_880,
        trainable_parameters=128,
        iters=200,
        batches_per_epoch=4,
        train_rows=13,
        valid_rows=2,
        left_out_rows=0,
        cut_rows=1,
        train_tokens=4_382,
        learned_tokens=2_547,
    )
    yield Notice(time=when, message="1 of 13 training rows is cut.", hint="Raise max_seq_length.")
    yield Validation(time=when, iteration=0, val_loss=2.6, seconds=0.1, best=True)
    for iteration in range(5, 201, 5):
        wiggle = 0.08 * ((iteration * 7) % 5 - 2) / 2
        yield Progress(
            time=when + iteration,
            iteration=iteration,
            iters=200,
            train_loss=0.9 + 1.6 * 0.98**iteration + wiggle,
            learning_rate=1e-3,
            iterations_per_second=5.0,
            tokens_per_second=1_280.0,
            trained_tokens=iteration * 256,
            peak_memory_gb=0.41,
            epoch=iteration / 4,
        )
        if iteration % 50 == 0:
            loss = {50: 1.42, 100: 1.17, 150: 1.081, 200: 1.104}[iteration]
            yield Validation(
                time=when, iteration=iteration, val_loss=loss, seconds=0.1, best=iteration < 200
            )
    yield Finished(time=when + 201, iteration=200, result=result)


def _adapter(folder: Path) -> str:
    """Write a real safetensors file of one small LoRA layer, and return its hash."""
    stem = "model.layers.0.self_attn.q_proj.lora_"
    header = {
        f"{stem}a": {"dtype": "F32", "shape": [8, 8], "data_offsets": [0, 256]},
        f"{stem}b": {"dtype": "F32", "shape": [8, 8], "data_offsets": [256, 512]},
    }
    text = json.dumps(header).encode()
    (folder / "adapters.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(512))
    parameters = {"rank": 8, "scale": 2.0, "dropout": 0.05}
    config = {"fine_tune_type": "lora", "num_layers": -1, "lora_parameters": parameters}
    (folder / "adapter_config.json").write_text(json.dumps(config))
    return read_adapter(folder).sha256


def _lines(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
