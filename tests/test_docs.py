"""The documentation says what the code does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

import curator
from curator.config import parse_toml
from curator.settings import Settings

ROOT = Path(__file__).parent.parent
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_examples_of_the_api_page_run_in_order(tmp_path: Path) -> None:
    blocks = _BLOCK.findall((ROOT / "docs/api.md").read_text("utf-8"))
    assert len(blocks) >= 8
    script = tmp_path / "page.py"
    script.write_text("\n".join(blocks), "utf-8")
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        [sys.executable, script], cwd=work, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_every_public_name_can_be_imported() -> None:
    assert sorted(curator.__all__) == sorted([*curator._HOMES, "__version__"])
    for name in curator.__all__:
        assert getattr(curator, name) is not None


def test_every_public_name_is_on_the_api_page() -> None:
    page = (ROOT / "docs/api.md").read_text("utf-8")
    documented_elsewhere = {"__version__", "run_program", "find_project", "lint_rows"}
    missing = [n for n in curator.__all__ if n not in page and n not in documented_elsewhere]
    assert missing == []


def test_the_readme_shows_only_commands_that_exist() -> None:
    from curator.cli.app import COMMANDS

    page = (ROOT / "README.md").read_text("utf-8")
    shown = set(re.findall(r"^(?:\$ )?curator ([a-z]+)", page, re.MULTILINE))
    assert shown
    assert shown <= set(COMMANDS)


def _links(page: Path) -> set[Path]:
    """Return the files of this repository that a page links to."""
    text = re.sub(r"^(`{3,}).*?^\1", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^)\s#]+)[^)]*\)", text)
    return {(page.parent / name).resolve() for name in targets if ":" not in name}


def test_every_link_of_a_page_leads_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").rglob("*.md")]
    broken = [
        (page.name, link.name) for page in pages for link in _links(page) if not link.exists()
    ]
    assert broken == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md" and page.exists():
            reached.add(page)
            waiting += _links(page)
    assert sorted({*(ROOT / "docs").rglob("*.md")} - reached) == []


def test_nothing_in_the_tree_names_this_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    # /root and /home are where any Linux keeps its homes; this checkout is ours alone.
    needle = re.compile(rb"(?<![\w.])" + re.escape(str(ROOT).encode()) + rb"(?!\w)")
    assert listed
    for name in listed:
        path = ROOT / name
        if path.is_file():
            assert not needle.search(path.read_bytes()), name


def test_the_settings_page_has_every_key_with_its_default() -> None:
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", page, re.MULTILINE))
    assert listed == dict(_settings(Settings()))


def test_the_example_of_the_settings_page_is_valid() -> None:
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    [text] = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert parse_toml(text, Settings).twins.threshold == 80


def _settings(value: msgspec.Struct, table: str = "") -> Iterator[tuple[str, str]]:
    for field in msgspec.structs.fields(value):
        setting = getattr(value, field.name)
        if isinstance(setting, msgspec.Struct):
            yield from _settings(setting, f"[{field.encode_name}] ")
        elif isinstance(setting, dict):
            inside = f"{table[1:-2]}." if table else ""
            yield f"[{inside}{field.encode_name}]", json.dumps(setting)
        else:
            yield f"{table}{field.encode_name}", json.dumps(setting)
