"""Train the tiny base from nothing, on two processes that share every step.

On a CPU most of a small model's time goes into element-wise operations, which use one core; two
processes with half a batch each take little more than half the time. They add up their gradients in
shared memory, so both hold the same weights after every step, and the same seed gives the same
weights on the same machine.
"""

from __future__ import annotations

import hashlib
import math
import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curator.errors import TrainingError
from curator.tiny.corpus import base_rows, other_system
from curator.tiny.model import MODEL
from curator.tiny.wording import chat_ids

WORKERS = 2
_BUCKET = 64


@dataclass(frozen=True, slots=True)
class Plan:
    """How the base is trained.

    Attributes:
        rows: Rows it learns from; each is seen once.
        batch: Rows of a step, over all processes.
        rate: The highest learning rate, after `warmup` steps; it falls to a tenth as a cosine.
        warmup: Steps of rising learning rate.
        decay: Weight decay of AdamW.
        seed: Of rows, order and weights.
        save_every: Steps between two savings; a training that was ended goes on from there.
    """

    rows: int = 40_000
    batch: int = 20
    rate: float = 3e-3
    warmup: int = 100
    decay: float = 0.05
    seed: int = 1
    save_every: int = 50

    @property
    def steps(self) -> int:
        """Steps in all."""
        return self.rows // self.batch

    def rate_at(self, step: int) -> float:
        """Return the learning rate of a step, counted from 0."""
        if step < self.warmup:
            return self.rate * (step + 1) / self.warmup
        part = (step - self.warmup) / max(1, self.steps - self.warmup)
        return self.rate * (0.1 + 0.45 * (1 + math.cos(math.pi * part)))


Tell = Callable[[int, float, float], None]


def pretrain(folder: Path, plan: Plan, tell: Tell) -> None:
    """Train the base whose tokenizer is in `folder`, and write ``model.safetensors`` there.

    Args:
        folder: With ``tokenizer.json``.
        plan: How.
        tell: Called now and then with the steps done, the loss and the tokens a second.

    Raises:
        TrainingError: One of the processes died.
    """
    context = multiprocessing.get_context("spawn")
    size = _parameters()
    shared = context.RawArray("f", WORKERS * (size + 2))
    barrier = context.Barrier(WORKERS)
    told = context.SimpleQueue()
    # One thread each: the other core has the other process.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    workers = [
        context.Process(target=_work, args=(number, folder, plan, shared, barrier, told))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    try:
        while any(worker.is_alive() for worker in workers):
            if any(worker.exitcode for worker in workers):
                break
            while not told.empty():
                tell(*told.get())
            workers[0].join(0.5)
        while not told.empty():
            tell(*told.get())
    finally:
        # Where all went well they have ended; else, and where `tell` raised, nobody waits for them.
        for worker in workers:
            worker.kill()
            worker.join()
    if any(worker.exitcode for worker in workers):
        raise TrainingError("A process of the training died.", path=folder)


def _parameters() -> int:
    from mlx.utils import tree_flatten

    return sum(value.size for _, value in tree_flatten(_model(0).parameters()))


def _model(seed: int) -> Any:
    import mlx.core as mx
    from mlx.utils import tree_map_with_path
    from mlx_lm.models import qwen2

    mx.random.seed(seed)
    model: Any = qwen2.Model(qwen2.ModelArgs.from_dict(MODEL))

    def initial(path: str, value: Any) -> Any:
        if value.ndim < 2:
            return mx.zeros_like(value) if path.endswith("bias") else mx.ones_like(value)
        deep = path.endswith(("o_proj.weight", "down_proj.weight"))
        scale = value.shape[-1] ** -0.5 * (0.5 if deep else 1.0)
        if "embed" in path:
            scale = 0.03
        return mx.random.normal(value.shape) * scale

    model.update(tree_map_with_path(initial, model.parameters()))
    return model


