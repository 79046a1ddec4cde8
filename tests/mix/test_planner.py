"""The order of the stages: read, distinct, twins, limits, split, repeat in train only, order."""

from __future__ import annotations

from collections import Counter

import pytest

from curator.errors import CancelledError, ConfigError, InputError
from curator.mix import DedupSpec, SplitSpec, plan_mixture


def instructions(rows):
    return [row.example.instruction for row in rows]


def reasons(planned):
    return Counter(removed.reason for removed in planned.removed)


def test_copies_of_a_row_count_once_and_the_earliest_stays(tmp_path, write, row, recipe):
    write("base.jsonl", [row(1), row(2), row(1), row(1)])

    planned = plan_mixture(recipe(("base.jsonl", "base")), tmp_path)

    copies = [(gone.row.line, gone.kept.line) for gone in planned.removed]
    assert copies == [(3, 1), (4, 1)]
    assert reasons(planned) == {"exact duplicate": 2}


def test_rows_that_differ_in_other_keys_only_are_copies(tmp_path, write, row, recipe):
    write("base.jsonl", [row(1, id="a"), row(1, id="b"), row(2)])

    assert reasons(plan_mixture(recipe(("base.jsonl", "base")), tmp_path)) == {"exact duplicate": 1}


def test_of_a_curated_row_and_its_copy_in_the_base_the_curated_one_stays(
    tmp_path, write, row, recipe
):
    write("base.jsonl", [row(1), row(2), row(3)])
    write("mine.jsonl", [row(1)])

    planned = plan_mixture(recipe(("base.jsonl", "base"), ("mine.jsonl", "curated")), tmp_path)

    (gone,) = planned.removed
    assert (gone.row.path, gone.kept.path) == ("base.jsonl", "mine.jsonl")
    assert planned.curated_training == 1


def test_a_base_row_that_is_like_a_curated_one_goes_with_its_score(tmp_path, write, row, recipe):
    like = row(1)["instruction"] + "!"
    write("base.jsonl", [row(1, instruction=like, output="another"), row(2), row(3)])
    write("mine.jsonl", [row(1)])

    planned = plan_mixture(recipe(("base.jsonl", "base"), ("mine.jsonl", "curated")), tmp_path)

    (gone,) = planned.removed
    assert (gone.reason, gone.row.path, gone.kept.path) == ("twin", "base.jsonl", "mine.jsonl")
    assert 90 <= gone.score < 100


def test_curated_rows_are_never_left_out_for_being_alike(tmp_path, write, row, recipe):
    like = [row(1, instruction=row(1)["instruction"] + mark) for mark in ("", "!", "?")]
    write("mine.jsonl", like)
    write("base.jsonl", [row(2), row(3)])

    planned = plan_mixture(recipe(("mine.jsonl", "curated"), ("base.jsonl", "base")), tmp_path)

    assert planned.removed == ()
    assert planned.curated_training == 3


def test_of_base_rows_that_are_alike_the_earliest_stays(tmp_path, write, row, recipe):
    text = row(1)["instruction"]
    write(
        "base.jsonl",
        [row(5), row(1, instruction=f"{text}."), row(1, instruction=f"{text}!"), row(6)],
    )

    planned = plan_mixture(recipe(("base.jsonl", "base")), tmp_path)

    assert [(gone.row.line, gone.kept.line, gone.reason) for gone in planned.removed] == [
        (3, 2, "twin")
    ]


def test_a_twin_of_a_row_that_is_gone_may_stay(tmp_path, write, row, recipe):
    # a is like b and b like c, but a is not like c: only b has to go.
    base = "x" * 100
    a, b, c = base, "y" * 8 + base[8:], "y" * 16 + base[16:]
    write("base.jsonl", [row(0, instruction=text, output=text) for text in (a, b, c)])

    planned = plan_mixture(recipe(("base.jsonl", "base"), dedup=DedupSpec(threshold=90)), tmp_path)

    assert [gone.row.line for gone in planned.removed] == [2]


