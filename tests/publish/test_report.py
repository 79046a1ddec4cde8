"""A report says what the run's files say, in Markdown and in one page of HTML."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from curator.errors import ConfigError, InputError
from curator.evaluate import save_evaluation
from curator.publish.report import html, make_report, markdown, write_report
from curator.train import read_run
from tests.tui.panes.worlds import evaluation_of, finished_run


@pytest.fixture
def earlier(project):
    """The run before, of which nobody looked at an answer."""
    return finished_run(project, "2026-02-01-120000-small")


def edit(run, name, **changes):
    path = run.folder / name
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    return read_run(run.folder)


def test_every_part_is_there_and_derived(evaluated):
    text = markdown(make_report(evaluated), "loss.svg")

    for heading in ("Data", "Configuration", "Training", "Evaluation", "Published"):
        assert f"\n## {heading}\n" in text
    assert "3 of 3 curated examples trained, as 6 of 12 rows: 50.0% of the rows" in text
    assert "Validation loss 2.600 at iteration 0, 1.104 at the end, lowest 1.081 at 150." in text
    assert "![Loss by iteration](loss.svg)" in text
    assert "better on 4 and worse on 0 of 6 prompts: p = 0.12, a difference that is not" in text
    assert "| rank, read back | 8 |" in text


def test_one_whole_answer_is_shown_chosen_by_its_place(evaluated):
    text = markdown(make_report(evaluated))
    first = evaluation_of(evaluated).tuned.scores[0]

    assert first.text.strip() in text
    assert "whole answer to the first prompt" in text


def test_an_earlier_run_is_what_it_is_measured_against(evaluated, earlier):
    save_evaluation(evaluation_of(earlier), earlier)

    text = markdown(make_report(evaluated, earlier))

    assert "The earlier run is 2026-02-01-120000-small" in text
    assert "On `runnable-first` it passed every check in 4 of 6, 67% [30–90]" in text
    assert "6 prompts in common" in text
    assert "| setting | 2026-03-01-120000-small | 2026-02-01-120000-small |" in text


def test_an_earlier_run_that_nobody_looked_at_says_so(evaluated, earlier):
    assert "Nobody looked at an answer of it." in markdown(make_report(evaluated, earlier))


def test_a_run_is_not_compared_with_itself(evaluated):
    with pytest.raises(ConfigError, match="compared with another one"):
        make_report(evaluated, evaluated)


def test_a_run_without_a_result_has_no_report(evaluated):
    with pytest.raises(InputError, match="has no result yet"):
        make_report(edit(evaluated, "run.json", result=None))


def test_what_to_try_next_follows_from_what_was_seen(evaluated):
    text = markdown(make_report(evaluated)).split("## What to try next")[1]

    assert "Above about 4 repeats bring less" in text
    assert "lowest at iteration 150 (1.081) and 1.104 at the end" in text
    assert "`runnable-first` scored 6 prompts" in text
    assert "1 of 13 training rows were cut" in text
    assert not re.search(r"(?i)\b(must|always|guarantee|sweet spot|ready for production)\b", text)


def test_a_run_that_shows_nothing_suggests_little(evaluated):
    before = markdown(make_report(evaluated)).count("\n- ")
    (evaluated.folder / "events.jsonl").write_text("")
    for path in evaluated.folder.glob("evaluations/*"):
        path.unlink()

    after = markdown(make_report(evaluated)).split("## What to try next")[1]

    assert 0 < after.count("\n- ") < before


def test_html_is_one_file_that_loads_and_runs_nothing(evaluated):
    page = html(make_report(evaluated))

    assert page.count("<svg") == 1
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#)""", page)
    assert "default-src 'none'" in page
    assert "<table>" in page


def test_a_hostile_answer_stays_text_in_both_formats(evaluated):
    [path] = evaluated.folder.glob("evaluations/*.json")
    saved = json.loads(path.read_text())
    answer = "````\n<script>alert(1)</script>\n![x](http://elsewhere.example/x.png)\x1b[31m"
    saved["tuned"]["answers"][0] |= {"text": answer, "instruction": "<img src=x> | `a` \n# Big"}
    path.write_text(json.dumps(saved))

    report = make_report(evaluated)
    text, page = markdown(report), html(report)

    assert "\x1b" not in text + page
    assert "<script>" not in page
    assert "<img" not in page
    fences = [token for token in MarkdownIt().parse(text) if token.type == "fence"]
    assert any("<script>alert(1)</script>" in token.content for token in fences)
    headings = [token for token in MarkdownIt().parse(text) if token.type == "heading_open"]
    assert len(headings) == 8


def test_markdown_has_its_picture_beside_it(evaluated, tmp_path):
    written = write_report(make_report(evaluated), tmp_path / "r.md", kind="markdown")

    assert [path.name for path in written] == ["r.md", "r.svg"]
    assert "](r.svg)" in (tmp_path / "r.md").read_text()
    assert (tmp_path / "r.svg").read_text().startswith("<svg")


def test_the_same_files_give_the_same_report(evaluated):
    assert markdown(make_report(evaluated)) == markdown(make_report(read_run(evaluated.folder)))


def test_no_path_of_this_machine_is_in_it(evaluated, tmp_path):
    run = edit(evaluated, "run.json", model=str(tmp_path / "models/base"))

    report = make_report(run)

    assert str(tmp_path) not in markdown(report) + html(report)
    assert "`base`" in markdown(report)


def test_an_evaluation_that_draws_cannot_be_mixed_up_with_a_greedy_one(evaluated):
    one = evaluation_of(evaluated)
    drawn = replace(one, sampling=replace(one.sampling, temperature=0.5))
    save_evaluation(drawn, evaluated)

    text = markdown(make_report(evaluated))

    assert "greedy, up to" in text
    assert "at temperature 0.5" in text