def _work(number: int, folder: Path, plan: Plan, shared: Any, barrier: Any, told: Any) -> None:
    """Be one of the processes."""
    import mlx.core as mx
    import mlx.nn as nn
    import mlx.optimizers as optim
    from mlx.utils import tree_flatten, tree_unflatten

    mx.disable_compile()
    model = _model(plan.seed)
    optimizer = optim.AdamW(plan.rate, betas=[0.9, 0.98], weight_decay=plan.decay)
    every = np.frombuffer(shared, np.float32).reshape(WORKERS, -1)

    def loss(ids: Any, mask: Any) -> Any:
        losses = nn.losses.cross_entropy(model(ids[:, :-1]), ids[:, 1:])
        return (losses * mask[:, 1:]).sum()

    slope = nn.value_and_grad(model, loss)
    first = _take_up(folder, plan, model, optimizer)
    begun, seen = time.perf_counter(), 0
    recent: list[float] = []
    for step, (ids, mask) in enumerate(_batches(folder, plan, number, first), start=first):
        value, gradients = slope(mx.array(ids), mx.array(mask))
        flat = tree_flatten(gradients)
        whole = mx.concatenate([one.reshape(-1) for _, one in flat])
        every[number, :-2] = np.array(whole)
        every[number, -2:] = value.item(), mask[:, 1:].sum()
        barrier.wait()
        total = every.sum(axis=0)
        # Nobody may write the next gradients before everybody has read these.
        barrier.wait()
        mean = total[:-2] / total[-1]
        norm = float(np.sqrt(np.square(mean).sum()))
        mean = mx.array(mean * min(1.0, 1.0 / (norm + 1e-6)))
        pieces, place = [], 0
        for name, one in flat:
            pieces.append((name, mean[place : place + one.size].reshape(one.shape)))
            place += one.size
        optimizer.learning_rate = plan.rate_at(step)
        optimizer.update(model, tree_unflatten(pieces))
        mx.eval(model.parameters(), optimizer.state)
        seen += ids.size
        recent.append(float(total[-2] / total[-1]))
        done = step + 1
        if number == 0 and (done % 20 == 0 or done == plan.steps):
            speed = WORKERS * seen / (time.perf_counter() - begun)
            told.put((done, sum(recent) / len(recent), speed))
            recent.clear()
        if number == 0 and (done % plan.save_every == 0 or done == plan.steps):
            _save(folder, plan, done, model, optimizer)


def _state(folder: Path, plan: Plan) -> Path:
    mark = hashlib.sha256(f"{plan} {MODEL}".encode()).hexdigest()[:12]
    return folder / f".training-{mark}.safetensors"


def _take_up(folder: Path, plan: Plan, model: Any, optimizer: Any) -> int:
    """Take an ended training up where it was saved; return how many steps it had done."""
    import mlx.core as mx
    from mlx.utils import tree_unflatten

    state = _state(folder, plan)
    if not state.is_file():
        return 0
    loaded: Any = mx.load(str(state), return_metadata=True)
    arrays, told = loaded
    parts: dict[str, list[tuple[str, Any]]] = {"model": [], "optimizer": []}
    for name, value in arrays.items():
        part, _, rest = name.partition("/")
        parts[part].append((rest, value))
    model.update(tree_unflatten(parts["model"]))
    optimizer.state = tree_unflatten(parts["optimizer"])
    return int(told["steps"])


def _save(folder: Path, plan: Plan, done: int, model: Any, optimizer: Any) -> None:
    import mlx.core as mx
    from mlx.utils import tree_flatten

    state = _state(folder, plan)
    if done < plan.steps:
        arrays = {f"model/{name}": value for name, value in tree_flatten(model.parameters())}
        arrays |= {f"optimizer/{name}": value for name, value in tree_flatten(optimizer.state)}
        temporary = folder / "next.safetensors"
        mx.save_safetensors(str(temporary), arrays, metadata={"steps": str(done)})
        temporary.replace(state)
    else:
        state.unlink(missing_ok=True)
    # Half precision is enough to keep and halves the size; training on a CPU makes it float32.
    weights = {name: value.astype(mx.float16) for name, value in tree_flatten(model.parameters())}
    temporary = folder / "next.safetensors"
    mx.save_safetensors(str(temporary), weights, metadata={"format": "mlx"})
    temporary.replace(folder / "model.safetensors")


def _batches(
    folder: Path, plan: Plan, number: int, first: int
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.float32]]]:
    """Yield this process's share of every step from `first` on: ids and which are learned."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    rows = base_rows(plan.seed)
    choice = random.Random(f"systems {plan.seed}")
    done = 0
    while done < plan.steps:
        # So many batches at a time are sorted by length and shuffled.
        count = min(_BUCKET, plan.steps - done)
        some = [
            chat_ids(tokenizer, row, other_system(choice))
            for row in islice(rows, count * plan.batch)
        ]
        some.sort(key=lambda row: len(row[0]))
        order = list(range(count))
        choice.shuffle(order)
        for place, at in enumerate(order):
            if done + place < first:
                continue
            mine = some[at * plan.batch : (at + 1) * plan.batch][number::WORKERS]
            width = max(len(ids) for ids, _ in mine)
            ids = np.zeros((len(mine), width), np.int32)
            mask = np.zeros((len(mine), width), np.float32)
            for line, (row, start) in enumerate(mine):
                ids[line, : len(row)] = row
                mask[line, start : len(row)] = 1
            yield ids, mask
        done += count
