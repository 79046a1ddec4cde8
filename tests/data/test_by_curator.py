"""The shipped examples by Curator's own measure: every rule at its strictest, every run sealed.

`test_shipped` asks the same set without Curator, so that neither can hide a mistake of the other.
"""

from __future__ import annotations

import json
import shutil

import pytest

from curator.evaluate import builtin_suites
from curator.sandbox import probe
from tests.data.page import curator
from tests.data.test_shipped import CURATED, EXAMPLES

STRICTEST = f"""\
[lint]
suites = {json.dumps(builtin_suites())}

[lint.options]
COD013 = {{ length = 88 }}
SET002 = {{ threshold = 80 }}
SET005 = {{ threshold = 75 }}
SET006 = {{ share = 0.25 }}
SET007 = {{ share = 0, least = 1 }}

[twins]
threshold = 80
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("shipped")
    (made / "curator.toml").write_text(STRICTEST)
    shutil.copy(CURATED, made / "examples.jsonl")
    return made


def test_there_are_no_findings_and_every_test_passes_sealed_and_means_something(folder):
    if not probe().sealed:
        pytest.skip("there is no sandbox here")
    done = curator(folder, "lint", "examples.jsonl", "--run", "--no-cache", "--fail-on", "info")
    assert (done.returncode, done.stdout) == (0, "")
    assert f"No findings in {len(EXAMPLES)} rows" in done.stderr


@pytest.mark.parametrize("on", ["instruction", "output", "both"])
def test_there_are_no_twins_at_80_by_any_scorer(folder, on):
    done = curator(folder, "dupes", "examples.jsonl", "--on", on, "--scorer", "all")
    assert (done.returncode, done.stdout) == (0, "")
    assert "at 80 or above" in done.stderr


def test_the_settings_are_strict_enough_to_find_something(folder):
    prompt = EXAMPLES[0] | {"id": "twin", "instruction": f"Please: {EXAMPLES[0]['instruction']}"}
    rows = [EXAMPLES[0], prompt]
    (folder / "twins.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert curator(folder, "dupes", "twins.jsonl").returncode == 1
    assert "SET002" in curator(folder, "lint", "twins.jsonl").stdout
