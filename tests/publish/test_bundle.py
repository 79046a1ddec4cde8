"""A bundle says what the run's files say, and goes out only through its gates (R10, R12)."""

from __future__ import annotations

import errno
import hashlib
import json
import os

import pytest
from huggingface_hub import ModelCard
from markdown_it import MarkdownIt

from curator.errors import ConfigError, StoreError
from curator.publish import bundle_files, write_bundle
from curator.publish.gates import check_paths
from curator.train import read_adapter, read_run


def failed(bundle) -> list[str]:
    return [gate.code for gate in bundle.gates if not gate.passed]


def test_an_evaluated_run_passes_every_gate(evaluated):
    assert failed(bundle_files(evaluated)) == []


def test_nobody_looked_at_an_answer(run):
    assert failed(bundle_files(run)) == ["evaluated", "clean-suite"]


def test_an_evaluation_of_another_adapter_does_not_count(evaluated):
    (path,) = evaluated.folder.glob("evaluations/*.json")
    saved = {**json.loads(path.read_text()), "adapter": "0" * 64}
    path.write_text(json.dumps(saved))
    bundle = bundle_files(evaluated)
    assert failed(bundle) == ["evaluated", "clean-suite"]
    assert "1 evaluation" in bundle.gates[1].message


def test_a_suite_that_was_not_compared_is_not_clean(evaluated):
    (path,) = evaluated.folder.glob("evaluations/*.json")
    saved = {**json.loads(path.read_text()), "contamination_checked": False}
    path.write_text(json.dumps(saved))
    bundle = bundle_files(evaluated)
    assert failed(bundle) == ["clean-suite"]
    assert b"so the suite was not compared with" in bundle.files["README.md"]


def test_an_adapter_that_is_not_what_the_run_wrote_is_refused(evaluated):
    weights = evaluated.adapter / "adapters.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    assert "adapter" in failed(bundle_files(evaluated))


def test_a_spec_that_the_adapter_does_not_have_is_refused(evaluated):
    path = evaluated.folder / "spec.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "rank": 16}))
    bundle = bundle_files(read_run(evaluated.folder))
    assert failed(bundle) == ["adapter"]
    assert "rank 8, the spec says 16" in bundle.gates[0].message


def test_figures_are_those_of_the_run_its_manifest_and_its_evaluation(evaluated):
    bundle = bundle_files(evaluated)
    card = bundle.files["README.md"].decode()
    meta = json.loads(bundle.files["run_meta.json"])
    sha256 = read_adapter(evaluated.adapter).sha256
    assert meta["result"]["iterations"] == 200
    assert meta["mixture"]["counts"]["train"] == 12
    assert meta["evaluations"][0]["adapter"]["all"] == {
        "passed": 4,
        "n": 6,
        "rate": 0.666667,
        "low": 0.299993,
        "high": 0.903229,
    }
    assert "| **all of these** | 0 0% (0–39) | 4 67% (30–90) | +67 (13 to 90) |" in card
    assert (
        "12 training rows, 2 held out for validation. Curated: 6 rows of 3 different examples"
        in card
    )
    assert f"`{sha256}`" in bundle.files["MODEL_CARD.md"].decode()


def test_the_card_has_the_metadata_of_an_adapter(evaluated):
    data = ModelCard(bundle_files(evaluated).files["README.md"].decode()).data
    assert data.base_model == "some/model"
    assert data.base_model_relation == "adapter"
    assert (data.library_name, data.pipeline_tag, data.license) == ("mlx", "text-generation", "mit")
    assert data.tags == ["lora", "mlx", "curator"]
    whole, *_ = data.eval_results
    assert whole.dataset_name == "Curator suite runnable-first"
    assert whole.metric_name == "all checks, n = 6, 95% interval 30% to 90%"
    assert whole.metric_value == 0.6667


def test_no_path_of_this_machine_leaves_it(evaluated, tmp_path):
    record = json.loads((evaluated.folder / "run.json").read_text())
    record["model"] = str(tmp_path / "models" / "local-base")
    (evaluated.folder / "run.json").write_text(json.dumps(record))
    config = evaluated.adapter / "adapter_config.json"
    values = {**json.loads(config.read_text()), "model": record["model"], "data": "~/data"}
    config.write_text(json.dumps(values))
    bundle = bundle_files(read_run(evaluated.folder))
    assert failed(bundle) == ["licences"]
    texts = b"".join(one for one in bundle.files.values() if isinstance(one, bytes))
    assert str(tmp_path).encode() not in texts
    assert b"local-base" in texts
    assert b"base_model:" not in bundle.files["README.md"]


def test_a_path_in_a_name_is_found_and_named(evaluated):
    record = json.loads((evaluated.folder / "run.json").read_text())
    record["name"] = "see /srv/someone/notes.txt"
    (evaluated.folder / "run.json").write_text(json.dumps(record))
    run = read_run(evaluated.folder)
    bundle = bundle_files(run)
    assert failed(bundle) == ["local-paths"]
    assert "/srv/someone/notes.txt" in bundle.gates[-1].message
    card = bundle_files(run, allow=["local-paths"]).files["README.md"]
    assert b"**local-paths**" in card


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://example.org/a/b.txt", True),
        ("and/or, org/model, 3/4, /solution", True),
        ("x = /srv/a/b", False),
        ("C:\\Users\\me\\a", False),
        ('"C:\\\\Users\\\\me"', False),
        ("./here/and/there", True),
        ("https://example.org/~ann/a", True),
        ("see file:///srv", False),
        ("data: ~/rows.jsonl", False),
        ("C:/Users/me", False),
    ],
)
def test_paths_are_told_from_what_only_looks_like_them(text, clean):
    assert check_paths({"a": text}).passed is clean


