"""Our generation beside one `mlx_lm.generate` call per prompt: speed, answers, what is remembered.

Claims: at least 4 times the tokens a second on 120 prompts; greedy answers that are the same token
for token; and nothing answered twice after a kill.

Both have the same model loaded before the clock starts, by the same loader (float32, and the same
BLAS), and read the same token ids. They answer in turn, each in a process of its own. Ours is what
an evaluation calls, with its pipe and without its cache.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from curator.evaluate import read_suite
from curator.evaluate.generate import BATCH_SIZE, Generator, Sampling
from curator.example.chat import Message, prompt_messages
from curator.tiny.model import FOLDER
from curator.train import find_openblas
from curator.train.blas import with_openblas
from curator.train.training import child_environment

PROMPTS = 120
SYSTEM = "Answer with ### Solution, ### Usage and ### Sanity test."

# One call per prompt. The tokens are noted as `generate` itself draws them.
PEER = """
import json, sys, time
import mlx_lm
from curator.example.chat import prompt_ids
from curator.train.worker_model import load_base
drawn = []
module = sys.modules["mlx_lm.generate"]
stream = module.stream_generate
def noted(*arguments, **options):
    for one in stream(*arguments, **options):
        if one.finish_reason != "stop":
            drawn[-1].append(one.token)
        yield one
module.stream_generate = noted
name, limit, prompts = sys.argv[1], int(sys.argv[2]), json.load(open(sys.argv[3]))
model, tokenizer = load_base(name)
model.eval()
ids = [prompt_ids(tokenizer, one) for one in prompts]
print("ready", flush=True)
for _ in sys.stdin:
    drawn.clear()
    begun = time.perf_counter()
    for one in ids:
        drawn.append([])
        mlx_lm.generate(model, tokenizer, prompt=one, max_tokens=limit)
    seconds = time.perf_counter() - begun
    texts = [tokenizer.decode(one) for one in drawn]
    found = {"seconds": seconds, "tokens": sum(map(len, drawn)), "texts": texts}
    print(json.dumps(found), flush=True)
"""


@dataclass(frozen=True)
class Answered:
    """All prompts answered once: seconds, tokens in all, and the texts in order."""

    seconds: float
    tokens: int
    texts: list[str]


def prompts() -> list[list[Message]]:
    """Return the prompts that come along, as an evaluation asks them."""
    suite = read_suite("tiny")
    asked = [
        prompt_messages(one.instruction, one.input, system_prompt=SYSTEM) for one in suite.prompt
    ]
    return (asked * (-(-PROMPTS // len(asked))))[:PROMPTS]


def ours(generator: Generator, asked: list[list[Message]], limit: int, batch_size: int) -> Answered:
    """Answer as an evaluation does."""
    begun = time.perf_counter()
    found = list(
        generator.complete(asked, sampling=Sampling(max_tokens=limit), batch_size=batch_size)
    )
    seconds = time.perf_counter() - begun
    assert not any(one.failure for one in found)
    found.sort(key=lambda one: one.index)
    return Answered(seconds, sum(one.tokens for one in found), [one.text for one in found])


@contextmanager
def peer(model: str, asked: list[list[Message]], limit: int) -> Iterator[subprocess.Popen[str]]:
    """Start the process that calls `mlx_lm.generate`, its model loaded."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(asked, file)
        file.flush()
        process = subprocess.Popen(
            [sys.executable, "-c", PEER, model, str(limit), file.name],
            env=with_openblas(child_environment(model)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        while process.stdout.readline() not in ("ready\n", ""):
            pass
        yield process
        process.communicate()


def theirs(process: subprocess.Popen[str]) -> Answered:
    """Let the peer answer everything once."""
    process.stdin.write("go\n")
    process.stdin.flush()
    return Answered(**json.loads(process.stdout.readline()))


def holds(good: bool) -> str:
    return "holds" if good else "DOES NOT HOLD"


def compare(model: str, limit: int, rounds: int, sizes: list[int]) -> None:
    """Answer in turn and print what is claimed."""
    asked = prompts()
    with Generator(model, cache=False) as generator, peer(model, asked, limit) as process:
        generator.start()
        mine: dict[int, list[float]] = {size: [] for size in sizes}
        stock: list[float] = []
        same = True
        for _ in range(rounds):
            one = theirs(process)
            stock.append(one.tokens / one.seconds)
            for size in sizes:
                me = ours(generator, asked, limit, size)
                mine[size].append(me.tokens / me.seconds)
                differ = [n for n in range(len(asked)) if me.texts[n] != one.texts[n]]
                same = same and not differ
                if differ:
                    print(f"  batches of {size}: other answers to {differ}")
    base = statistics.median(stock)
    print(f"mlx_lm.generate, a call per prompt: {base:,.0f} tokens/s ({one.tokens:,} tokens)")
    for size in sizes:
        speed = statistics.median(mine[size])
        claim = f"  (claim: 4)   {holds(speed >= 4 * base)}" if size == BATCH_SIZE else ""
        print(f"ours, {size:>3} at once: {speed:,.0f} tokens/s, {speed / base:.1f} times{claim}")
    print(f"greedy answers the same in every round and batch size   {holds(same)}")


def resumed(model: str, limit: int) -> None:
    """Kill an evaluation's process in the middle, and ask again."""
    program = (
        "import json, os, sys\n"
        "from curator.evaluate.generate import Generator, Sampling\n"
        "asked = json.loads(sys.stdin.read())\n"
        "with Generator(sys.argv[1]) as generator:\n"
        "    sampling = Sampling(max_tokens=int(sys.argv[2]))\n"
        "    for number, one in enumerate(generator.complete(asked, sampling=sampling)):\n"
        "        if number == 49:\n"
        "            os.kill(os.getpid(), 9)\n"
    )
    asked = prompts()
    ended = subprocess.run(
        [sys.executable, "-c", program, model, str(limit)],
        input=json.dumps(asked),
        text=True,
        check=False,
    )
    assert ended.returncode == -9
    with Generator(model) as generator:
        generator.start()
        begun = time.perf_counter()
        found = list(generator.complete(asked, sampling=Sampling(max_tokens=limit)))
        rest = time.perf_counter() - begun
        begun = time.perf_counter()
        list(generator.complete(asked, sampling=Sampling(max_tokens=limit)))
        again = time.perf_counter() - begun
    kept = sum(one.seconds == 0 for one in found)
    print(
        f"killed after 50 of {len(asked)} answers: {kept} were remembered, the others took "
        f"{rest:.1f} s, all once more {again:.2f} s   {holds(kept >= 50)}"
    )


def main() -> None:
    """Run every comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", help="a model folder  [default: the tiny base]")
    parser.add_argument("--max-tokens", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ["CURATOR_CACHE_DIR"] = f"{name}/cache"
        model = chosen.model or str(FOLDER)
        print(
            f"{Path(model).name}, {PROMPTS} prompts of up to {chosen.max_tokens} tokens, "
            f"OpenBLAS: {find_openblas() or 'none found'}"
        )
        compare(model, chosen.max_tokens, chosen.rounds, [8, BATCH_SIZE, PROMPTS])
        resumed(model, chosen.max_tokens)


if __name__ == "__main__":
    main()
