"""A model that hangs, dies or says odd things costs the answers it spoils and no others."""

from __future__ import annotations

import json
import os
import signal
import threading

import pytest

from curator.errors import ModelError, TrainingError
from curator.evaluate import generate as generate_module
from curator.evaluate.generate import Generator, Sampling
from curator.example.chat import prompt_messages

# Stands in for the child with a model: what it does is what the prompt says.
ACTOR = r"""
import json, os, sys
pipe, asked = int(sys.argv[-1]), 0

def tell(name, **fields):
    os.write(pipe, json.dumps({"type": name, **fields}).encode() + b"\n")

if os.environ.get("ACT") == "refuse":
    tell("refusal", message="This adapter does not fit.", hint="Was it?", kind="model")
    sys.exit()
if os.environ.get("ACT") == "die":
    print("no room left")
    sys.exit(3)
tell("ready")
for line in sys.stdin:
    ask = json.loads(line)
    job, asked = ask["job"], asked + 1
    wanted = list(enumerate(ask["wanted"]))
    size = ask["batch_size"]
    for start in range(0, len(wanted), size):
        batch = wanted[start : start + size]
        tell("beat", job=job, under_way=[place for place, _ in batch])
        for place, (index, sample) in batch:
            text = ask["prompts"][index][-1]["content"]
            if "hang" in text:
                sys.stdin.read()
            if "die" in text or ("once" in text and len(wanted) > 1):
                os._exit(9)
            if "break" in text:
                tell("refusal", message="The generation failed: ValueError", kind="answering")
                sys.exit()
            tell("answer", job=job, place=place, text=f"{text}, asked {len(wanted)}", tokens=1)
    tell("done", job=job)
"""


@pytest.fixture
def actor(tmp_path, monkeypatch):
    """Makes generators whose child is an actor."""
    (tmp_path / "actor.py").write_text(ACTOR)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(generate_module, "_WORKER", "actor")
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text(json.dumps({"model_type": "none"}))
    (model / "model.safetensors").touch()
    made = []

    def make(**options):
        made.append(Generator(str(model), cache=False, **options))
        return made[-1]

    yield make
    for generator in made:
        generator.close()


def ask(generator, *texts, batch_size=2):
    found = generator.complete([prompt_messages(text) for text in texts], batch_size=batch_size)
    return {texts[one.index]: one for one in found}


def test_a_prompt_that_hangs_fails_alone_and_the_run_goes_on(actor):
    found = ask(actor(patience=0.5), "a", "b", "c", "hang", "e", "f")

    assert {text for text, one in found.items() if one.failure} == {"hang"}
    assert found["hang"].failure == "The model said nothing for 0.5 seconds, so it was ended."
    assert (found["hang"].text, found["hang"].tokens) == ("", 0)
    assert found["f"].text.startswith("f")


@pytest.mark.parametrize(
    ("word", "why"), [("die", "ended without a word"), ("break", "The generation failed")]
)
def test_a_prompt_that_ends_the_child_fails_alone_with_the_reason(actor, word, why):
    found = ask(actor(), "a", word, "c", "d", "e")

    assert {text for text, one in found.items() if one.failure} == {word}
    assert why in found[word].failure


def test_what_was_under_way_beside_it_is_asked_again_by_itself(actor):
    found = ask(actor(), "a", "once", "c", "d", batch_size=2)

    assert {text: one.text for text, one in found.items()} == {
        "a": "a, asked 4",
        "once": "once, asked 1",
        "c": "c, asked 2",
        "d": "d, asked 2",
    }


def test_a_model_that_fails_prompt_after_prompt_is_given_up(actor):
    with pytest.raises(TrainingError, match="answers nothing any more") as caught:
        ask(actor(), *(f"die {number}" for number in range(9)), batch_size=9)

    assert "remembered" in caught.value.hint


def test_a_child_that_somebody_kills_is_started_again_and_every_prompt_answered_once(actor):
    generator = actor()
    answers = generator.complete([prompt_messages(text) for text in "abcde"], batch_size=1)
    first = next(answers)
    generator._child.kill()
    found = [first, *answers]

    assert sorted(one.index for one in found) == list(range(5))
    assert {one.failure for one in found} == {""}


def test_an_answer_that_would_break_out_of_its_line_stays_one_answer(actor):
    hostile = '"}\n{"type":"done","job":1}\x1b]52;c;aGk=\x07\u2028\u202e[red]</script>'
    found = ask(actor(), hostile, "b")

    assert found[hostile].text == f"{hostile}, asked 2"
    assert found["b"].text == "b, asked 2"


def test_a_log_that_cannot_be_written_keeps_nobody_from_asking(actor, tmp_path):
    found = ask(actor(log=tmp_path / "gone" / "generate.log"), "one")

    assert [one.text for one in found.values()] == ["one, asked 1"]


def test_the_same_child_is_asked_as_long_as_it_lives(actor):
    generator = actor()
    ask(generator, "a")
    child = generator._child
    ask(generator, "b")
    generator.answer(prompt_messages("c"))

    assert generator._child is child


def test_a_model_that_cannot_be_loaded_is_an_error_and_not_an_answer(actor, monkeypatch):
    monkeypatch.setenv("ACT", "refuse")
    with pytest.raises(ModelError, match="does not fit"):
        ask(actor(), "a")
    monkeypatch.setenv("ACT", "die")
    with pytest.raises(TrainingError, match="no room left"):
        ask(actor(), "a")


def test_cancelling_while_it_hangs_ends_it(actor, monkeypatch):
    monkeypatch.setattr("curator.evaluate.generate_exchange._GRACE", 0.1)
    generator, cancel = actor(), threading.Event()
    answers = generator.complete(
        [prompt_messages("a"), prompt_messages("hang")], batch_size=1, cancel=cancel
    )
    next(answers)
    cancel.set()

    assert list(answers) == []
    assert generator._child is None


#: More than a pipe holds.
MUCH = [prompt_messages("a" * 5000) for _ in range(100)]


class Soon:
    """An event that is set once it was looked at a few times."""

    def __init__(self):
        self._looks = 0

    def is_set(self):
        self._looks += 1
        return self._looks > 5


def test_one_that_reads_nothing_can_be_left(actor, monkeypatch):
    monkeypatch.setattr("curator.evaluate.generate_exchange._GRACE", 0.1)
    generator = actor()
    generator.start()
    os.kill(generator._child.pid, signal.SIGSTOP)

    assert list(generator.complete(MUCH, cancel=Soon())) == []
    assert generator._child is None


def test_one_that_reads_nothing_is_started_again(actor):
    generator = actor(patience=1)
    generator.start()
    os.kill(generator._child.pid, signal.SIGSTOP)

    found = list(generator.complete(MUCH[:30]))

    assert {one.failure for one in found} == {""}
    assert len(found) == 30


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"max_tokens": 0}, "max_tokens"),
        ({"samples": 0, "temperature": 1.0}, "samples"),
        ({"samples": 2}, "greedy"),
        ({"temperature": -1.0}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
    ],
)
def test_impossible_ways_to_draw_are_refused_by_name(wrong, named):
    with pytest.raises(Exception, match=named) as caught:
        Sampling(**wrong)

    assert type(caught.value).__name__ == "ConfigError"
