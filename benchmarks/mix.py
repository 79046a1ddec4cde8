"""How long a mix of 20,000 base rows takes, with twins and tokens counted, beside a plain script.

Claim: under 15 s on two cores, from the files on disk to a plan that knows every twin and every
token. The peer does the same three things the way a script would: rows through `json`, every pair
of instructions through RapidFuzz's `cdist`, and every conversation through the tokenizer's own
chat template, one at a time. Its tokens are timed on a tenth of the rows and scaled.

The tokenizer is a byte-pair one of 8,000 tokens, trained here on the rows themselves, since no real
model's can be fetched in a benchmark; the time it takes a row is like a real one's.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from curator.example.chat import training_messages
from curator.mix import DedupSpec, Recipe, SourceSpec, plan_mixture
from curator.preflight import count_tokens, held_out_prompts
from curator.settings import find_project
from curator.store import read_rows, shipped_base, shipped_examples
from curator.tiny import build_tiny_model
from curator.train.tokens import Tokens

ROWS = 20_000
CLAIM = 15.0
SEED = 7


def base_rows() -> list[dict[str, str]]:
    """Return rows put together from the shipped ones: real words, one in fifty a twin."""
    chance = random.Random(SEED)
    known = [row.example for row in read_rows(shipped_base()) if row.example]
    words = sorted({word for one in known for word in one.instruction.split()})
    rows: list[dict[str, str]] = []
    for number in range(ROWS):
        if rows and number % 50 == 0:
            like = chance.choice(rows)
            rows.append({**like, "instruction": like["instruction"] + "!"})
            continue
        asked = " ".join(chance.choices(words, k=chance.randint(8, 24)))
        answer = chance.choice(known).output + f"\n# {chance.random()}"
        rows.append({"instruction": asked, "input": "", "output": answer})
    return rows


def make_model(folder: Path, texts: list[str]) -> Path:
    """Return a model folder whose tokenizer is a byte-pair one, trained on these texts."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    build_tiny_model(folder)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=8000,
        show_progress=False,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def ours(folder: Path, model: Path) -> tuple[float, str]:
    """Plan and count; return the seconds and what came of it."""
    recipe = Recipe(
        name="bench",
        source=(
            SourceSpec(path=str(shipped_examples()), role="curated", repeat=3),
            SourceSpec(path="base.jsonl", role="base"),
        ),
        dedup=DedupSpec(threshold=90),
    )
    begun, cpu_begun = time.perf_counter(), time.process_time()
    stages: dict[str, float] = {}

    def told(stage: str, _done: int, _total: int) -> None:
        stages[stage] = time.perf_counter() - begun

    with Tokens(str(model)) as tokens:
        tokens.start()
        planned = plan_mixture(
            recipe, folder, project=find_project(folder), held_out=held_out_prompts(), progress=told
        )
        stages["plan"] = time.perf_counter() - begun
        planned = count_tokens(planned, tokens)
    seconds = time.perf_counter() - begun
    assert planned.tokens is not None
    twins = sum(one.reason == "twin" for one in planned.removed)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = time.process_time() - cpu_begun + children.ru_utime + children.ru_stime
    parts = ", ".join(f"{name} {at:.1f}" for name, at in stages.items())
    return seconds, (
        f"{len(planned.train):,} rows train, {twins:,} twins gone,"
        f" {planned.tokens.total:,} tokens (done at: {parts}, tokens {seconds:.1f};"
        f" {cpu:.1f} s of processor time)"
    )


PEER = """
import json, sys, time
import numpy as np
from rapidfuzz import fuzz, process
from transformers import AutoTokenizer
begun = time.perf_counter()
rows = [json.loads(line) for line in open(sys.argv[1])]
texts = [" ".join(row["instruction"].lower().split()) for row in rows]
twins = 0
for at in range(0, len(texts), 1000):
    block = process.cdist(texts[at:at+1000], texts, scorer=fuzz.ratio, score_cutoff=90, workers=-1)
    twins += int((np.triu(block, at + 1) > 0).sum())
compared = time.perf_counter() - begun
tokenizer = AutoTokenizer.from_pretrained(sys.argv[2])
begun = time.perf_counter()
for row in rows[::10]:
    tokenizer.apply_chat_template([{"role": "user", "content": row["instruction"]},
        {"role": "assistant", "content": row["output"]}], tokenize=True)
counted = (time.perf_counter() - begun) * 10
print(json.dumps([compared, counted, twins]))
"""


def peer(folder: Path, model: Path) -> tuple[float, str]:
    """Do the same in a plain script."""
    done = subprocess.run(
        [sys.executable, "-c", PEER, str(folder / "base.jsonl"), str(model)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    compared, counted, twins = json.loads(done.stdout.splitlines()[-1])
    return compared + counted, (
        f"{twins:,} pairs; comparing {compared:.1f} s, tokens {counted:.1f} s"
    )


def main() -> None:
    """Run both and print the claim beside the peer."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = base_rows()
        (folder / "base.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        (folder / "curator.toml").write_text("")
        texts = [message["content"] for row in rows[:3000] for message in training_messages(row)]
        model = make_model(folder / "model", texts)
        seconds, told = ours(folder, model)
        verdict = "holds" if seconds < CLAIM else "DOES NOT HOLD"
        print(
            f"mix of {ROWS:,} base rows  {seconds:5.1f} s  (claim: under {CLAIM:.0f})  {verdict}"
            f"   load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        )
        print(f"  {told}")
        theirs, what = peer(folder, model)
        print(f"  peer, a plain script  {theirs:5.1f} s   {what}")


if __name__ == "__main__":
    main()
