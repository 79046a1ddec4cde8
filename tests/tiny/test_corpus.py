"""Rows for the tiny base: the same for the same seed, in their forms, and far from the suite."""

from __future__ import annotations

import json
from itertools import islice

import pytest

from curator.evaluate import Prompt, find_contamination, read_suite, score
from curator.evaluate.suite import builtin_suites
from curator.example import load_profile
from curator.neardup import find_twins, normalise
from curator.tiny.corpus import apart, base_rows, curated_rows
from curator.tiny.suite import suite_toml

PROFILE = load_profile()


@pytest.fixture(scope="module")
def base():
    return list(islice(base_rows(1), 4000))


@pytest.fixture(scope="module")
def curated():
    return list(islice(curated_rows(1), 400))


def test_a_seed_decides_every_row(base, curated):
    assert list(islice(base_rows(1), 50)) == base[:50]
    assert list(islice(base_rows(2), 50)) != base[:50]
    assert list(islice(curated_rows(1), 50)) == curated[:50]


def test_every_curated_row_has_the_taught_form_and_no_base_row_does(base, curated):
    def passes(row):
        return score(Prompt("p", row["instruction"]), row["output"], PROFILE).all

    assert [row["output"] for row in curated[:150] if not passes(row)] == []
    assert [row["output"] for row in base[:300] if passes(row)] == []


def test_no_base_row_names_all_three_sections_in_the_taught_headings(base):
    headings = ("### Solution", "### Usage", "### Sanity test")
    lines = [row["output"].split("\n") for row in base]
    assert max(sum(heading in one for heading in headings) for one in lines) == 1
    assert all(any(heading in one for one in lines) for heading in headings)


@pytest.mark.parametrize("rows", ["base", "curated"])
def test_the_suite_is_clean_of_what_the_tiny_base_and_the_demo_learn(rows, request):
    rows = request.getfixturevalue(rows)
    asked = [row["instruction"] for row in rows]
    said = [f"{row['instruction']}\n{row['output']}" for row in rows]

    assert find_contamination(read_suite("tiny"), asked, rows=said) == ()


def test_the_shipped_suite_is_what_the_generator_makes_and_holds_no_twins():
    assert "tiny" in builtin_suites()
    suite = read_suite("tiny")
    assert len(suite.prompt) == 120
    texts = [normalise(prompt.instruction) for prompt in suite.prompt]
    assert find_twins(texts).pairs == ()
    from importlib import resources

    shipped = resources.files("curator.evaluate") / "suites" / "tiny.toml"
    assert shipped.read_text("utf-8") == suite_toml()


def test_rows_that_are_kept_apart_are_no_twins_and_survive_json():
    rows = apart(curated_rows(5), 96)
    assert len(rows) == 96
    assert find_twins([normalise(row["instruction"]) for row in rows]).pairs == ()
    assert [json.loads(json.dumps(row)) for row in rows] == rows
