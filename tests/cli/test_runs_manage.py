"""`curator runs` looks after runs, those of other processes included."""

from __future__ import annotations

import json
import os
import zipfile

import msgspec
import pytest
from click.shell_completion import get_completion_class

from curator.cli.app import cli
from curator.train import (
    Progress,
    TrainingSpec,
    Validation,
    check_model,
    read_mixture,
    runfolder,
    runs,
)


@pytest.fixture
def mixture(tmp_path):
    folder = tmp_path / "mixtures" / "first"
    folder.mkdir(parents=True)
    row = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    for name in ("train", "valid"):
        (folder / f"{name}.jsonl").write_text((json.dumps(row) + "\n") * 3)
    return folder


@pytest.fixture
def run(tmp_path, mixture):
    """Make a run that was stopped; runs lie where `curator` looks for them by itself."""

    def make(name="first", status="stopped", **spec):
        made, lock = runs.create_run(
            tmp_path / "runs",
            read_mixture(mixture),
            TrainingSpec(**spec),
            model="org/name",
            name=name,
        )
        os.close(lock)
        (made.folder / "adapter" / "adapters.safetensors").write_bytes(b"weights")
        progress = Progress(
            iteration=5,
            iters=100,
            train_loss=1.5,
            learning_rate=1e-3,
            iterations_per_second=1.0,
            tokens_per_second=1.0,
            trained_tokens=10,
            peak_memory_gb=0.1,
            epoch=1.0,
        )
        validation = Validation(iteration=5, val_loss=1.25, seconds=0.1, best=True)
        runfolder.append_events(made.folder, [progress, validation])
        record = msgspec.structs.replace(made.record, status=status, iteration=5)
        runfolder.write_record(made.folder, record)
        return made

    return make


def test_the_list_is_the_same_with_and_without_its_name(curator, run):
    made = run()

    plain, named = curator("runs", "--format", "json"), curator("runs", "list", "--format", "json")

    assert plain.code == named.code == 0
    assert plain.json == named.json
    assert [one["id"] for one in plain.json] == [made.id]


def test_a_run_whose_files_are_damaged_is_named_beside_the_list(curator, run):
    whole, damaged = run(), run("second")
    (damaged.folder / "run.json").write_text("{")
    listed = curator("runs")
    assert listed.code == 0
    assert whole.id in listed.out
    assert damaged.id not in listed.out
    assert f"curator runs show {damaged.id}" in listed.err


def test_the_base_that_comes_along_is_listed_by_its_name(curator, run):
    made = run()
    record = msgspec.structs.replace(made.record, model=check_model("tiny"))
    runfolder.write_record(made.folder, record)
    assert curator("runs").out.rstrip().endswith("  tiny")
    assert "model               tiny\n" in curator("runs", "show", made.id).out


def test_show_tells_everything_as_text_and_as_json(curator, run):
    made = run(rank=4)

    text, facts = (
        curator("runs", "show", "latest"),
        curator("runs", "show", made.id, "--format", "json"),
    )

    assert text.code == 0
    assert made.id in text.out
    assert "rank                4" in text.out
    assert facts.json["spec"]["rank"] == 4
    assert facts.json["status"] == "stopped"
    assert facts.json["adapter"].endswith("adapter")


def test_compare_shows_what_differs(curator, run):
    first, second = run("one", rank=4), run("two", rank=16)

    text = curator("runs", "compare", first.id, second.id)
    facts = curator("runs", "compare", first.id, second.id, "--format", "json")

    assert "rank" in text.out
    assert "dropout" not in text.out
    assert facts.json["spec"] == {"rank": [4, 16]}
    assert facts.json["runs"] == [first.id, second.id]


def test_plot_and_export_say_where_they_wrote(curator, run, tmp_path):
    made = run()

    drawn = curator("runs", "plot", "latest")
    sent = curator("runs", "export", "latest", "--out", "out.zip")

    assert drawn.out.strip() == f"{made.id}.svg"
    assert (tmp_path / f"{made.id}.svg").read_text().startswith("<svg")
    assert sent.out.strip() == "out.zip"
    assert zipfile.is_zipfile(tmp_path / "out.zip")
    again = curator("runs", "export", "latest", "--out", "out.zip")
    assert again.code == 2
    assert "already" in again.err
    assert curator("runs", "export", "latest", "--out", "out.zip", "--force").code == 0


def test_deleting_wants_a_yes_and_refuses_a_run_at_work(curator, run, monkeypatch):
    # Its record says that it ended, so that its child is waited for: not for long here.
    monkeypatch.setattr(runfolder, "_END_SECONDS", 0.2)
    made = run()

    unasked = curator("runs", "delete", made.id)
    assert unasked.code == 2
    assert "--yes" in unasked.err
    lock = runfolder.take_lock(made.folder)
    busy = curator("runs", "delete", made.id, "--yes")
    os.close(lock)
    assert busy.code == 2
    assert "runs stop" in busy.err
    assert made.folder.exists()

    assert curator("runs", "delete", made.id, "--yes").code == 0
    assert not made.folder.exists()


@pytest.mark.parametrize("command", ["pause", "resume", "stop"])
def test_commands_go_down_the_pipe_of_the_run(curator, run, command):
    from curator.train.control import open_control, read_commands

    made = run(status="running")
    lock = runfolder.take_lock(made.folder)
    pipe = open_control(made.folder / "control")

    told = curator("runs", command, made.id)

    assert told.code == 0, told.err
    assert next(read_commands(pipe)) == {"command": command}
    os.close(pipe)
    os.close(lock)
    dead = curator("runs", command, made.id)
    assert dead.code == 2
    assert f"--resume {made.id}" in dead.err


def test_a_run_that_is_not_there_is_an_error_of_one_sentence(curator):
    told = curator("runs", "show", "nothing")

    assert told.code == 2
    assert "no run" in told.err
    assert "Traceback" not in told.err


def test_the_shell_completes_runs_by_id_wherever_one_is_named(curator, run, tmp_path):
    assert curator("runs").code == 0
    first, second = run("one"), run("two")

    def completed(*words: str) -> list[str]:
        complete = get_completion_class("bash")(cli, {}, "curator", "_CURATOR_COMPLETE")
        return [item.value for item in complete.get_completions(list(words[:-1]), words[-1])]

    assert completed("runs", "show", "") == ["latest", second.id, first.id]
    assert completed("runs", "compare", first.id, second.id[:-1]) == [second.id]
    assert completed("train", "--resume", "lat") == ["latest"]
    assert completed("runs", "--runs", str(tmp_path / "nowhere"), "show", "") == []
    assert completed("train", "--allow", "twins") == ["twins-across"]


def test_what_was_not_asked_for_is_not_shown(curator, run):
    shown = curator("runs", "show", run().id).out

    assert "learning_rate" in shown
    assert not any(line.split()[:1] in (["keys"], ["report_to"]) for line in shown.splitlines())
    assert all(len(line.split()) != 1 for line in shown.splitlines())
