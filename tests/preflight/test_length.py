"""What is cut, what is left to learn, and what batches make of the rest."""

from __future__ import annotations

import pytest

from curator.mix import Recipe, SourceSpec, SplitSpec, Verdict, plan_mixture, write_mixture
from tests.preflight.conftest import talk

# Of the tiny model: a token a byte, and one for each end of the frames around two messages.
FRAME = len("<user\n>\n<assistant\n>\n")
PARTS = "### Solution\n{}\n### Usage\nb\n### Sanity test\nc"


def test_rows_that_fit_are_told_with_the_longest(look, put):
    check = look(put([talk("a" * 10, "b" * 20), talk("a", "b")]))["too-long"]

    assert check.verdict is Verdict.OK
    assert f"the longest row has {FRAME + 30} of 2,048 tokens" in check.message


def test_a_cut_row_is_told_with_the_sections_that_are_lost(look, put):
    rows = [talk("q", PARTS.format("x" * length)) for length in (10, 200)]

    check = look(put(rows), max_seq_length=120)["too-long"]

    assert check.verdict is Verdict.WARN
    assert "1 row of 2 (0 curated)" in check.message
    assert "its end token; 1 lose Usage whole, 1 lose Sanity test whole" in check.message
    assert check.evidence == (f"train.jsonl:2: {FRAME + 1 + len(PARTS) - 2 + 200} tokens",)


def test_a_row_that_loses_only_the_line_break_after_its_end_is_not_cut(look, put):
    whole = FRAME + 2

    assert look(put([talk("a", "b")]), max_seq_length=whole - 1)["too-long"].verdict is Verdict.OK
    assert look(put([talk("a", "b")]), max_seq_length=whole - 2)["too-long"].verdict is Verdict.WARN


def test_a_cut_curated_row_stands_in_the_way(look, tmp_path):
    (tmp_path / "mine.jsonl").write_text(
        '{"instruction": "a", "output": "%s"}\n{"instruction": "zz", "output": "b"}\n' % ("b" * 99)
    )
    recipe = Recipe(
        name="any",
        source=(SourceSpec(path="mine.jsonl", role="curated"),),
        split=SplitSpec(valid=0),
    )
    write_mixture(plan_mixture(recipe, tmp_path), tmp_path / "out")

    check = look(tmp_path / "out", max_seq_length=60)["too-long"]

    assert check.verdict is Verdict.ERROR
    assert "(mine.jsonl:1)" in check.evidence[0]


def test_a_prompt_that_fills_the_sequence_leaves_nothing_to_learn(look, put):
    rows = [talk("a" * 100, "b"), talk("a", "b")]

    check = look(put(rows), max_seq_length=50)["nothing-to-learn"]

    assert check.verdict is Verdict.WARN
    assert check.evidence == ("train.jsonl:1",)
    masked = look(put(rows), max_seq_length=50, mask_prompt=False)["nothing-to-learn"]
    assert masked.verdict is Verdict.OK


def test_where_no_row_has_anything_to_learn_it_stands_in_the_way(look, put):
    check = look(put([talk("a" * 100)]), max_seq_length=50)["nothing-to-learn"]

    assert check.verdict is Verdict.ERROR


@pytest.mark.parametrize(
    ("valid", "verdict", "said"),
    [(0, "warn", "no validation rows"), (3, "warn", "fewer than the 4"), (4, "ok", "fill a batch")],
)
def test_a_validation_smaller_than_a_batch_is_told(look, put, valid, verdict, said):
    rows = [talk(f"held {number}") for number in range(valid)]

    check = look(put([talk("a")], rows))["valid-batch"]

    assert check.verdict == verdict
    assert said in check.message


def test_a_step_of_more_rows_than_there_are_is_all_of_them_and_told(look, put):
    rows = [talk(str(number)) for number in range(3)]

    checks = look(put(rows), batch_size=2, grad_accumulation=4, iters=5)

    assert checks["batch-size"].verdict is Verdict.WARN
    assert "would take 8 rows, but there are 3" in checks["batch-size"].message
    assert "5 iterations are as many epochs" in checks["batch-size"].message
    assert "3 rows do not fill" in look(put(rows), batch_size=8)["unseen-rows"].message
    one = look(put(rows[:1], rows[:1]), batch_size=2)
    assert one["unseen-rows"].message.startswith("1 row does not fill a batch of 2")
    assert one["valid-batch"].message.startswith("There is 1 validation row, fewer than the 2 of")
    assert one["prompt-ids"].message.startswith("The one prompt has the same token ids")
    assert " MB for 2 rows of up to " in one["memory"].message
    fits = look(put(rows), batch_size=2)["batch-size"]
    assert fits.verdict is Verdict.OK
    assert "take 2 steps of 2 an epoch" in fits.message


def test_rows_that_mlx_lm_would_never_see_are_named(look, put):
    check = look(put([talk(str(number)) for number in range(10)]))["unseen-rows"]

    assert "10 rows leave 2 over in batches of 4" in check.message
    assert check.evidence == ("train.jsonl:9", "train.jsonl:10")
    even = look(put([talk(str(number)) for number in range(8)]))["unseen-rows"]
    assert "8 rows divide" in even.message


def test_padding_is_told_beside_that_of_the_files_order(look, put):
    rows = [talk("q", "a" * (500 if number % 2 else 5)) for number in range(16)]

    found = look(put(rows))["padding"]

    ours, plain = (int(part.split("%")[0].split()[-1]) for part in found.message.split(";"))
    assert ours < 15
    assert plain > 40


def test_copies_that_must_share_a_step_are_told(look, put):
    check = look(put([talk("same")] * 3 + [talk("other")]))["copies-together"]

    assert check.verdict is Verdict.WARN
    assert "share 3 steps in the first 3 epochs" in check.message
    assert "share 1 of 1 batch of an epoch" in check.message


def test_copies_that_can_be_spread_are(look, put):
    rows = [talk(f"{number:03}") for number in range(20)]

    check = look(put([one for row in rows for one in (row, row)]))["copies-together"]

    assert check.verdict is Verdict.OK
    assert "share 10 of 10 batches of an epoch" in check.message


def test_memory_is_an_estimate_against_the_machine(look, put, monkeypatch):
    from curator.preflight import memory

    folder = put([talk("q", "a" * 400)])
    assert look(folder)["memory"].verdict is Verdict.OK
    needed = look.last.memory_bytes
    assert 1e6 < needed < 1e9
    for there, verdict in ((needed * 2, "ok"), (needed, "warn"), (needed // 3, "error")):
        monkeypatch.setattr(memory, "machine_bytes", lambda there=there: there)
        assert look(folder)["memory"].verdict == verdict


def test_more_rows_and_longer_ones_take_more_memory(look, put):
    def needed(length, **spec):
        look(put([talk("q", "a" * length)] * 8), **spec)
        return look.last.memory_bytes

    assert needed(100) < needed(400) < needed(400, batch_size=8)
    assert needed(400, grad_checkpoint=True) < needed(400) < needed(400, rank=64)
    assert needed(400, batch_size=8) == needed(400, batch_size=64)
