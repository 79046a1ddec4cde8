"""Errors say what happened, where, and what to do next."""

from __future__ import annotations

import pickle

import pytest

from curator import errors
from curator.errors import ChangedOnDiskError, ConfigError, CuratorError, InputError, StoreError

EVERY = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, CuratorError)
]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (CuratorError("It broke."), "It broke."),
        (InputError("No such file.", path="a.jsonl"), "a.jsonl: No such file."),
        (InputError("Broken.", path="a", line=3, hint="Mend it."), "a:3: Broken. Mend it."),
        (ConfigError("Unknown.", hint="Try x."), "Unknown. Try x."),
        (ConfigError("Odd.", line=3), "Odd."),
    ],
)
def test_an_error_reads_as_place_event_and_advice(error: CuratorError, text: str):
    assert str(error) == text


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_error_has_a_title_and_survives_a_process_boundary(kind: type[CuratorError]):
    again = pickle.loads(pickle.dumps(kind("It broke.", path="a", line=2, hint="Mend it.")))
    assert str(again) == "a:2: It broke. Mend it."
    assert kind.title
    assert (kind.title == CuratorError.title) == (kind is CuratorError)


def test_a_changed_file_is_a_file_that_cannot_be_saved():
    assert issubclass(ChangedOnDiskError, StoreError)


def test_the_tree_in_the_module_is_the_tree():
    drawn = errors.__doc__ or ""
    for kind in EVERY:
        assert kind.__name__ in drawn
