"""The Evaluate pane asks, scores, shows, keeps, and hands answers to Author."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import ClassVar

import pytest
from textual.widgets import Input

from curator.errors import ModelError, StoreError
from curator.evaluate import Completion, save_evaluation, score
from curator.evaluate.chat import Turn
from curator.evaluate.saved import load_evaluation
from curator.train import TrainingSpec, start_training
from curator.tui.panes.evaluate import EvaluatePane, byhand
from curator.tui.panes.evaluate import pane as module
from curator.tui.panes.evaluate.answer import AnswerScreen
from curator.tui.panes.evaluate.figures import rates
from curator.tui.panes.evaluate.grid import pieces
from curator.tui.panes.evaluate.query import Query
from curator.tui.panes.evaluate.view import View
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


async def test_what_cannot_be_saved_is_shown_all_the_same(tmp_path, monkeypatch):
    project = mix_project(tmp_path)
    made = evaluation_of(finished_run(project))

    def full(*_):
        raise StoreError("Cannot be written: No space left on device.")

    monkeypatch.setattr(module, "evaluate_run", lambda *_, **__: made)
    monkeypatch.setattr(module, "save_evaluation", full)
    pane = EvaluatePane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.suite is not None and pane.run is not None)
        await pilot.press("v")
        await until(pilot, lambda: pane.view is not None)
        assert "67%  30–90" in shown(pilot.app, "#rate-table")
        assert "No space left" in next(iter(pilot.app._notifications)).message


async def test_another_suite_chosen_meanwhile_is_not_shown_the_rates_of_the_first(
    tmp_path, monkeypatch
):
    project = mix_project(tmp_path)
    made = evaluation_of(finished_run(project))
    go = threading.Event()
    asked = []

    def ask(_run, suite, **_):
        asked.append(suite.name)
        go.wait(20)
        return made

    monkeypatch.setattr(module, "evaluate_run", ask)
    monkeypatch.setattr(module, "save_evaluation", lambda *_: None)
    pane = EvaluatePane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.suite is not None and pane.run is not None)
        await pilot.press("v")
        await until(pilot, lambda: asked)
        pane.query_one("#suite", Picker).value = "control"
        await pilot.pause()
        go.set()
        await until(pilot, lambda: pane.suite.name == "control")
        await pilot.pause()
        assert asked == ["runnable-first"]
        assert (pane.evaluation, pane.view) == (None, None)


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
        await pilot.press("j", "j", "e")
        await until(pilot, lambda: host.asked)
    assert "### Sanity test" in host.asked[0].output


async def test_without_a_run_it_says_where_to_get_one(tmp_path):
    pane = EvaluatePane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "train one first" in shown(pilot.app, "#state"))
        await pilot.press("v")
        await until(pilot, lambda: pilot.app._notifications)
        assert not pane.busy


class Parrot:
    """A chat that says back what it is asked, piece by piece; nothing is loaded."""

    made: ClassVar[list] = []

    def __init__(self, run):
        self.run = run
        self.closed = False
        self.made.append(self)

    @classmethod
    def of_run(cls, run, *, sampling=None):
        return cls(run)

    def ask(self, instruction, input_text="", *, hear=None, cancel=None):
        if "wait" in instruction:
            hear("So far ")
            cancel.wait(20)
            return None
        if "break" in instruction:
            raise ModelError("The model is gone.")
        hear("### ")
        hear("Solution")
        return Turn(instruction, input_text, Completion(0, "### Solution", 2, False, 0.1))

    def close(self):
        self.closed = True


@pytest.fixture
def parrot(monkeypatch):
    Parrot.made = []
    monkeypatch.setattr(byhand, "Chat", Parrot)
    return Parrot


@pytest.fixture
def evaluated(tmp_path):
    """A project with an evaluated run, and the pane on it."""
    project = mix_project(tmp_path)
    run = finished_run(project)
    save_evaluation(evaluation_of(run), run)
    return project


async def shown_pane(pilot, pane):
    await until(pilot, lambda: pane.view is not None)
    await until(pilot, lambda: pane.query_one(Table).rows)
    await pilot.pause()


async def test_failing_answers_come_first(evaluated):
    pane = EvaluatePane(evaluated)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await shown_pane(pilot, pane)
        passed = [list(pane.view.answers(place).values())[-1].all for place in pane.view.order]
        assert passed == [False, False, True, True, True, True]


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("fail", 2),
        ("PASS", 4),
        ("better", 4),
        ("worse", 0),
        ("fail better", 0),
        ("cut", 0),
        ("check:usage", 2),
        ("check:python", 2),
        ("code:sec001", 2),
        ("tag:lists", 0),
        ("vowels", 1),
        ("vowels fail", 1),
        ("", 6),
    ],
)
def test_a_filter_lets_through_what_it_says(tmp_path, typed, count):
    view = View.of(evaluation_of(finished_run(mix_project(tmp_path))), loose=False)

    assert sum(Query.read(typed).matches(view, place) for place in view.order) == count


async def test_the_filter_shows_only_some_answers_until_it_is_left(evaluated):
    pane = EvaluatePane(evaluated)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await shown_pane(pilot, pane)
        await pilot.press("slash", *"fail", "enter")
        await until(pilot, lambda: len(pane.query_one(Table).rows) == 2)
        assert pane.query_one("#answers").border_title == "Answers  2 of 6"
        assert pane.query_one(Table).lines.has_focus
        await pilot.press("escape")
        await until(pilot, lambda: len(pane.query_one(Table).rows) == 6)
        assert pane.query_one("#answers").border_title == "Answers  6"


async def test_l_reads_loosely_and_back(tmp_path):
    project = mix_project(tmp_path)
    run = finished_run(project)
    found = evaluation_of(run)
    wrapped = tuple(
        score(one.prompt, f"Sure!\n```md\n{one.text}```", found.profile)
        for one in found.tuned.scores
    )
    assert not any(one.all for one in wrapped)
    save_evaluation(replace(found, tuned=replace(found.tuned, scores=wrapped)), run)
    pane = EvaluatePane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await shown_pane(pilot, pane)
        pane.query_one(Table).lines.focus()
        assert "6 prompts scored" in shown(pilot.app, "#state")
        assert "0 of 6" in str(pane.status)
        await pilot.press("l")
        await until(pilot, lambda: "read loosely" in shown(pilot.app, "#state"))
        assert "4 of 6" in str(pane.status)
        await pilot.press("l")
        await until(pilot, lambda: "read strictly" in shown(pilot.app, "#state"))


async def test_two_runs_are_compared_on_what_both_were_asked(evaluated):
    other = finished_run(evaluated, "2026-03-02-120000-other")
    found = evaluation_of(other, 5)
    save_evaluation(replace(found, tuned=replace(found.base, name="adapter")), other)
    pane = EvaluatePane(evaluated)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await shown_pane(pilot, pane)
        pane.query_one("#run", Picker).value = "2026-03-01-120000-small"
        await until(pilot, lambda: other.id in pane.others)
        pane.query_one("#against", Picker).value = other.id
        await until(pilot, lambda: "5 prompts that both were asked" in shown(pilot.app, "#state"))
        table = shown(pilot.app, "#rate-table")
        assert "other" in table
        assert "+60" in table
        assert "not shown, p = 0.25" in table
        assert len(pane.query_one(Table).rows) == 5


async def test_what_could_not_run_is_said(tmp_path):
    project = mix_project(tmp_path)
    run = finished_run(project)
    save_evaluation(replace(evaluation_of(run), not_run="There is no sandbox."), run)
    pane = EvaluatePane(project)
    async with Host(pane).run_test(size=(80, 24)) as pilot:
        await shown_pane(pilot, pane)
        assert "No answer was run" in shown(pilot.app, "#state")


async def test_a_question_by_hand_is_answered_with_its_findings_and_taken(evaluated, parrot):
    host = Host(EvaluatePane(evaluated))
    async with host.run_test(size=SIZE) as pilot:
        await shown_pane(pilot, host.pane)
        host.pane.query_one(Table).lines.focus()
        await pilot.press("a", *"Add", "enter")
        await until(pilot, lambda: isinstance(host.screen, AnswerScreen))
        await until(pilot, lambda: "SEC001" in str(host.screen.query_one("#said Static").render()))
        assert "### Solution" in str(host.screen.query_one("#text Static").render())
        await pilot.press("e")
        await until(pilot, lambda: host.asked)
    [example] = host.asked
    assert (example.instruction, example.output) == ("Add", "### Solution")
    [chat] = parrot.made
    assert chat.run.id == "2026-03-01-120000-small"
    assert chat.closed


async def test_leaving_stops_an_answer_and_the_next_question_is_heard(evaluated, parrot):
    host = Host(EvaluatePane(evaluated))
    async with host.run_test(size=SIZE) as pilot:
        await shown_pane(pilot, host.pane)
        host.pane.query_one(Table).lines.focus()
        await pilot.press("a", *"wait", "enter")
        await until(pilot, lambda: isinstance(host.screen, AnswerScreen))
        await until(pilot, lambda: "So far" in str(host.screen.query_one("#text Static").render()))
        await pilot.press("e")
        assert host.asked == []
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(host.screen, AnswerScreen))
        host.pane.query_one("#by-hand Input", Input).value = "Add"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(host.screen, AnswerScreen))
        await until(pilot, lambda: "SEC001" in str(host.screen.query_one("#said Static").render()))
    assert len(parrot.made) == 1


async def test_a_model_that_is_gone_is_said_in_the_answers_place(evaluated, parrot):
    host = Host(EvaluatePane(evaluated))
    async with host.run_test(size=SIZE) as pilot:
        await shown_pane(pilot, host.pane)
        host.pane.query_one(Table).lines.focus()
        await pilot.press("a", *"break", "enter")
        await until(pilot, lambda: isinstance(host.screen, AnswerScreen))
        await until(
            pilot, lambda: "model is gone" in str(host.screen.query_one("#said Static").render())
        )


async def test_without_a_run_the_line_has_nobody_to_ask(tmp_path, parrot):
    pane = EvaluatePane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "train one first" in shown(pilot.app, "#state"))
        line = pane.query_one("#by-hand Input", Input)
        assert "nobody to ask" in line.placeholder
        line.focus()
        await pilot.press(*"Add", "enter")
        await pilot.pause()
    assert parrot.made == []


def test_rates_fit_their_width(tmp_path):
    evaluation = evaluation_of(finished_run(mix_project(tmp_path)))
    view = View.of(evaluation, loose=False)
    assert "not shown" in rates(view, 76).plain
    for width in (60, 78, 116, 196):
        assert all(line.cell_length <= width for line in rates(view, width).split("\n"))


def test_findings_are_marked_where_they_are_whatever_the_text_holds():
    marked = pieces("ab\u202ecd", [(2, 4)])
    assert [piece.plain for piece in marked] == ["ab", "<U+202E>c", "d"]
    assert [bool(piece.spans) for piece in marked] == [False, True, False]
