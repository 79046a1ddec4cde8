"""The Evaluate pane asks, scores, shows, keeps, and hands answers to Author."""

from __future__ import annotations

import pytest

from curator.evaluate import save_evaluation
from curator.evaluate.saved import load_evaluation
from curator.train import TrainingSpec, start_training
from curator.tui.panes.evaluate import EvaluatePane
from curator.tui.panes.evaluate.answer import AnswerScreen
from curator.tui.panes.evaluate.figures import pieces, rates
from curator.tui.widgets.columns import Table
from curator.tui.widgets.picker import Picker
from tests.tui.helpers import SIZE, until
from tests.tui.panes.host import Host
from tests.tui.panes.worlds import build_mixture, evaluation_of, finished_run, mix_project

SUITE = """\
name = "two"
[[prompt]]
id = "vowels"
instruction = "Tell vowels from consonants."
[[prompt]]
id = "queue"
instruction = "Write a queue from two stacks."
"""


def shown(app: Host, selector: str) -> str:
    return str(app.query_one(selector).render())


@pytest.fixture(scope="module")
def trained(tmp_path_factory, tiny):
    """A project with a run of the tiny model and a suite of two prompts."""
    folder = tmp_path_factory.mktemp("trained")
    project = mix_project(folder, model=str(tiny))
    (folder / "suites").mkdir()
    (folder / "suites/two.toml").write_text(SUITE)
    spec = TrainingSpec(model=str(tiny), iters=2, batch_size=1, max_seq_length=64)
    training = start_training(build_mixture(project), spec, runs_dir=project.path("runs"))
    assert training.wait(60).status == "finished"
    return project


async def test_v_asks_base_and_adapter_and_shows_rates(trained):
    pane = EvaluatePane(trained)
    pane.max_tokens = 8
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.suite is not None and pane.run is not None)
        pane.query_one("#suite", Picker).value = str(trained.root / "suites/two.toml")
        await until(pilot, lambda: pane.suite.name == "two")
        assert "asks base and adapter 2 prompts" in shown(pilot.app, "#state")
        await pilot.press("v")
        assert pane.busy
        await until(pilot, lambda: pane.evaluation is not None, 60)
        assert pane.evaluation.n == 2
        table = shown(pilot.app, "#rate-table")
        assert "Sanity test" in table
        assert "0–66" in table
        assert len(pane.query_one(Table).rows) == 2
        assert not pane.busy
    [saved] = (pane.evaluation and list(trained.root.glob("runs/*/evaluations/*.json"))) or []
    assert load_evaluation(saved).base.rates == pane.evaluation.base.rates


async def test_x_stops_asking_and_keeps_nothing(trained):
    pane = EvaluatePane(trained)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.suite is not None and pane.run is not None)
        assert pane.suite.name == "runnable-first"
        await pilot.press("v")
        await pilot.press("x")
        await until(pilot, lambda: not pane.busy, 30)
        assert pane.evaluation is None
        assert [one.title for one in pilot.app._notifications] == ["Stopped"]


async def test_an_earlier_evaluation_is_shown_again(tmp_path):
    project = mix_project(tmp_path)
    run = finished_run(project)
    save_evaluation(evaluation_of(run), run)
    pane = EvaluatePane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.evaluation is not None)
        await pilot.pause()
        state = shown(pilot.app, "#state")
        assert "6 prompts scored" in state
        assert "1 left out, trained on their like: fizzbuzz (93)." in state
        table = shown(pilot.app, "#rate-table")
        assert "67%  30–90" in table
        assert "+67" in table


async def test_an_evaluation_of_another_adapter_says_so(tmp_path):
    project = mix_project(tmp_path)
    run = finished_run(project)
    save_evaluation(evaluation_of(run), run)
    (path,) = run.folder.glob("evaluations/*.json")
    path.write_text(path.read_text().replace(run.result.adapter_sha256, "0" * 64))
    pane = EvaluatePane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "about another adapter" in shown(pilot.app, "#state"))


async def test_enter_opens_an_answer_with_its_findings_and_e_takes_it(tmp_path):
    project = mix_project(tmp_path)
    run = finished_run(project)
    save_evaluation(evaluation_of(run), run)
    pane = EvaluatePane(project)
    host = Host(pane)
    async with host.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.query_one(Table).rows)
        pane.query_one(Table).lines.focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(host.screen, AnswerScreen))
        await pilot.pause()
        said = str(host.screen.query_one("#said Static").render())
        assert "SEC001" in said
        assert "Usage" in said
        await pilot.press("tab")
        assert "print(1)" in str(host.screen.query_one("#text Static").render())
        await pilot.press("tab", "e")
        await until(pilot, lambda: host.asked)
    [example] = host.asked
    assert example.instruction == "Please count the vowels in a string."
    assert example.output.startswith("### Solution")


async def test_e_on_a_row_takes_the_adapters_answer(tmp_path):
    project = mix_project(tmp_path)
    run = finished_run(project)
    save_evaluation(evaluation_of(run), run)
    pane = EvaluatePane(project)
    host = Host(pane)
    async with host.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.query_one(Table).rows)
        pane.query_one(Table).lines.focus()
        await pilot.press("j", "e")
        await until(pilot, lambda: host.asked)
    assert "### Sanity test" in host.asked[0].output


async def test_without_a_run_it_says_where_to_get_one(tmp_path):
    pane = EvaluatePane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "train one first" in shown(pilot.app, "#state"))
        await pilot.press("v")
        await until(pilot, lambda: pilot.app._notifications)
        assert not pane.busy


def test_rates_fit_their_width(tmp_path):
    evaluation = evaluation_of(finished_run(mix_project(tmp_path)))
    for width in (60, 78, 116, 196):
        assert all(line.cell_length <= width for line in rates(evaluation, width).split("\n"))


def test_findings_are_marked_where_they_are_whatever_the_text_holds():
    marked = pieces("ab\u202ecd", [(2, 4)])
    assert [piece.plain for piece in marked] == ["ab", "<U+202E>c", "d"]
    assert [bool(piece.spans) for piece in marked] == [False, True, False]