def test_the_input_counts_when_likeness_is_judged(tmp_path, write, row, recipe):
    same = row(1)["instruction"]
    write(
        "base.jsonl",
        [row(1, instruction=same, input="a" * 200), row(1, instruction=same, input="b" * 200)],
    )

    assert plan_mixture(recipe(("base.jsonl", "base")), tmp_path).removed == ()


def test_a_limit_is_counted_after_copies_and_twins_are_gone(tmp_path, write, row, recipe):
    records = [row(1), row(1), row(2), row(3), row(4)]
    write("base.jsonl", records)

    planned = plan_mixture(
        recipe(("base.jsonl", "base", {"limit": 3}), split=SplitSpec(valid=0)), tmp_path
    )

    assert len(planned.train) == 3
    assert reasons(planned) == {"exact duplicate": 1, "limit": 1}


def test_a_limit_can_take_the_first_rows(tmp_path, write, row, recipe):
    write("base.jsonl", [row(number) for number in range(20)])

    planned = plan_mixture(
        recipe(
            ("base.jsonl", "base", {"limit": 5, "sample": "head"}),
            split=SplitSpec(valid=0),
        ),
        tmp_path,
    )

    assert sorted(one.line for one in planned.train) == [1, 2, 3, 4, 5]


def test_a_random_sample_follows_the_seed(tmp_path, write, row, recipe):
    write("base.jsonl", [row(number) for number in range(40)])

    def sampled(seed):
        made = recipe(("base.jsonl", "base", {"limit": 10}), seed=seed, split=SplitSpec(valid=0))
        return sorted(one.line for one in plan_mixture(made, tmp_path).train)

    assert sampled(1) == sampled(1)
    assert sampled(1) != sampled(2)
    assert sampled(1) != list(range(1, 11))


def test_a_limit_holds_for_all_files_of_a_pattern_together(tmp_path, write, row, recipe):
    write("raw/a.jsonl", [row(number) for number in range(5)])
    write("raw/b.jsonl", [row(number) for number in range(5, 10)])

    planned = plan_mixture(
        recipe(("raw/*.jsonl", "base", {"limit": 4}), split=SplitSpec(valid=0)), tmp_path
    )

    assert len(planned.train) == 4
    assert [source.path for source in planned.sources] == ["raw/a.jsonl", "raw/b.jsonl"]


def test_copies_train_and_are_never_held_out(tmp_path, write, row, recipe):
    write("mine.jsonl", [row(number) for number in range(4)])
    write("base.jsonl", [row(number) for number in range(10, 30)])

    planned = plan_mixture(
        recipe(
            ("mine.jsonl", "curated", {"repeat": 3}),
            ("base.jsonl", "base", {"repeat": 2}),
            split=SplitSpec(valid=0.2, test=0.1),
        ),
        tmp_path,
    )

    assert planned.curated_rows == 12
    assert (len(planned.valid), len(planned.test)) == (5, 2)
    assert len(planned.train) == 12 + 2 * (20 - 5 - 2)
    assert {one.copy for one in planned.train if one.role == "curated"} == {1, 2, 3}
    assert {one.copy for one in (*planned.valid, *planned.test)} == {1}


def test_copies_of_one_example_do_not_all_stand_together(tmp_path, write, row, recipe):
    write("mine.jsonl", [row(number) for number in range(12)])

    planned = plan_mixture(
        recipe(("mine.jsonl", "curated", {"repeat": 3}), split=SplitSpec(valid=0)), tmp_path
    )

    texts = instructions(planned.train)
    in_a_row = [texts[i : i + 3] for i in range(len(texts) - 2) if len({*texts[i : i + 3]}) == 1]
    assert in_a_row == []


