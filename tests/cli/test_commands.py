"""What each command prints, and how it ends."""

from __future__ import annotations

import json
import re

import pytest

from curator.lint import all_rules

BAD = {"instruction": "Sort a list.", "input": "", "output": "sorted(x)"}


def test_lint_of_clean_examples_says_so_and_prints_nothing(curator, write, good):
    write("mine.jsonl", [good(n) for n in range(3)])

    result = curator("lint", "mine.jsonl")

    assert (result.code, result.out) == (0, "")
    assert result.err == "No findings in 3 rows in 1 file (profile runnable-first).\n"


def test_lint_prints_one_line_a_finding_with_place_and_code(curator, write, good):
    write("mine.jsonl", [good(1), BAD])

    result = curator("lint", "mine.jsonl", "--format", "concise")

    assert result.code == 1
    assert all(re.match(r"mine\.jsonl:2 \S* ?[A-Z]{3}\d{3} ", x) for x in result.out.splitlines())
    assert "SEC001" in result.out
    assert "in 2 rows in 1 file" in result.err


def test_lint_as_json_is_a_list_of_findings(curator, write, good):
    write("mine.jsonl", [good(1), BAD])

    result = curator("lint", "mine.jsonl", "--format", "json")

    assert result.code == 1
    assert {"code", "severity", "message", "path", "line", "pointer", "start", "end"} <= set(
        result.json[0]
    )
    assert {finding["line"] for finding in result.json} == {2}


def test_lint_as_json_of_clean_examples_is_an_empty_list(curator, write, good):
    write("mine.jsonl", [good(1)])

    assert curator("lint", "mine.jsonl", "--format", "json").json == []


def test_lint_runs_the_selected_rules_only(curator, write):
    write("mine.jsonl", [BAD])

    def codes(*options):
        found = curator("lint", "mine.jsonl", "--format", "json", *options).json
        return {finding["code"] for finding in found}

    assert codes("--select", "SEC001") == {"SEC001"}
    assert codes() - codes("--ignore", "SEC") >= {"SEC001"}
    assert not any(code.startswith("SEC") for code in codes("--ignore", "SEC"))


def test_lint_follows_the_project_unless_it_is_told_otherwise(curator, write, tmp_path):
    write("mine.jsonl", [BAD])
    (tmp_path / "curator.toml").write_text('[lint]\nselect = ["REC"]\n')

    assert curator("lint", "mine.jsonl").code == 0
    assert curator("lint", "mine.jsonl", "--select", "SEC001").code == 1


def test_a_malformed_line_is_a_finding_and_the_rest_goes_on(curator, tmp_path, good):
    text = json.dumps(good(1)) + "\n{oh no\n" + json.dumps(good(2)) + "\n"
    (tmp_path / "mine.jsonl").write_text(text)

    result = curator("lint", "mine.jsonl", "--format", "json")

    assert result.code == 1
    assert [finding["line"] for finding in result.json] == [2]
    assert "3 rows" in result.err


def test_what_an_example_holds_cannot_drive_the_terminal(curator, write):
    hostile = "\x1b]52;c;ZXZpbA==\x07\x9b2J\u202e[red]"
    row = {"id": hostile, "instruction": hostile, "output": hostile, hostile: 1}
    write("mine.jsonl", [row])
    write("twice.jsonl", [row, row])

    for arguments in (["lint", "mine.jsonl"], ["dupes", "twice.jsonl"]):
        for style in ("text", "json"):
            result = curator(*arguments, "--format", style)
            assert result.code == 1
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.out + result.err)


def test_a_name_that_a_file_gives_itself_cannot_drive_the_terminal(curator, write, good, tmp_path):
    write("mine.jsonl", [good(1)])
    (tmp_path / "shape.toml").write_text(
        'name = "\\u001b[2J"\n[[section]]\nkey = "a"\ntitle = "Solution"\nrole = "prose"\n'
    )

    result = curator("lint", "mine.jsonl", "--profile", "shape.toml", "--select", "REC")

    assert "(profile ␛[2J)" in result.err


def test_json_keeps_letters_readable_where_they_are_harmless(curator, write):
    write("mine.jsonl", [{"id": "größe", **BAD}])

    assert "größe" in curator("lint", "mine.jsonl", "--format", "json").out


def test_rule_explains_one_rule_by_code_or_name(curator):
    by_code = curator("rule", "SEC001")

    assert by_code.code == 0
    assert by_code.out.startswith("SEC001 missing-section (error)")
    for part in ("Why it harms training", "Bad", "Good"):
        assert part in by_code.out
    assert curator("rule", "missing-section").out == by_code.out
    assert curator("rule", "SEC001", "--format", "json").json["code"] == "SEC001"


def test_rule_lists_all_of_them(curator):
    codes = [rule.code for rule in all_rules()]

    assert [line[:6] for line in curator("rule", "--all").out.splitlines()] == codes
    listed = curator("rule", "--all", "--format", "json").json
    assert [rule["code"] for rule in listed] == codes


@pytest.mark.parametrize("arguments", [[], ["SEC001", "--all"], ["SEC999"]])
def test_rule_wants_one_rule_or_all(curator, arguments):
    assert curator("rule", *arguments).code == 2


TWINS = [
    {"instruction": "Reverse the words of a sentence.", "output": "a"},
    {"instruction": "Parse a date in ISO format.", "output": "b"},
    {"instruction": "Reverse the words of the sentence.", "output": "c"},
]


