"""Sheets as Markdown and HTML: the same cells, and text of strangers stays text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from curator.evaluate import Contamination, Evaluation, Prompt, Side, checks_of, score
from curator.evaluate.render import failing_first, to_html, to_markdown
from curator.evaluate.sheets import Sheet, evaluation_sheets
from curator.example import load_profile
from tests.evaluate.test_score import answer

PROFILE = load_profile()
NASTY = "</td><script>alert(1)</script>|\n\n# Heading `x` **b** \x1b[2J [l](http://x) \u202e"


@pytest.fixture
def evaluation():
    prompts = [Prompt(f"p{number}{NASTY}", NASTY, tags=("lists",)) for number in range(3)]
    texts = (NASTY, answer(), "### Solution")
    scores = tuple(score(p, text, PROFILE) for p, text in zip(prompts, texts, strict=True))
    return Evaluation(
        suite=f"suite {NASTY}",
        model="m",
        adapter=None,
        n=3,
        contaminated=(Contamination(NASTY, 90.0, 0, NASTY),),
        contamination_checked=True,
        base=Side("base", checks_of(PROFILE), scores),
        tuned=None,
        not_run=NASTY,
    )


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.open = []
        self.seen = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_page_is_whole_and_holds_no_text_of_a_stranger_as_markup(evaluation):
    page = to_html(evaluation_sheets(evaluation, tags=True), answers=[evaluation])

    tags = Tags(page)
    assert tags.open == []
    assert "script" not in tags.seen
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "http" not in page.replace("[l](http://x)", "")
    assert tags.seen.count("details") == 3


def test_the_page_shows_failing_answers_first_with_their_findings(evaluation):
    page = to_html((), answers=[evaluation])

    assert page.index("p0") < page.index("p2") < page.index("p1")
    assert "SEC001" in page


def test_markdown_is_one_table_whatever_the_texts_say(evaluation):
    sheets = evaluation_sheets(evaluation)
    html = MarkdownIt("commonmark").enable("table").render(to_markdown(sheets))

    assert html.count("<table>") == 1
    assert html.count("<tr>") == 1 + len(sheets[0].rows)
    assert "<script" not in html
    assert "<h1" not in html
    assert "<a " not in html


def test_cells_are_the_same_in_both():
    sheet = Sheet("t", ("a", "b"), (("x|y", "1"), ("z", "2")), frozenset({1}), ("A  run",))

    assert to_markdown([sheet]).splitlines()[4:] == [
        "| a | b |",
        "|---|---|",
        "| x\\|y | 1 |",
        "| **z** | 2 |",
    ]
    assert "<td>x|y</td><td>1</td>" in to_html([sheet])
    assert "A  run" in to_html([sheet])


def test_fewest_checks_passed_come_first(evaluation):
    order = [one.prompt.id[:2] for one in failing_first(evaluation.base.scores)]
    assert order == ["p0", "p2", "p1"]
