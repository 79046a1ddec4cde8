"""Many prompts answered side by side by one loaded model: the part of generation that needs MLX.

mlx-lm's `BatchGenerator` takes further prompts into a batch that is under way. Each time costs a
reading and a copy of all that is in the batch, so prompts wait until there is room for several. Its
one-call form, `batch_generate`, tells nothing until the last answer of all is done, so nothing
could be kept of a run that is cut short.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import mlx.core as mx
from mlx_lm.generate import BatchGenerator
from mlx_lm.models.cache import KVCache, make_prompt_cache

# A prefix that is shorter than this costs as much to set apart as to read again.
_SHORTEST_PREFIX = 16
# Prompts read at once before they join those that are answered.
_READ_AT_ONCE = 8
_PREFILL_STEP = 2048


@dataclass(frozen=True, slots=True)
class Wanted:
    """One answer that is asked for.

    Attributes:
        prompt: Token ids up to where the model is to answer.
        sample: Which answer to that prompt, counted from 0.
    """

    prompt: tuple[int, ...]
    sample: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """One answer.

    Attributes:
        number: Which of those asked for.
        ids: Its tokens, without the end token.
        cut: Whether it was cut at the token limit.
    """

    number: int
    ids: list[int]
    cut: bool


def answers(
    model: Any,
    wanted: Sequence[Wanted],
    *,
    ends: Sequence[int],
    max_tokens: int,
    batch_size: int,
    temperature: float = 0.0,
    seed: int = 0,
    beat: Callable[[Sequence[int]], bool] = lambda _under_way: True,
    hear: Callable[[int, int], None] | None = None,
) -> Iterator[Given]:
    """Yield each answer as it ends.

    Args:
        model: As mlx-lm loads it.
        wanted: What is asked for; prompts are not empty.
        ends: Ids of the tokens that end an answer.
        max_tokens: Tokens of an answer, at most.
        batch_size: Answers under way at once.
        temperature: 0 takes the likeliest token each time.
        seed: Of the draws. Each answer has draws of its own, so that it is the same whatever is
            answered beside it.
        beat: Called before each token of the batch with the numbers of the answers that are under
            way; False ends the iteration.
        hear: Told the number of an answer and a token of it, as they come.
    """
    if not wanted:
        return
    generator = BatchGenerator(
        model,
        stop_tokens=[[token] for token in ends],
        completion_batch_size=batch_size,
        prefill_batch_size=min(batch_size, _READ_AT_ONCE),
        prefill_step_size=_PREFILL_STEP,
    )
    # Prompts of like length are read together: the shorter ones are padded to the longest.
    order = sorted(range(len(wanted)), key=lambda number: len(wanted[number].prompt))
    prompts = [list(wanted[number].prompt) for number in order]
    prefix, cache = read_prefix(model, prompts)
    # The last ones do not wait for more.
    several = max(1, min(batch_size // 4, _READ_AT_ONCE))
    waiting = deque(order)
    numbers: dict[int, int] = {}
    ids: dict[int, list[int]] = {}
    try:
        while waiting or numbers:
            room = min(batch_size - len(numbers), len(waiting))
            if room and room >= min(several, len(waiting)):
                begun = [waiting.popleft() for _ in range(room)]
                uids = generator.insert(
                    [list(wanted[number].prompt[len(prefix) :]) for number in begun],
                    [max_tokens] * room,
                    # Merged into the cache of a batch, which copies it; None makes an empty one.
                    caches=[cache] * room,
                    all_tokens=[list(prefix) for _ in begun],
                    samplers=[_draw(wanted[number], temperature, seed) for number in begun],
                )
                numbers |= zip(uids, begun, strict=True)
                ids |= {uid: [] for uid in uids}
            if not beat(list(numbers.values())):
                return
            for one in generator.next()[1]:
                if one.finish_reason != "stop":
                    ids[one.uid].append(one.token)
                    if hear is not None:
                        hear(numbers[one.uid], one.token)
                if one.finish_reason is not None:
                    cut = one.finish_reason == "length"
                    yield Given(numbers.pop(one.uid), ids.pop(one.uid), cut)
    finally:
        generator.close()


def read_prefix(model: Any, prompts: Sequence[Sequence[int]]) -> tuple[list[int], Any]:
    """Read what all prompts begin with once.

    Args:
        model: As mlx-lm loads it.
        prompts: Token ids.

    Returns:
        The shared ids and the cache that holds them; no ids and None where there is little to
        share, or where the model's cache is of a kind that cannot be given to several.
    """
    if len(prompts) < 2:
        return [], None
    # What the first and the last by order share, all between them share.
    lists = [list(prompt) for prompt in prompts]
    both = zip(min(lists), max(lists), strict=False)
    shared = [token for token, _ in takewhile(lambda pair: pair[0] == pair[1], both)]
    # The last token of a prompt is read with its first answer.
    del shared[min(map(len, prompts)) - 1 :]
    if len(shared) < _SHORTEST_PREFIX:
        return [], None
    cache = make_prompt_cache(model)
    if not all(type(layer) is KVCache for layer in cache):
        return [], None
    for start in range(0, len(shared), _PREFILL_STEP):
        model(mx.array([shared[start : start + _PREFILL_STEP]]), cache=cache)
        mx.eval([layer.state for layer in cache])
    return shared, cache


def _draw(wanted: Wanted, temperature: float, seed: int) -> Callable[[mx.array], mx.array] | None:
    """Return what draws the tokens of one answer; None for the likeliest each time."""
    if temperature == 0:
        return None
    text = repr((seed, wanted.sample, wanted.prompt)).encode()
    first = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
    drawn = 0

    def draw(logprobs: mx.array) -> mx.array:
        nonlocal drawn
        key = mx.random.key((first + drawn) % 2**64)
        drawn += 1
        return mx.random.categorical(logprobs / temperature, key=key)

    return draw
