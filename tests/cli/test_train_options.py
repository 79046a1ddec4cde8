"""Options, TOML and the typed spec are one thing, and a run is taken up from the shell."""

from __future__ import annotations

import json

import msgspec
import pytest

from curator.cli.specoptions import spec_of
from curator.errors import ConfigError
from curator.tiny import build_tiny_model
from curator.train import TrainingSpec, read_run


@pytest.fixture
def mixture(tmp_path):
    folder = tmp_path / "mixture"
    folder.mkdir()
    for name, asked in (("train", "a"), ("valid", "quite another thing")):
        turns = [{"role": "user", "content": asked}, {"role": "assistant", "content": "bcd"}]
        (folder / f"{name}.jsonl").write_text((json.dumps({"messages": turns}) + "\n") * 6)
    return folder


def test_options_take_the_place_of_the_file_and_the_file_that_of_the_project(tmp_path):
    path = tmp_path / "spec.toml"
    path.write_text('rank = 4\nepochs = 2.0\nkeys = ["q_proj"]\nschedule = "linear"\n')

    assert spec_of(path, {}, "org/name") == TrainingSpec(
        model="org/name", rank=4, epochs=2.0, keys=("q_proj",), schedule="linear"
    )
    given = {"iters": 5, "keys": "v_proj, o_proj", "schedule": "cosine", "report_to": "trackio"}
    assert spec_of(path, given, "org/name") == TrainingSpec(
        model="org/name",
        rank=4,
        iters=5,
        keys=("v_proj", "o_proj"),
        schedule="cosine",
        report_to=("trackio",),
    )
    with pytest.raises(ConfigError, match="Both"):
        spec_of(None, {"iters": 5, "epochs": 1.0}, "org/name")


def test_every_key_of_the_spec_that_a_person_may_want_has_an_option(curator):
    told = curator("train", "--help").out

    inner = {"sample_max_tokens", "steps_per_report", "project"}
    for key in set(msgspec.structs.asdict(TrainingSpec())) - inner:
        assert f"--{key.replace('_', '-')}" in told, key


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no mixture"),
        (["mixture", "--resume", "latest"], "own mixture"),
        (["--resume", "latest", "--rank", "4"], "own mixture"),
        (["--resume", "latest"], "no runs"),
        (["mixture", "--schedule", "cosin"], "cosine"),
        (["mixture", "--workers", "2", "--hosts", "hosts.json"], "one of them"),
        (["mixture", "--workers", "0"], "workers"),
        (["mixture", "--hosts", "hosts.json"], "hosts.json"),
    ],
)
def test_what_does_not_go_together_is_refused_with_a_sentence(curator, mixture, arguments, said):
    assert mixture.is_dir()

    told = curator("train", *arguments)

    assert told.code == 2
    assert said in told.err
    assert "Traceback" not in told.err


def test_a_run_is_made_and_gone_on_with(curator, mixture, tmp_path):
    model = build_tiny_model(tmp_path / "model")

    made = curator(
        *("train", mixture, "--model", model, "--epochs", "1", "--batch-size", "3"),
        *("--keys", "q_proj,v_proj", "--optimizer", "adafactor", "--schedule", "cosine"),
    )
    assert made.code == 0, made.err
    folder = made.out.strip()
    assert read_run(folder).result.iterations == 2
    assert read_run(folder).result.keys == ("self_attn.q_proj", "self_attn.v_proj")
    again = curator("train", "--resume", "latest", "--iters", 3)

    assert again.code == 0, again.err
    assert again.out.strip() == folder
    assert "Going on after iteration 2." in again.err
    assert read_run(folder).result.iterations == 3


def test_a_key_the_model_does_not_have_is_named_with_the_right_one(curator, mixture, tmp_path):
    model = build_tiny_model(tmp_path / "model")

    told = curator("train", mixture, "--model", model, "--keys", "q_porj")

    assert told.code == 1
    assert "q_porj" in told.err
    assert "`q_proj`" in told.err
    assert not (tmp_path / "runs").exists()

    forced = curator("train", mixture, "--model", model, "--keys", "q_porj", "--allow", "adapter")

    assert forced.code == 2
    assert "Did you mean `q_proj`?" in forced.err
    assert curator("runs", "--format", "json").json == []
