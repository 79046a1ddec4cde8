"""The tasks of the tiny base: what they mean, what their code does, and what is held out."""

from __future__ import annotations

import random

import pytest

from curator.tiny.answers import Written, taught_answer
from curator.tiny.corpus import suite_questions
from curator.tiny.ingredients import literal
from curator.tiny.tasks import ask, is_held_out, possible_tasks, sample_task

TASKS = possible_tasks()


@pytest.mark.parametrize("loop", [False, True])
def test_the_code_of_a_task_does_what_the_task_means(loop):
    choice = random.Random(3)
    for task in choice.sample(TASKS, 400):
        written = Written(task, "function", choice)
        namespace: dict[str, object] = {}
        exec(written.function("google", loop=loop), namespace)

        for argument in (*task.source.probes, *task.source.samples):
            assert namespace["function"](argument) == task.call(argument), task.body
        for always in (False, True):
            exec(written.asserts(always=always), namespace)
        exec(written.usage().replace("print", "repr"), namespace)


def test_a_test_fails_a_function_that_does_nothing():
    choice = random.Random(4)
    for task in choice.sample(TASKS, 300):
        lines = task.tests("function", always=True)
        namespace = {"function": lambda argument: None}
        held = 0
        for line in lines:
            try:
                exec(line, namespace)
                held += 1
            except (AssertionError, TypeError):
                pass
        assert held < len(lines), lines


def test_no_training_task_holds_a_pair_that_is_held_out_and_every_suite_task_does():
    choice = random.Random(5)
    trained = [sample_task(choice) for _ in range(6000)]
    assert not any(task.held_out for task in trained)

    met = {pair for task in trained for pair in task.pairs}
    parts = {part for pair in met for part in pair}
    for question in suite_questions():
        fresh = {pair for pair in question.task.pairs if is_held_out(pair)}
        assert fresh
        assert not fresh & met
        assert {part for pair in fresh for part in pair} <= parts, "each part is known by itself"


def test_a_name_that_is_asked_for_is_the_name_of_the_function():
    choice = random.Random(6)
    for _ in range(200):
        task = sample_task(choice)
        text, name = ask(task, choice)
        assert f"def {name}(" in taught_answer(task, name, choice)
        assert text.strip()
        assert "{" not in text.replace("{}", "")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ([1, "a"], '[1, "a"]'),
        ({"a": [True, None]}, '{"a": [True, None]}'),
        ("a\nb", '"a\\nb"'),
        (-0.5, "-0.5"),
    ],
)
def test_values_are_written_with_double_quotes(value, written):
    assert literal(value) == written
    assert eval(written) == value
