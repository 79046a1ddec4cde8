"""A sweep from a shell: what would be trained, what was, and what is no sweep."""

from __future__ import annotations

import pytest

from curator.tiny import build_tiny_model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return build_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


def test_a_dry_run_says_what_would_be_trained_and_writes_nothing(curator, mixing, model, tmp_path):
    before = sorted(tmp_path.iterdir())
    arguments = ("sweep", mixing, "--vary", "share=0,0.3", "--model", model, "--iters", 5)
    found = curator(*arguments, "--dry-run")

    assert found.code == 0
    assert found.out.startswith("2 points of ")
    assert {word for word in found.out.split() if "share=" in word} == {"share=0", "share=0.3"}
    assert "Nothing was trained" in found.err
    assert sorted(tmp_path.iterdir()) == before


def test_it_mixes_trains_asks_compares_and_draws(curator, mixing, model, write, tmp_path):
    (tmp_path / "suite.toml").write_text(
        'name = "mine"\n[[prompt]]\nid = "a"\ninstruction = "Draw a histogram of word lengths."\n'
    )
    arguments = ("sweep", mixing, "--vary", "share=0,0.3", "--model", model, "--iters", 2)
    arguments += ("--suite", "suite.toml", "--max-tokens", 4, "--out", "swept")
    found = curator(*arguments)

    assert found.code == 0
    assert "share=0: training …" in found.err
    assert "share=0.3" in found.out
    assert "mine, 1 prompt" in found.out
    assert (tmp_path / "swept" / "sweep.svg").read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--vary"),
        (("--vary", "shares=1,2"), "Did you mean `share`?"),
        (("--vary", "share=0,2"), "between 0 and 1"),
        (("--vary", "share=0,0.1", "--tokens", "9", "--iters", "9"), "may not agree"),
        (("--vary", "share=0,0.1", "--plot", "x.pdf"), "A picture is .svg or .png"),
        (("--vary", "share=0,0.1", "--suite", "nowhere"), "no suite named"),
        (("--vary", "share=0,0.1", "--samples", "2"), "greedy answers"),
        (("--vary", "share=0,0.1", "--allow", "nothing"), "no check"),
        (("--vary", "share=0,0.1", "--keep", "best"), "--keep"),
        (("--vary", "share=0,0.1", "--model", "nowhere"), "no such model folder"),
    ],
)
def test_what_is_no_sweep_is_said(curator, mixing, arguments, said):
    found = curator("sweep", mixing, *arguments)

    assert (found.code, found.out) == (2, "")
    assert said in found.err
