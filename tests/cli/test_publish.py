"""``curator bundle``, ``publish``, ``report``, ``serve`` and ``fuse`` as a person types them."""

from __future__ import annotations

import json
import shlex
import socket
from dataclasses import replace

import msgspec
import pytest

from curator.cli.specoptions import spec_of
from curator.cli.train import command
from curator.evaluate import save_evaluation
from curator.publish import bundle_files
from curator.publish.usage import commands
from curator.train import TrainingSpec, read_adapter, read_run
from tests import hub as stand_in
from tests.tui.panes.worlds import evaluation_of, finished_run, mix_project

TOKEN = "hf_" + "aKdmZqXwLpRtYvNcBfHjGsQeUaKdmZqXwL"
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture
def run(tmp_path):
    made = finished_run(mix_project(tmp_path))
    save_evaluation(evaluation_of(made), made)
    return made


@pytest.fixture
def hub(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with stand_in.serving(stand_in.Hub(), monkeypatch) as server:
        server.token = TOKEN
        yield server


def test_a_bundle_is_eight_files(curator, run, tmp_path):
    done = curator("bundle", "latest", "--out", "out", "--offline")

    assert done.code == 0
    assert done.out.count("✓") == 7
    assert "Wrote 8 files to out." in done.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "LICENSE-THIRD-PARTY.md",
        "MODEL_CARD.md",
        "README.md",
        "USAGE.md",
        "adapter_config.json",
        "adapters.safetensors",
        "config.json",
        "run_meta.json",
    ]


def test_a_standing_gate_ends_with_one_and_says_how_to_go_on(curator, run, tmp_path):
    (tmp_path / "LICENSE").unlink()

    done = curator("bundle", "latest", "--out", "out", "--offline")

    assert done.code == 1
    assert "To write it all the same: --allow licences" in done.err
    assert not (tmp_path / "out").exists()
    assert curator("bundle", "latest", "--out", "o", "--offline", "--allow", "licences").code == 0


def test_a_gate_that_there_is_not_is_refused_with_the_nearest(curator, run):
    done = curator("bundle", "latest", "--out", "out", "--allow", "licence")

    assert done.code == 2
    assert "There is no gate 'licence'." in done.err
    assert "Did you mean 'licences'?" in done.err


def test_unevaluated_is_said_in_a_word(curator, run):
    for path in run.folder.glob("evaluations/*"):
        path.unlink()
    assert curator("bundle", "latest", "--out", "out", "--offline").code == 1
    assert curator("bundle", "latest", "--out", "out", "--offline", "--unevaluated").code == 0


def test_dry_run_then_publish_then_nothing_to_do(curator, run, hub):
    dry = curator("publish", "latest", "--repo", "ann/small", "--dry-run")
    assert dry.code == 0
    assert "ann/small (new)  public  version v1.0.0" in dry.out
    assert dry.out.count("\n+ ") == 8
    assert hub.repos == {}

    done = curator("publish", "latest", "--repo", "ann/small")
    assert done.code == 0
    assert done.out.endswith(f"{hub.url}/ann/small/tree/v1.0.0\n")

    again = curator("publish", "latest", "--repo", "ann/small")
    assert again.code == 0
    assert "All of it stands there already as v1.0.0." in again.err
    assert len(hub.repos[("model", "ann/small")].commits) == 2


def test_the_plan_for_machines(curator, run, hub):
    told = curator("publish", "latest", "--repo", "ann/small", "--dry-run", "--format", "json").json

    assert (told["tag"], told["commit"], told["exists"]) == ("v1.0.0", None, False)
    assert {one["state"] for one in told["files"]} == {"new"}


def test_the_version_before_stands_beside_the_new_one(curator, run, hub, tmp_path):
    curator("publish", "latest", "--repo", "ann/small")
    other = finished_run(mix_project(tmp_path), "2026-04-01-120000-small")
    weights = other.adapter / "adapters.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\x00\x00\x80\x3f")
    record = json.loads((other.folder / "run.json").read_text())
    record["result"]["adapter_sha256"] = read_adapter(other.adapter).sha256
    (other.folder / "run.json").write_text(json.dumps(record))
    other = read_run(other.folder)
    save_evaluation(evaluation_of(other, prompts=4), other)

    assert curator("publish", "latest", "--repo", "ann/small").code == 0

    repo = hub.repos[("model", "ann/small")]
    assert list(repo.tags) == ["v1.0.0", "v1.1.0"]
    card = repo.files["README.md"].decode()
    assert "| suite, all checks | v1.0.0 | this version | prompts |" in card
    assert "| `runnable-first` | 4 of 6, 67% [30–90] | 2 of 4, 50% [15–85] |" in card
    # The same adapter once more is the same bundle: it stays compared with what it was.
    again = curator("publish", "latest", "--repo", "ann/small")
    assert "All of it stands there already as v1.1.0." in again.err


