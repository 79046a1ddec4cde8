"""Prompts join a batch that is under way several at a time, since each time costs a copy of it."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace

import pytest

from curator.evaluate import generate_batch as module


class Ending:
    """Stands in for mlx-lm's generator: at each step the oldest answer ends."""

    def __init__(self, *_, **__):
        self.numbers = count()
        self.under_way = []
        self.joined = []

    def insert(self, prompts, *_, **__):
        self.joined.append(len(prompts))
        uids = [next(self.numbers) for _ in prompts]
        self.under_way += uids
        return uids

    def next(self):
        uid = self.under_way.pop(0)
        return [], [SimpleNamespace(uid=uid, token=7, finish_reason="stop")]

    def close(self):
        pass


@pytest.mark.parametrize(
    ("size", "joined"), [(8, [8, 2, 2, 2, 2, 2, 2]), (1, [1] * 20), (64, [20])]
)
def test_prompts_wait_until_there_is_room_for_several(monkeypatch, size, joined):
    generator = Ending()
    monkeypatch.setattr(module, "BatchGenerator", lambda *_, **__: generator)
    wanted = [module.Wanted((number + 1,)) for number in range(20)]
    most = []

    given = module.answers(
        None,
        wanted,
        ends=[0],
        max_tokens=4,
        batch_size=size,
        beat=lambda numbers: not most.append(len(numbers)),
    )

    assert sorted(one.number for one in given) == list(range(20))
    assert generator.joined == joined
    assert max(most) == min(size, 20)
