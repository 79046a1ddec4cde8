"""A mixture on disk: the rows the trainer reads, and a manifest that explains every one."""

from __future__ import annotations

import hashlib
import json

import pytest

from curator.errors import ConfigError, StoreError
from curator.mix import SplitSpec, plan_mixture, read_manifest, write_mixture


@pytest.fixture
def planned(tmp_path, write, row, recipe):
    write("data/mine.jsonl", [row(n, id=f"mine-{n}") for n in range(4)])
    write("data/base.jsonl", [row(n) for n in range(10, 30)])

    def make(**more):
        made = recipe(
            ("data/*ine.jsonl", "curated", {"repeat": 2}),
            ("data/base.jsonl", "base", {"limit": 15}),
            split=more.pop("split", SplitSpec(valid=0.2, test=0.1)),
            **more,
        )
        return plan_mixture(made, tmp_path)

    return make


def rows_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_split_is_a_file_of_conversations(tmp_path, planned):
    made = planned()
    write_mixture(made, tmp_path / "out")

    for split in ("train", "valid", "test"):
        rows = rows_of(tmp_path / "out" / f"{split}.jsonl")
        assert [row["messages"] for row in rows] == [
            [
                {"role": "user", "content": one.example.instruction},
                {"role": "assistant", "content": one.example.output},
            ]
            for one in getattr(made, split)
        ]
    assert len(rows_of(tmp_path / "out" / "train.jsonl")) == 4 * 2 + 15 - 4 - 2


def test_the_same_recipe_and_sources_give_the_same_bytes(tmp_path, planned):
    write_mixture(planned(), tmp_path / "one")
    write_mixture(planned(), tmp_path / "two")

    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["manifest.json", "test.jsonl", "train.jsonl", "valid.jsonl"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_another_seed_gives_other_bytes(tmp_path, planned):
    one = write_mixture(planned(), tmp_path / "one")
    two = write_mixture(planned(seed=8), tmp_path / "two")

    assert one.files != two.files


@pytest.mark.parametrize(
    ("on", "roles"), [("all", {"curated", "base"}), ("curated", {"curated"}), ("none", set())]
)
def test_the_system_prompt_stands_on_the_rows_that_the_recipe_says(tmp_path, planned, on, roles):
    made = planned(system_prompt="Be brief.", system_prompt_on=on)
    write_mixture(made, tmp_path / "out")

    rows = rows_of(tmp_path / "out" / "train.jsonl")
    carrying = {
        one.role
        for one, row in zip(made.train, rows, strict=True)
        if row["messages"][0] == {"role": "system", "content": "Be brief."}
    }
    silent = {
        one.role
        for one, row in zip(made.train, rows, strict=True)
        if row["messages"][0]["role"] == "user"
    }
    assert carrying == roles
    assert silent == {"curated", "base"} - roles


def test_without_a_system_prompt_no_row_carries_one(tmp_path, planned):
    write_mixture(planned(system_prompt_on="all"), tmp_path / "out")

    rows = rows_of(tmp_path / "out" / "train.jsonl")
    assert {row["messages"][0]["role"] for row in rows} == {"user"}


def test_the_manifest_is_read_back_as_it_was_written(tmp_path, planned):
    written = write_mixture(planned(), tmp_path / "out")

    assert read_manifest(tmp_path / "out") == written


def test_the_manifest_names_the_origin_of_every_row(tmp_path, planned):
    made = planned()
    manifest = write_mixture(made, tmp_path / "out")

    for split in ("train", "valid", "test"):
        for one, origin in zip(getattr(made, split), manifest.rows[split], strict=True):
            line = (tmp_path / origin.path).read_text().splitlines()[origin.line - 1]
            assert json.loads(line)["instruction"] == one.example.instruction
            assert (origin.role, origin.copy, origin.id) == (one.role, one.copy, one.example.id)
            assert origin.hash == one.example.content_hash


def test_the_hashes_of_the_manifest_are_those_of_the_files(tmp_path, planned):
    manifest = write_mixture(planned(), tmp_path / "out")

    def sha256(path):
        return hashlib.sha256(path.read_bytes()).hexdigest()

    assert manifest.files == {
        f"{split}.jsonl": sha256(tmp_path / "out" / f"{split}.jsonl")
        for split in ("train", "valid", "test")
    }
    assert {source["path"]: source["sha256"] for source in manifest.sources} == {
        name: sha256(tmp_path / name) for name in ("data/mine.jsonl", "data/base.jsonl")
    }


def test_the_counts_of_the_manifest_are_those_of_the_plan(tmp_path, planned):
    made = planned()
    manifest = write_mixture(made, tmp_path / "out")

    assert manifest.counts["train"] == len(made.train)
    assert manifest.counts["curated_rows"] == 8
    assert manifest.counts["curated_examples"] == 4
    assert manifest.counts["curated_share"] == pytest.approx(8 / len(made.train), abs=1e-6)
    assert manifest.removed == {"limit": 5}


def test_no_path_of_this_machine_reaches_the_mixture(tmp_path, write, row, recipe):
    write("far/base.jsonl", [row(n) for n in range(9)])
    (tmp_path / "far" / "prompt.md").write_text("Be brief.")
    (tmp_path / "near").mkdir()
    made = recipe(
        (str(tmp_path / "far" / "base.jsonl"), "base"),
        ("../far/base.jsonl", "base"),
        system_prompt=str(tmp_path / "far" / "prompt.md"),
    )

    write_mixture(plan_mixture(made, tmp_path / "near"), tmp_path / "out")

    for path in (tmp_path / "out").iterdir():
        assert str(tmp_path) not in path.read_text()
    assert read_manifest(tmp_path / "out").system_prompt == "Be brief."


def test_an_earlier_mixture_is_replaced(tmp_path, planned):
    write_mixture(planned(), tmp_path / "out")
    manifest = write_mixture(planned(seed=8), tmp_path / "out")

    assert read_manifest(tmp_path / "out") == manifest
    train = (tmp_path / "out" / "train.jsonl").read_bytes()
    assert hashlib.sha256(train).hexdigest() == manifest.files["train.jsonl"]


@pytest.mark.parametrize(
    "files",
    [
        {"notes.txt": "mine"},
        {"train.jsonl": "by hand\n", "valid.jsonl": ""},
        {"manifest.json": '{"name": "a web page"}', "train.jsonl": ""},
    ],
)
def test_a_folder_of_somebody_else_is_left_as_it_is(tmp_path, planned, files):
    folder = tmp_path / "out"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)

    with pytest.raises(ConfigError, match="not a mixture"):
        write_mixture(planned(), folder)

    assert {path.name: path.read_text() for path in folder.iterdir()} == files


