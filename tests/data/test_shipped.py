"""What ships as data holds what it promises.

The examples are the product's own argument: they are read byte for byte, run, run again with
emptied solutions, and compared with each other and with the suites that judge training. Nothing
of Curator is imported, so that a mistake in our rules cannot hide one in our examples.
"""

from __future__ import annotations

import ast
import io
import json
import re
import subprocess
import sys
import tokenize
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz import fuzz, process

ROOT = Path(__file__).parents[2]
CURATED = ROOT / "data/custom/perfect_examples.jsonl"
BASE = ROOT / "data/raw/sample.jsonl"
RUNNER = Path(__file__).with_name("many_programs.py")
SUITES = sorted((ROOT / "src/curator/evaluate/suites").glob("*.toml"))

FENCE = r"```python\n((?:(?!```)[^\n]*\n)+)```\n"
SHAPE = re.compile(rf"### Solution\n\n{FENCE}\n### Usage\n\n{FENCE}\n### Sanity test\n\n{FENCE}")
PRINTED = "# Output: "
MOST_COLUMNS = 88
# Long enough for any example, short enough for a mutant that waits for ever.
SECONDS = 5


@dataclass(frozen=True)
class Ran:
    """How one program ended."""

    code: int
    stdout: str
    stderr: str


def read_rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_prompts(path: Path) -> list[dict[str, object]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))["prompt"]


def question(row: dict[str, object]) -> str:
    return f"{row['instruction']}\n{row.get('input', '')}".strip()


def whole(row: dict[str, object]) -> str:
    return f"{question(row)}\n{row['output']}"


def sections(row: dict[str, object]) -> tuple[str, str, str]:
    match = SHAPE.fullmatch(str(row["output"]))
    assert match is not None, f"{row['id']} has another shape"
    solution, usage, test = match.groups()
    return solution, usage, test


def emptied(solution: str) -> str:
    """Return the solution with every function and method returning None at once."""
    tree = ast.parse(solution)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [ast.Return(ast.Constant(None))]
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def promised_output(usage: str) -> list[str]:
    """Return what the true comments of a Usage section say, not what its strings do."""
    return [
        token.string.removeprefix(PRINTED)
        for token in tokenize.generate_tokens(io.StringIO(usage).readline)
        if token.type == tokenize.COMMENT and token.string.startswith(PRINTED)
    ]


def names_defined(solution: str) -> set[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in ast.parse(solution).body if isinstance(node, kinds)}


def closest(one: list[str], scorer: object, other: list[str] | None = None):
    """Return the highest score of a pair and where it was found, within one list or across two."""
    scores = process.cdist(one, one if other is None else other, scorer=scorer)
    if other is None:
        np.fill_diagonal(scores, 0)
    row, column = divmod(int(scores.argmax()), scores.shape[1])
    return float(scores[row, column]), row, column


EXAMPLES = read_rows(CURATED)
ROWS = read_rows(BASE)
PROMPTS = [prompt for path in SUITES for prompt in read_prompts(path)]
each_example = pytest.mark.parametrize("row", EXAMPLES, ids=[str(row["id"]) for row in EXAMPLES])


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Ran]:
    """Every program of every example, run once, two at a time."""
    programs = {}
    for row in EXAMPLES:
        solution, usage, test = sections(row)
        programs[str(row["id"]), "test"] = solution + test
        programs[str(row["id"]), "usage"] = solution + usage
        programs[str(row["id"]), "emptied"] = emptied(solution) + test

    def run(share: list[str], folder: Path) -> list[Ran]:
        done = subprocess.run(
            [sys.executable, "-I", "-W", "error", str(RUNNER), str(folder), str(SECONDS)],
            input=json.dumps(share),
            capture_output=True,
            encoding="utf-8",
            cwd=folder,
            check=True,
        )
        return [Ran(*outcome) for outcome in json.loads(done.stdout)]

    sources = list(programs.values())
    halves = [sources[::2], sources[1::2]]
    folders = [tmp_path_factory.mktemp(f"half{number}") for number in range(2)]
    outcomes: list[Ran] = [Ran(-1, "", "")] * len(sources)
    with ThreadPoolExecutor(2) as pool:
        outcomes[::2], outcomes[1::2] = pool.map(run, halves, folders)
    return dict(zip(programs, outcomes, strict=True))


@pytest.mark.parametrize("path", [CURATED, BASE], ids=lambda path: path.name)
def test_a_file_is_utf8_lines_with_one_final_newline(path):
    text = path.read_bytes().decode("utf-8")
    assert text.endswith("}\n")
    assert "\r" not in text
    for line in text[:-1].split("\n"):
        assert line == json.dumps(json.loads(line), ensure_ascii=False)


def test_there_are_enough_examples_rows_and_prompts():
    counts = {path.stem: len(read_prompts(path)) for path in SUITES}
    assert len(EXAMPLES) >= 128
    assert len(ROWS) >= 300
    assert counts["runnable-first"] >= 24
    assert counts["control"] >= 8


def test_ids_are_unique_slugs():
    for rows in (EXAMPLES, *map(read_prompts, SUITES)):
        ids = [str(row["id"]) for row in rows]
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in ids)


def test_a_base_row_has_the_three_plain_keys_and_an_answer():
    for row in ROWS:
        assert list(row) == ["instruction", "input", "output"]
        assert str(row["instruction"]).strip()
        assert str(row["output"]).strip()
        assert "###" not in str(row["output"])


