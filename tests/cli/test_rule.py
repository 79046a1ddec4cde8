"""`curator rule`: the rule book on the command line."""

from __future__ import annotations

from curator.lint import all_rules
from curator.lint.pages import stale_pages
from tests.lint.test_scan import OWN_RULE


def test_a_page_as_text_json_and_markdown(curator):
    text = curator("rule", "cod013").out
    assert text.startswith("COD013 long-line (info)")
    assert "Option length = null\nHow many characters a line may have; by default" in text
    page = curator("rule", "COD003", "--format", "json").json
    assert page["options"] == []
    [option] = curator("rule", "TXT001", "--format", "json").json["options"]
    assert option["name"] == "words"
    assert option["default"] == 2
    assert curator("rule", "long-line", "--format", "markdown").out.startswith("# COD013 long-line")


def test_the_list_has_every_rule(curator):
    lines = curator("rule", "--all").out.splitlines()
    assert [line[:6] for line in lines] == [rule.code for rule in all_rules()]
    listed = curator("rule", "--all", "--format", "json").json
    assert [page["code"] for page in listed] == [rule.code for rule in all_rules()]


def test_the_book_is_written_into_a_folder(curator, tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "OLD001.md").write_text("gone")
    assert curator("rule", "--all", "--format", "markdown", "--out", "book").code == 0
    assert stale_pages(tmp_path / "book", all_rules()) == []


def test_out_without_the_whole_book_is_refused(curator):
    result = curator("rule", "SEC001", "--out", "book")
    assert result.code == 2
    assert "--all" in result.err


def test_rules_of_the_project_are_in_the_book(curator, tmp_path):
    (tmp_path / "own.py").write_text(OWN_RULE)
    (tmp_path / "curator.toml").write_text('[lint]\nrules = ["own.py"]\n')
    assert curator("rule", "OWN001").out.startswith("OWN001 marble (warning)")
    assert "OWN001" in curator("rule", "--all").out
