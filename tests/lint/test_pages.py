"""The written rule book says what the rules say."""

from __future__ import annotations

import re
from pathlib import Path

from curator.lint import all_rules
from curator.lint.pages import book_markdown, options_of, page_json, page_markdown, stale_pages

ROOT = Path(__file__).parents[2]


def test_the_pages_in_the_repository_are_not_stale():
    """`curator rule --all --format markdown --out docs/rules` writes them anew."""
    assert stale_pages(ROOT / "docs/rules", all_rules()) == []


def test_a_stale_a_missing_and_a_left_over_page_are_found(tmp_path: Path):
    for name, text in book_markdown(all_rules()).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert stale_pages(tmp_path, all_rules()) == []
    (tmp_path / "SEC001.md").write_text("old", encoding="utf-8")
    (tmp_path / "SEC002.md").unlink()
    (tmp_path / "SEC999.md").write_text("gone", encoding="utf-8")
    assert stale_pages(tmp_path, all_rules()) == ["SEC001.md", "SEC002.md", "SEC999.md"]


def test_a_page_has_every_part():
    for rule in all_rules():
        page = page_markdown(rule)
        for part in ("## Why it harms training", "## Bad", "## Good"):
            assert part in page
        assert ("## Fix" in page) == bool(rule.fix_safety)
        assert ("## Options" in page) == bool(options_of(rule))
        bad, good = page_json(rule)["bad"], page_json(rule)["good"]
        assert bad != good or rule.scope in ("run", "set")


def test_no_page_shows_a_whole_secret():
    whole = re.compile(r"AKIA[A-Z2-7]{16}|ghp_\w{36}|sk_live_\w{20}|4539 5787 6362 1486")
    for rule in all_rules():
        assert not whole.search(page_markdown(rule)), rule.code