def test_a_standing_gate_writes_nothing_until_it_is_named(run, tmp_path):
    out = tmp_path / "out"
    with pytest.raises(ConfigError, match="Nobody has looked at an answer"):
        write_bundle(bundle_files(run), out)
    assert not out.exists()
    write_bundle(bundle_files(run, allow=["evaluated", "clean-suite"]), out)
    card = (out / "README.md").read_text()
    assert "Published although these conditions do not hold:" in card
    assert "This adapter has not been evaluated." in card


def test_the_files_written_are_the_files_shown(evaluated, tmp_path):
    bundle = bundle_files(evaluated)
    written = write_bundle(bundle, tmp_path / "out")
    assert sorted(path.name for path in written) == sorted(bundle.files)
    weights = (evaluated.adapter / "adapters.safetensors").read_bytes()
    assert (tmp_path / "out/adapters.safetensors").read_bytes() == weights
    assert all(path.stat().st_size == bundle.size(path.name) for path in written)
    write_bundle(bundle, tmp_path / "out")


def test_a_folder_of_something_else_is_left_alone(evaluated, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(ConfigError, match="not a bundle"):
        write_bundle(bundle_files(evaluated), out)
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]


def test_a_run_without_an_adapter_is_refused(run):
    (run.adapter / "adapters.safetensors").unlink()
    with pytest.raises(ConfigError, match="left no adapter"):
        bundle_files(run)


def test_a_full_disk_leaves_a_folder_that_is_no_bundle_until_the_second_attempt(
    evaluated, tmp_path, monkeypatch
):
    out, room = tmp_path / "out", [3]

    def fsync(descriptor):
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("curator.store.atomic.os.fsync", fsync)
    bundle = bundle_files(evaluated)
    with pytest.raises(StoreError, match=r"No space left on device.*The bundle is not whole"):
        write_bundle(bundle, out)
    assert not (out / "run_meta.json").exists()
    assert not list(out.glob("*.tmp"))

    for path in out.iterdir():
        path.unlink()
    room[0] = 100
    assert len(write_bundle(bundle, out)) == 8


def test_a_secret_in_a_row_that_trained_is_found_and_not_repeated(project, evaluated):
    token = "ghp_" + "a8Kd93mZq1Xw7Lp0Rt5Yv2Nc6Bf4Hj8GsQeU"
    rows = evaluated.mixture / "train.jsonl"
    rows.write_text(rows.read_text().replace("Please", f"With {token}, please", 1))
    record = json.loads((evaluated.folder / "run.json").read_text())
    record["hashes"]["train.jsonl"] = hashlib.sha256(rows.read_bytes()).hexdigest()
    (evaluated.folder / "run.json").write_text(json.dumps(record))

    bundle = bundle_files(read_run(evaluated.folder), allow=["mixture"])

    [gate] = bundle.standing
    assert gate.code == "secrets"
    assert "train.jsonl:" in gate.message
    assert "a GitHub token" in gate.message
    texts = b"".join(one for one in bundle.files.values() if isinstance(one, bytes))
    assert token not in gate.message
    assert token.encode() not in texts


def test_a_mixture_that_was_built_anew_proves_nothing(evaluated):
    rows = evaluated.mixture / "train.jsonl"
    rows.write_text(rows.read_text() + "\n")

    gates = {gate.code: gate for gate in bundle_files(evaluated).standing}

    assert set(gates) == {"mixture", "secrets"}
    assert "built anew since" in gates["mixture"].message
    assert "The rows that trained are gone" in gates["secrets"].message


def test_a_source_that_was_changed_since_is_named(project, evaluated):
    source = project.path("data/raw/base.jsonl")
    source.write_text(source.read_text().replace("rotate", "turn"))

    [gate] = bundle_files(evaluated).standing

    assert gate.code == "mixture"
    assert "data/raw/base.jsonl: The source was changed since" in gate.message


def test_what_names_it_cannot_break_out_of_the_card(evaluated):
    record = json.loads((evaluated.folder / "run.json").read_text())
    record["name"] = "x\n---\nlicense: gpl\n# [b](http://c) <i>|`d`"
    (evaluated.folder / "run.json").write_text(json.dumps(record))

    card = ModelCard(bundle_files(read_run(evaluated.folder)).files["README.md"].decode())

    assert card.data.license == "mit"
    tokens = MarkdownIt().parse(card.text)
    assert [token.tag for token in tokens if token.type == "heading_open"].count("h1") == 1
    assert "<i>" not in MarkdownIt("commonmark", {"html": False}).render(card.text)
    inline = [child.type for token in tokens for child in token.children or ()]
    assert "link_open" not in inline