def test_dupes_prints_each_pair_with_its_score(curator, write):
    write("mine.jsonl", TWINS)

    result = curator("dupes", "mine.jsonl")

    assert result.code == 1
    assert "mine.jsonl:1  mine.jsonl:3" in result.out
    assert "1 pair of twins in 1 cluster among 3 rows at 85 or above." in result.err


def test_dupes_as_json_has_pairs_clusters_and_figures(curator, write):
    write("mine.jsonl", TWINS)

    found = curator("dupes", "mine.jsonl", "--format", "json").json

    (pair,) = found["pairs"]
    assert (pair["a"]["line"], pair["b"]["line"]) == (1, 3)
    assert 85 <= pair["score"] < 100
    assert [[row["line"] for row in cluster] for cluster in found["clusters"]] == [[1, 3]]
    assert found["stats"]["rows"] == 3


def test_dupes_against_compares_with_the_others_only(curator, write):
    write("mine.jsonl", TWINS)
    write("base.jsonl", TWINS[1:2])

    result = curator("dupes", "mine.jsonl", "--against", "base.jsonl", "--format", "json")

    (pair,) = result.json["pairs"]
    assert (pair["a"]["path"], pair["b"]["path"]) == ("mine.jsonl", "base.jsonl")
    assert (pair["a"]["line"], pair["b"]["line"], pair["score"]) == (2, 1, 100.0)


def test_dupes_without_twins_ends_with_0(curator, write):
    write("mine.jsonl", TWINS)

    result = curator("dupes", "mine.jsonl", "--threshold", "99", "--scorer", "ratio")

    assert (result.code, result.out) == (0, "")
    assert "No twins among 3 rows" in result.err


def test_dupes_counts_what_it_could_not_read(curator, tmp_path):
    (tmp_path / "mine.jsonl").write_text('{"instruction": "a", "output": "b"}\n\n{\n')

    assert "1 row could not be read" in curator("dupes", "mine.jsonl").err


def test_mix_prints_the_plan_and_writes_the_mixture(curator, mixing, tmp_path):
    result = curator("mix", mixing, "--out", "mixtures/first")

    assert result.code == 0
    assert "train 27   valid 1   test 0" in result.out
    assert "29.6% curated" in result.out
    assert "Next: curator train mixtures/first" in result.err
    assert len((tmp_path / "mixtures/first/train.jsonl").read_text().splitlines()) == 27


def test_mix_dry_run_writes_nothing(curator, mixing, tmp_path):
    before = sorted(tmp_path.rglob("*"))

    result = curator("mix", mixing, "--dry-run", "--out", "mixtures/first")

    assert result.code == 0
    assert "Nothing was written" in result.err
    assert sorted(tmp_path.rglob("*")) == before


def test_mix_as_json_tells_shares_exposures_and_checks(curator, mixing):
    told = curator(
        "mix", mixing, "--dry-run", "--format", "json", "--iters", 54, "--batch-size", 2
    ).json

    assert (told["train"], told["valid"], told["test"]) == (27, 1, 0)
    assert told["curated"] == {
        "examples": 4,
        "training": 4,
        "rows": 8,
        "share": pytest.approx(8 / 27, abs=1e-6),
        "text_share": pytest.approx(told["curated"]["text_share"]),
        "exposures": pytest.approx(54 * 2 / 27 * 2, abs=1e-4),
    }
    assert {"curated-train", "share", "validation", "exposures"} <= {
        check["code"] for check in told["checks"]
    }


def test_mix_that_a_check_stands_in_the_way_of_ends_with_1_and_writes_nothing(
    curator, mixing, tmp_path
):
    mixing.write_text(mixing.read_text().replace("repeat = 2", "limit = 2"))

    result = curator("mix", mixing, "--out", "out")

    assert result.code == 1
    assert "2 of 4 curated examples train" in result.out
    assert "--allow curated-train" in result.err
    assert not (tmp_path / "out").exists()

    assert curator("mix", mixing, "--out", "out", "--allow", "curated-train").code == 0
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_mix_without_a_place_to_write_to_asks_for_one(curator, mixing):
    result = curator("mix", mixing)

    assert result.code == 2
    assert "--out" in result.err
    assert result.out == ""


def test_doctor_looks_at_everything_and_says_what_to_do(curator, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_TOKEN", "hf_secretsecret")
    monkeypatch.setenv("CURATOR_CACHE_DIR", str(tmp_path))
    (tmp_path / "completions.sqlite").write_bytes(bytes(1_500_000))
    (tmp_path / "of-somebody-else").write_bytes(bytes(1_500_000))

    result = curator("doctor", "--format", "json")

    lines = {line["name"]: line for line in result.json}
    assert set(lines) == {"Python", "MLX", "BLAS", "Sandbox", "Hub token", "Cache", "Terminal"}
    assert all(line["advice"] for line in lines.values() if line["state"] == "bad")
    assert "Present" in lines["Hub token"]["found"]
    assert "hf_secretsecret" not in result.out + result.err
    assert "1.5 MB of answers and findings that may be deleted, in" in lines["Cache"]["found"]
    assert result.code == (1 if "bad" in {line["state"] for line in lines.values()} else 0)


def test_runs_without_a_run_says_how_to_make_one(curator):
    result = curator("runs")

    assert (result.code, result.out) == (0, "")
    assert "curator train" in result.err
    assert curator("runs", "--format", "json").json == []
