"""``curator eval`` and ``curator compare``: what is asked, kept and printed, in which form."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest

from curator.cli import evaluate as command
from curator.evaluate import asking
from curator.sandbox import Backend
from curator.sandbox.backend import Kind
from curator.train import read_run
from tests.evaluate.answering import answering
from tests.evaluate.test_score import answer
from tests.tui.panes.worlds import finished_run, mix_project

SUITE = """\
name = "mine"
[[prompt]]
id = "vowels"
instruction = "Tell vowels from consonants."
tags = ["strings"]
[[prompt]]
id = "trained"
instruction = "Triple an integer that the caller passes in."
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a run, a suite, no sandbox, and a model whose adapter answers well."""
    made = mix_project(tmp_path)
    (tmp_path / "mine.toml").write_text(SUITE)
    model = answering(lambda adapter, *_: "No." if adapter is None else answer())
    none = Backend(Kind.NONE, "There is no sandbox here.", hint="Install bubblewrap.")
    monkeypatch.setattr(command, "Generator", model)
    monkeypatch.setattr(asking, "Generator", model)
    monkeypatch.setattr(asking, "probe", lambda: none)
    finished_run(made)
    return made


@pytest.fixture
def again(project):
    """Copy the run under another id, evaluations and all."""

    def copy(run_id: str):
        (old,) = project.path("runs").glob("*-small")
        folder = project.path("runs") / run_id
        shutil.copytree(old, folder)
        record = msgspec.structs.replace(read_run(folder).record, id=run_id)
        (folder / "run.json").write_bytes(msgspec.json.encode(record))
        return folder

    return copy


def test_the_newest_run_with_an_adapter_is_evaluated(curator, project, again):
    failed = again("2027-01-01-000000-failed")
    shutil.rmtree(failed / "adapter")

    done = curator("eval", "--suite", "mine.toml", "--no-run-tests")

    assert done.code == 0
    assert "The run is 2026-03-01-120000-small." in done.err
    assert "mine, 1 prompt, read strictly" in done.out
    assert "trained is training row" in done.out
    assert "100% (21–100)" in done.out
    assert "not shown" in done.out
    assert (project.path("runs") / "2026-03-01-120000-small/evaluations/mine.json").is_file()


def test_where_answers_do_not_run_it_is_said_before_any_figure(curator, project):
    done = curator("eval", "--suite", "mine.toml")

    assert "There is no sandbox here. Install bubblewrap." in done.out
    assert done.out.index("There is no sandbox") < done.out.index("Solution")
    assert "Test passes" not in done.out


def test_json_of_one_suite_is_an_object_with_the_names_that_scripts_use(curator, project):
    told = curator("eval", "--suite", "mine.toml", "--format", "json").json

    assert (told["suite"], told["n"]) == ("mine", 1)
    assert told["contaminated"][0]["prompt"] == "trained"
    assert set(told["checks"]["python"]) == {"passed", "n", "rate", "low", "high"}
    assert told["all"]["passed"] == 1
    assert told["paired"]["all"]["better"] == 1


def test_several_suites_are_a_list_and_are_kept_apart(curator, project):
    done = curator("eval", "--suite", "mine.toml", "--suite", "control", "--format", "json")

    assert [one["suite"] for one in done.json] == ["mine", "control"]
    folder = project.path("runs") / "2026-03-01-120000-small/evaluations"
    assert sorted(path.name for path in folder.iterdir()) == ["control.json", "mine.json"]


@pytest.mark.parametrize(
    ("form", "start"), [("markdown", "**mine, 1 prompt"), ("html", "<!doctype")]
)
def test_other_forms_are_whole_documents_on_standard_output(curator, project, form, start):
    done = curator("eval", "--suite", "mine.toml", "--format", form)

    assert done.out.startswith(start)
    assert "Every answer with its findings" in done.err


def test_what_cannot_be_kept_is_printed_all_the_same(curator, project):
    (project.root / "kept").mkdir()
    (project.root / "kept/evaluations").touch()
    done = curator("eval", "--suite", "mine.toml", "--out", "kept")

    assert done.code == 2
    assert "100% (21–100)" in done.out
    assert "Cannot save" in done.err


def test_answers_that_were_given_before_are_used_unless_that_is_not_wanted(
    curator, project, monkeypatch
):
    model, used = command.Generator, []

    def noted(*arguments, cache, **options):
        used.append(cache)
        return model(*arguments, cache=cache, **options)

    monkeypatch.setattr(command, "Generator", noted)
    curator("eval", "--suite", "mine.toml")
    curator("eval", "--suite", "mine.toml", "--no-cache")

    assert used == [True, False]


def test_samples_tags_and_loose_reading(curator, project):
    done = curator(
        "eval", "--suite", "mine.toml", "--samples", 3, "--temperature", 0.5, "--tags", "--loose"
    )

    assert "read loosely" in done.out
    assert "3 answers a prompt at temperature 0.5, seed 0" in done.out
    assert "all of these, by tag" in done.out
    assert "strings" in done.out


def test_a_model_without_a_run_is_asked_and_kept_only_where_that_is_wanted(curator, project):
    adapter = project.path("runs") / "2026-03-01-120000-small/adapter"
    base = curator("eval", "--model", "org/base", "--suite", "mine.toml", "--format", "json")
    both = curator(
        "eval", "--model", "org/base", "--adapter", adapter, "--mixture", "mixtures/small",
        "--suite", "mine.toml", "--out", "kept", "--format", "json",
    )  # fmt: skip

    assert (base.json["n"], base.json["tuned"], base.json["paired"]) == (2, None, {})
    assert "Every answer" not in base.err
    assert both.json["n"] == 1
    assert both.json["adapter"] == read_run(adapter.parent).result.adapter_sha256
    assert json.loads((project.root / "kept/evaluations/mine.json").read_text())["n"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--model", "m", "--run", "latest"], "not both"),
        (["--system", "Hm."], "go with --model"),
        (["--samples", "3"], "temperature above 0"),
        (["--model", "m", "--mixture", "mixtures/small"], "give --adapter"),
        (["--suite", "nowhere"], "no suite named"),
        (["--suite", "mine.toml", "--suite", "./mine.toml"], "are called 'mine'"),
    ],
)
def test_options_that_do_not_go_together_say_so(curator, project, arguments, said):
    done = curator("eval", *arguments)

    assert done.code == 2
    assert said in done.err
    assert done.out == ""


def test_two_runs_are_compared_on_what_both_answered(curator, project, again):
    curator("eval", "--suite", "mine.toml", "--suite", "control", "--no-run-tests")
    again("2026-04-01-000000-other")

    done = curator("compare", "2026-03-01-120000-small", "latest")

    assert done.code == 0
    assert "mine, 1 prompt in common" in done.out
    assert "control, 60 prompts in common" in done.out
    assert "A  2026-03-01-120000-small" in done.out
    assert "B less A" in done.out
    assert "1.00 not shown" in done.out
    assert "--needed" in done.err


def test_a_comparison_as_json_and_of_one_suite_and_of_files(curator, project, again):
    curator("eval", "--suite", "mine.toml", "--no-run-tests")
    other = again("2026-04-01-000000-other")

    told = curator(
        "compare", "2026-03-01-120000-small", other / "evaluations/mine.json", "--suite", "mine",
        "--needed", 10, "--format", "json",
    ).json  # fmt: skip

    [one] = told
    assert (one["suite"], one["n"]) == ("mine", 1)
    [pair] = one["paired"]
    assert (pair["first"], pair["second"]) == ("2026-03-01-120000-small", "mine")
    assert pair["all"]["shown"] is False
    assert pair["needed"] == 78


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_how_many_prompts_are_needed_can_be_asked_before_anything_ran(curator, form):
    done = curator("compare", "--needed", 10, "--format", form)

    assert done.code == 0
    assert "168" in done.out


def test_the_page_shows_what_the_command_prints(curator):
    page = Path(__file__).parents[2].joinpath("docs/evaluate.md").read_text("utf-8")

    assert f"$ curator compare --needed 10\n{curator('compare', '--needed', 10).out}```" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "at least two runs"),
        (["latest"], "not evaluated yet"),
        (["nonsense", "latest"], "no run"),
        (["--needed", "0"], "0"),
    ],
)
def test_a_comparison_that_cannot_be_says_what_to_do(curator, project, arguments, said):
    done = curator("compare", *arguments)

    assert done.code == 2
    assert said in done.err


def test_runs_that_share_no_suite_are_told_how_to_get_one(curator, project, again):
    other = again("2026-04-01-000000-other")
    curator("eval", "--run", "2026-03-01-120000-small", "--suite", "mine.toml", "--no-run-tests")
    curator("eval", "--run", other.name, "--suite", "control")

    done = curator("compare", "2026-03-01-120000-small", other.name)

    assert done.code == 2
    assert "one and the same suite" in done.err
    assert "curator eval --run" in done.err


def test_an_evaluation_of_another_adapter_is_named(curator, project, again):
    curator("eval", "--suite", "mine.toml", "--no-run-tests")
    other = again("2026-04-01-000000-other") / "evaluations/mine.json"
    sha256 = json.loads(other.read_text())["adapter"]
    other.write_text(other.read_text().replace(sha256, "0" * 64))

    done = curator("compare", "2026-03-01-120000-small", "latest")

    assert "has another adapter now than when it answered mine" in done.err
