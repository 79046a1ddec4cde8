"""An evaluated run, and the Hub's stand-in with a token that it accepts."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from curator.evaluate import save_evaluation
from curator.publish.hub import Hub
from tests import hub as stand_in
from tests.tui.panes.worlds import evaluation_of, finished_run, mix_project

#: Like a token of the Hub, and nobody's.
TOKEN = "hf_" + "aKdmZqXwLpRtYvNcBfHjGsQeUaKdmZqXwL"
REPO = "ann/small"


@pytest.fixture
def project(tmp_path):
    return mix_project(tmp_path)


@pytest.fixture
def run(project):
    return finished_run(project)


@pytest.fixture
def evaluated(run):
    save_evaluation(evaluation_of(run), run)
    return run


@pytest.fixture
def server(monkeypatch, tmp_path):
    """The stand-in; waits of the client's library are noted and not waited for."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
    with stand_in.serving(stand_in.Hub(), monkeypatch) as hub:
        hub.token = TOKEN
        hub.waited = []
        clock = SimpleNamespace(sleep=hub.waited.append, time=time.time)
        monkeypatch.setattr("huggingface_hub.utils._http.time", clock)
        yield hub


class Client(Hub):
    """The real client; what it told and how long it would have waited."""

    def __init__(self, **options):
        self.told = []
        self.waits = []
        super().__init__(notice=self.told.append, pause=self._wait, **options)

    def _wait(self, seconds):
        self.waits.append(seconds)
        return self.cancel.is_set()


@pytest.fixture
def client(server):
    return Client(endpoint=server.url)
