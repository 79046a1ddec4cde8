"""The processes that make the tiny base end with whoever started them."""

from __future__ import annotations

import queue
import threading
from types import SimpleNamespace

import pytest

from curator.tiny import pretrain


class Working:
    """A process with hours of work before it."""

    def __init__(self, **_options):
        self.exitcode = None
        self._over = threading.Event()

    def start(self):
        pass

    def is_alive(self):
        return not self._over.is_set()

    def kill(self):
        self.exitcode = -9
        self._over.set()

    def join(self, timeout=20):
        assert self._over.wait(timeout), "it is waited for"


def test_a_reader_that_is_gone_ends_the_training(tmp_path, monkeypatch):
    told = queue.SimpleQueue()
    told.put((20, 3.0, 1000.0))
    context = SimpleNamespace(
        RawArray=lambda *_: None,
        Barrier=lambda _: None,
        SimpleQueue=lambda: told,
        Process=Working,
    )
    monkeypatch.setattr(pretrain.multiprocessing, "get_context", lambda _: context)
    monkeypatch.setattr(pretrain, "_parameters", lambda: 1)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")

    def tell(*_):
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        pretrain.pretrain(tmp_path, pretrain.Plan(), tell)