def test_a_wrong_token_is_one_sentence(curator, run, hub):
    hub.token = "hf_another"

    done = curator("publish", "latest", "--repo", "ann/small")

    assert done.code == 2
    assert "Publish: The Hub does not accept the token." in done.err
    assert TOKEN not in done.err + done.out


def test_without_a_token_a_dry_run_still_looks(curator, run, hub, monkeypatch, tmp_path):
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "none"))

    done = curator("publish", "latest", "--repo", "ann/small", "--dry-run")

    assert done.code == 0
    assert "There is no token for the Hub on this machine." in done.err


def test_without_a_network_one_sentence_says_so(curator, run, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("curator.publish.hub.client._FIRST", 0.0)

    done = curator("publish", "latest", "--repo", "ann/small")

    assert done.code == 2
    assert "The connection to the Hub failed" in done.err
    assert "Traceback" not in done.err


def test_a_report_goes_to_standard_output_or_into_files(curator, run, tmp_path):
    assert curator("report", "latest").out.startswith("# small\n")
    assert curator("report", "latest", "--format", "html").out.startswith("<!doctype html>")
    assert curator("report", "latest", "--out", "r.md").out == "r.md\nr.svg\n"
    assert curator("report", "latest", "--out", "r.html").out == "r.html\n"
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")
    refused = curator("report", "latest", "--out", "r.md")
    assert (refused.code, "there already" in refused.err) == (2, True)
    assert curator("report", "latest", "--out", "-").out.startswith("# small\n")
    assert not (tmp_path / "-").exists()


def test_a_picture_that_is_there_is_not_replaced_unasked(curator, run, tmp_path):
    (tmp_path / "r.svg").write_text("mine")

    refused = curator("report", "latest", "--out", "r.md")
    assert (refused.code, "r.svg: This file is there already" in refused.err) == (2, True)
    assert (tmp_path / "r.svg").read_text() == "mine"
    assert not (tmp_path / "r.md").exists()
    assert curator("report", "latest", "--out", "r.md", "--force").code == 0
    # A report of that name would take the place of its own picture.
    assert curator("report", "latest", "--out", "new.svg").code == 2
    assert not (tmp_path / "new.svg").exists()


def test_serving_other_machines_takes_a_word(curator, run):
    done = curator("serve", "latest", "--host", "0.0.0.0")

    assert done.code == 2
    assert "--allow-network" in done.err


def test_a_taken_port_is_told(curator, run, monkeypatch, tmp_path):
    record = json.loads((run.folder / "run.json").read_text())
    (run.folder / "run.json").write_text(json.dumps({**record, "model": "org/name"}))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = curator("serve", "latest", "--port", taken.getsockname()[1])

    assert done.code == 2
    assert "0 takes a free one" in done.err


def test_fusing_into_a_folder_that_is_there_is_refused(curator, run, tmp_path):
    (tmp_path / "there").mkdir()

    assert curator("fuse", "latest", "--out", "there").code == 2


def test_the_commands_of_the_usage_page_are_commands(run, tmp_path):
    """What USAGE.md says of the training gives the very spec of the run, through the parser."""
    spec = TrainingSpec(
        model="some/model",
        iters=200,
        rank=4,
        alpha=12,
        keys=("q_proj", "v_proj"),
        warmup=5,
        schedule="cosine",
        mask_prompt=False,
        seed=3,
    )
    (run.folder / "spec.json").write_text(json.dumps(msgspec.to_builtins(spec)))
    facts = bundle_files(read_run(run.folder), allow=["adapter"]).facts
    mix, train, evaluation = commands(facts)
    words = shlex.split(train)
    asked = command.make_context("train", words[2:], resilient_parsing=False).params
    known = {key: value for key, value in asked.items() if value is not None}
    given = {key: value for key, value in known.items() if key in spec.__struct_fields__}
    assert spec_of(None, given, "") == spec
    assert mix == "curator mix recipe.toml --out mixtures/small"
    assert evaluation == "curator eval --run latest --suite runnable-first"
    # A suite of somebody's own is found by its file alone.
    [one] = facts.evaluations
    told = commands(replace(facts, evaluations=(replace(one, suite="own one"),)))[-1]
    assert told == "curator eval --run latest --suite 'PATH_OF/own one.toml'"