@each_example
def test_an_example_has_its_keys_in_order(row):
    assert list(row) == ["id", "tags", "instruction", "input", "output"]
    assert row["tags"]
    assert all(tag == tag.strip().lower() and tag for tag in row["tags"])
    assert row["instruction"].strip() == row["instruction"] != ""
    assert row["instruction"][-1] in ".?!"


@each_example
def test_an_output_has_exactly_the_three_sections(row):
    parts = sections(row)
    assert all(part.strip() for part in parts)
    assert max(len(line) for part in parts for line in part.splitlines()) <= MOST_COLUMNS
    assert not any(line != line.rstrip() for part in parts for line in part.splitlines())


@each_example
def test_a_solution_is_typed_documented_and_standard_library_only(row):
    tree = ast.parse(sections(row)[0])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert all(name.name.split(".")[0] in sys.stdlib_module_names for name in node.names)
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] in sys.stdlib_module_names
    classes = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name[0] != "_"]
    public = [
        node
        for holder in [tree, *classes]
        for node in holder.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and (not node.name.startswith("_") or node.name.startswith("__"))
    ]
    assert public
    for node in public:
        text = ast.get_docstring(node)
        assert text, f"{node.name} has no docstring"
        if isinstance(node, ast.ClassDef):
            continue
        assert node.returns is not None, node.name
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        named = [arg for arg in given if arg.arg not in {"self", "cls"}]
        for arg in filter(None, [*named, node.args.vararg, node.args.kwarg]):
            assert arg.annotation is not None, f"{node.name}({arg.arg})"
            assert re.search(rf"^ +\*{{0,2}}{arg.arg}: ", text, re.MULTILINE), (
                f"{node.name}({arg.arg})"
            )
        if ast.unparse(node.returns) not in {"None", "Never", "NoReturn"}:
            assert re.search(r"^(Returns|Yields):$", text, re.MULTILINE), node.name


@each_example
def test_a_sanity_test_has_three_asserts_and_calls_the_solution(row):
    solution, _, test = sections(row)
    nodes = list(ast.walk(ast.parse(test)))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    assert sum(isinstance(node, ast.Assert) for node in nodes) >= 3
    assert used & names_defined(solution)


@each_example
def test_a_program_passes_its_own_test_in_silence(row, ran):
    assert ran[row["id"], "test"] == Ran(0, "", "")


@each_example
def test_usage_prints_what_its_comments_say(row, ran):
    promised = promised_output(sections(row)[1])
    outcome = ran[row["id"], "usage"]
    assert outcome.stderr == ""
    assert promised
    assert outcome.stdout.splitlines() == promised


@each_example
def test_a_sanity_test_fails_once_the_solution_is_emptied(row, ran):
    assert ran[row["id"], "emptied"].code != 0


def test_no_two_examples_are_twins():
    score, one, other = closest([question(row) for row in EXAMPLES], fuzz.ratio)
    assert score < 80, (EXAMPLES[one]["id"], EXAMPLES[other]["id"])


def test_no_two_base_rows_are_twins():
    for read in (question, whole):
        score, one, other = closest([read(row) for row in ROWS], fuzz.ratio)
        assert score < 85, (ROWS[one]["instruction"], ROWS[other]["instruction"])


def test_no_base_row_is_the_twin_of_an_example():
    score, one, other = closest(
        [question(row) for row in EXAMPLES], fuzz.ratio, [question(row) for row in ROWS]
    )
    assert score < 80, (EXAMPLES[one]["id"], ROWS[other]["instruction"])


@pytest.mark.parametrize(
    ("scorer", "limit"),
    [(fuzz.ratio, 70), (fuzz.token_set_ratio, 90)],
    ids=["ratio", "token_set_ratio"],
)
def test_no_prompt_of_a_suite_resembles_training_data(scorer, limit):
    known = [question(row) for row in [*EXAMPLES, *ROWS]]
    asked = [question(prompt) for prompt in PROMPTS]
    score, one, other = closest(asked, scorer, known)
    assert score < limit, (PROMPTS[one]["id"], known[other])


def test_no_prompt_asks_for_a_name_that_an_example_defines():
    taught = {name.lower() for row in EXAMPLES for name in names_defined(sections(row)[0])}
    for prompt in PROMPTS:
        slug = str(prompt["id"])
        assert slug.replace("-", "_") not in taught
        assert slug.replace("-", "") not in taught
        assert not taught & set(re.findall(r"\w+(?=\()", str(prompt["instruction"]).lower()))


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.stem)
def test_a_suite_says_what_it_is(path):
    suite = tomllib.loads(path.read_text(encoding="utf-8"))
    assert suite["name"] == path.stem
    assert suite["profile"] == "runnable-first"
    assert suite["description"].endswith("?")
    for prompt in suite["prompt"]:
        assert set(prompt) - {"input"} == {"id", "instruction", "tags"}
        assert prompt["instruction"].strip()
        assert prompt["tags"]


@pytest.mark.parametrize(
    "solution",
    ["def f(x):\n    return x\n", "class A:\n    async def f(self):\n        return 1\n"],
)
def test_emptying_leaves_no_body(solution):
    assert "return None" in emptied(solution)
    assert "return x" not in emptied(solution)
    assert "return 1" not in emptied(solution)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text + "\n",
        lambda text: "Sure!\n" + text,
        lambda text: text.replace("### Usage", "## Usage"),
        lambda text: text.replace("```python", "```py", 1),
    ],
    ids=["blank line at the end", "chat first", "another level", "another tag"],
)
def test_the_shape_is_exact(spoil):
    assert SHAPE.fullmatch(spoil(str(EXAMPLES[0]["output"]))) is None