def test_the_copy_of_a_manifest_in_a_run_does_not_make_it_a_mixture(tmp_path, planned):
    write_mixture(planned(), tmp_path / "out")
    run = tmp_path / "run"
    run.mkdir()
    (tmp_path / "out" / "manifest.json").rename(run / "manifest.json")

    with pytest.raises(ConfigError, match="not a mixture"):
        write_mixture(planned(), run)

    assert [path.name for path in run.iterdir()] == ["manifest.json"]


def test_an_empty_folder_is_used(tmp_path, planned):
    (tmp_path / "out").mkdir()

    assert write_mixture(planned(), tmp_path / "out").name == "test"


def test_a_file_in_the_folders_place_is_refused(tmp_path, planned):
    (tmp_path / "out").write_text("mine")

    with pytest.raises(ConfigError, match="is a file"):
        write_mixture(planned(), tmp_path / "out")
    with pytest.raises(StoreError, match="cannot be written"):
        write_mixture(planned(), tmp_path / "out" / "deeper")

    assert (tmp_path / "out").read_text() == "mine"


def test_a_plan_with_an_error_is_not_written_unless_it_is_allowed(tmp_path, planned):
    made = planned(split=SplitSpec(valid=0.4, curated_in_valid="proportional"))
    assert made.curated_training < made.curated_distinct

    with pytest.raises(ConfigError, match="curated examples train") as caught:
        write_mixture(made, tmp_path / "out")

    assert "--allow curated-train" in caught.value.hint
    assert not (tmp_path / "out").exists()
    assert write_mixture(made, tmp_path / "out", allow=["curated-train"]).counts["train"]


def test_nothing_to_train_on_is_not_written(tmp_path, write, recipe):
    write("base.jsonl", [])

    with pytest.raises(ConfigError, match="No row is left"):
        write_mixture(plan_mixture(recipe(("base.jsonl", "base")), tmp_path), tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", [None, "", "[]", '{"name": 3}', b"\xff"])
def test_a_folder_without_a_whole_manifest_is_no_mixture(tmp_path, text):
    if text is not None:
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "manifest.json").write_bytes(data)

    with pytest.raises(ConfigError, match="manifest"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"counts": {}},
        {"rows": {"train": [], "valid": [], "test": []}},
        {"rows": {}},
        {"recipe": {"dedup": 3}},
    ],
)
def test_a_manifest_that_was_written_in_is_no_manifest(tmp_path, planned, changes):
    write_mixture(planned(), tmp_path / "out")
    path = tmp_path / "out/manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    with pytest.raises(ConfigError, match="not as `curator mix` wrote it"):
        read_manifest(tmp_path / "out")


def test_a_mixture_that_cannot_be_replaced_stays_whole(write, row, recipe, tmp_path, monkeypatch):
    write("base.jsonl", [row(number) for number in range(6)])
    folder = tmp_path / "out"
    planned = plan_mixture(recipe(("base.jsonl", "base")), tmp_path)
    write_mixture(planned, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_arguments):
        raise StoreError("Could not be written: No space left on device.")

    monkeypatch.setattr("curator.mix.mixture.write_atomic", full)
    with pytest.raises(StoreError, match=r"No space left on device\. Nothing was changed\."):
        write_mixture(planned, folder)
    with pytest.raises(StoreError):
        write_mixture(planned, tmp_path / "new")

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base.jsonl", "out"]