def test_curated_rows_all_train_unless_the_recipe_says_otherwise(tmp_path, write, row, recipe):
    write("mine.jsonl", [row(number) for number in range(30)])
    write("base.jsonl", [row(number) for number in range(40, 50)])
    sources = (("mine.jsonl", "curated"), ("base.jsonl", "base"))

    protected = plan_mixture(recipe(*sources, split=SplitSpec(valid=0.3)), tmp_path)
    free = plan_mixture(
        recipe(*sources, split=SplitSpec(valid=0.3, curated_in_valid="proportional")), tmp_path
    )

    assert {one.role for one in protected.valid} == {"base"}
    assert protected.curated_training == 30
    assert "curated" in {one.role for one in free.valid}


def test_curated_twins_are_held_out_together_or_not_at_all(tmp_path, write, row, recipe):
    pairs = [row(n, instruction=row(n)["instruction"] + mark) for n in range(10) for mark in "ab"]
    write("mine.jsonl", pairs)

    planned = plan_mixture(
        recipe(
            ("mine.jsonl", "curated"),
            split=SplitSpec(valid=0.3, test=0.2, curated_in_valid="proportional"),
        ),
        tmp_path,
    )

    parts = (planned.train, planned.valid, planned.test)
    stems = [{text[:-1] for text in instructions(part)} for part in parts]
    assert all(stems)
    assert sum(map(len, stems)) == 10


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_holding_out_leaves_something_to_train_on(tmp_path, write, row, recipe, rows):
    write("base.jsonl", [row(number) for number in range(rows)])

    planned = plan_mixture(
        recipe(("base.jsonl", "base"), split=SplitSpec(valid=0.5, test=0.4)), tmp_path
    )

    assert len(planned.train) >= 1


def test_one_cluster_is_never_held_out_whole_when_it_is_all_there_is(tmp_path, write, row, recipe):
    write("mine.jsonl", [row(1, instruction=row(1)["instruction"] + mark) for mark in "abc"])

    planned = plan_mixture(
        recipe(
            ("mine.jsonl", "curated"),
            split=SplitSpec(valid=0.5, curated_in_valid="proportional"),
        ),
        tmp_path,
    )

    assert len(planned.train) == 3


def test_rows_without_a_question_or_an_answer_are_counted_and_left_out(
    tmp_path, write, row, recipe
):
    (tmp_path / "base.jsonl").write_text(
        '{"instruction": "a", "output": ""}\n\n[1]\n{"instruction": " ", "output": "b"}\n'
        '{"instruction": "a", "input": ["b"], "output": "c"}\n'
        '{"instruction": "a", "input": null, "output": "c"}\n'
    )

    planned = plan_mixture(recipe(("base.jsonl", "base")), tmp_path)

    (source,) = planned.sources
    assert (source.rows, source.unreadable, source.first_unreadable) == (1, 4, 1)


def test_a_source_that_cannot_be_read_stops_the_plan(tmp_path, recipe):
    (tmp_path / "base.jsonl").write_bytes('{"instruction": "a"}'.encode("utf-16"))

    with pytest.raises(InputError, match="UTF-16"):
        plan_mixture(recipe(("base.jsonl", "base")), tmp_path)


def test_a_recipe_made_in_code_is_checked_too(tmp_path, recipe):
    with pytest.raises(ConfigError, match="`repeat` is 0"):
        plan_mixture(recipe(("base.jsonl", "base", {"repeat": 0})), tmp_path)


def test_a_plan_that_was_cancelled_is_no_plan(tmp_path, write, row, recipe):
    write("base.jsonl", [row(number) for number in range(3)])

    with pytest.raises(CancelledError):
        plan_mixture(recipe(("base.jsonl", "base")), tmp_path, cancelled=lambda: True)


def test_progress_names_the_stages(tmp_path, write, row, recipe):
    write("base.jsonl", [row(number) for number in range(3)])
    stages = []

    plan_mixture(
        recipe(("base.jsonl", "base")), tmp_path, progress=lambda *told: stages.append(told)
    )

    assert stages == [("read", 3, 3), ("twins", 3, 3)]
