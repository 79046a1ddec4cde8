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
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from tests.data.page import spread

ROOT = Path(__file__).parents[2]
CURATED = ROOT / "data/custom/perfect_examples.jsonl"
BASE = ROOT / "data/raw/sample.jsonl"
RUNNER = Path(__file__).with_name("many_programs.py")
SUITES = sorted((ROOT / "src/curator/evaluate/suites").glob("*.toml"))

FENCE = r"```python\n((?:(?!```)[^\n]*\n)+)```\n"
SHAPE = re.compile(rf"### Solution\n\n{FENCE}\n### Usage\n\n{FENCE}\n### Sanity test\n\n{FENCE}")
PRINTED = "# Output: "
MOST_COLUMNS = 88
MOST_LINES = 50
MOST_OF_A_KIND = 4
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


def names_defined(code: str) -> set[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in ast.parse(code).body if isinstance(node, kinds)}


def public_definitions(
    solution: str,
) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    tree = ast.parse(solution)
    classes = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name[0] != "_"]
    return [
        node
        for holder in [tree, *classes]
        for node in holder.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and (not node.name.startswith("_") or node.name.startswith("__"))
    ]


def statements(solution: str) -> int:
    """Count what a solution does within its functions, its docstrings and headers apart."""
    held = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    functions = [n for n in ast.walk(ast.parse(solution)) if isinstance(n, held)]
    inside = {
        node
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.stmt) and not isinstance(node, held)
    }
    return sum(not isinstance(getattr(node, "value", None), ast.Constant) for node in inside)


def closest(one: list[str], scorer: object, other: list[str] | None = None):
    """Return the highest score of a pair and where it was found, within one list or across two."""
    scores = process.cdist(one, one if other is None else other, scorer=scorer, workers=2)
    if other is None:
        np.fill_diagonal(scores, 0)
    row, column = divmod(int(scores.argmax()), scores.shape[1])
    return float(scores[row, column]), row, column


EXAMPLES = read_rows(CURATED)
ROWS = read_rows(BASE)
PROMPTS = [prompt for path in SUITES for prompt in read_prompts(path)]


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
    for number, line in enumerate(text[:-1].split("\n"), start=1):
        assert line == json.dumps(json.loads(line), ensure_ascii=False), f"line {number}"


def test_there_are_enough_examples_rows_and_prompts():
    counts = {path.stem: len(read_prompts(path)) for path in SUITES}
    assert len(EXAMPLES) >= 128
    assert len(ROWS) >= 620
    assert (counts.pop("runnable-first"), counts.pop("control")) == (120, 60)
    assert all(count >= 100 for count in counts.values()), "a suite too small to measure with"


def test_the_examples_are_spread_over_every_kind():
    counts = spread(row["tags"] for row in EXAMPLES)
    thin = {kind: count for kind, count in counts.items() if count < 8}
    assert not thin
    known = sum(bool(set(spread([row["tags"]]).values()) - {0}) for row in EXAMPLES)
    assert known >= len(EXAMPLES) - 5, "the tags of many examples belong to no kind"


def test_ids_are_unique_slugs():
    for rows in (EXAMPLES, *map(read_prompts, SUITES)):
        ids = [str(row["id"]) for row in rows]
        assert sorted(set(ids)) == sorted(ids)
        for name in ids:
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name), name


def test_a_base_row_has_the_three_plain_keys_and_an_answer():
    for number, row in enumerate(ROWS, start=1):
        assert list(row) == ["instruction", "input", "output"], number
        assert str(row["instruction"]).strip(), number
        assert str(row["output"]).strip(), number
        assert not re.search(r'^#{2,}|"""|```', str(row["output"]), re.MULTILINE), number


def test_an_example_has_its_keys_in_order():
    for row in EXAMPLES:
        assert list(row) == ["id", "tags", "instruction", "input", "output"], row["id"]
        assert row["tags"], row["id"]
        assert all(tag == tag.strip().lower() and tag for tag in row["tags"]), row["id"]
        assert row["instruction"].strip() == row["instruction"] != "", row["id"]
        assert row["instruction"][-1] in ".?!", row["id"]


def test_an_output_has_exactly_the_three_sections():
    for row in EXAMPLES:
        parts = sections(row)
        assert all(part.strip() for part in parts), row["id"]
        for line in [line for part in parts for line in part.splitlines()]:
            assert len(line) <= MOST_COLUMNS, (row["id"], line)
            assert line == line.rstrip(), (row["id"], line)


def test_the_code_is_formatted_as_ruff_formats(tmp_path):
    for row in EXAMPLES:
        for number, part in enumerate(sections(row)):
            (tmp_path / f"{row['id']}-{number}.py").write_text(part, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(tmp_path)],
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_solutions_go_from_a_single_line_to_about_forty():
    lengths: dict[object, int] = {}
    code: dict[object, int] = {}
    for row in EXAMPLES:
        solution = sections(row)[0]
        lengths[row["id"]] = len(solution.splitlines())
        code[row["id"]] = statements(solution)
    assert max(lengths.values()) <= MOST_LINES, max(lengths, key=lengths.get)
    assert min(code.values()) == 1, "nothing is as simple as one line"
    assert sum(length > 30 for length in lengths.values()) >= 30
    assert sum(length <= 22 for length in lengths.values()) >= 30


def test_no_more_than_four_instructions_or_functions_begin_alike():
    openings, names = defaultdict(list), defaultdict(list)
    for row in EXAMPLES:
        openings[re.findall(r"\w+", row["instruction"].lower())[0]].append(row["id"])
        for name in names_defined(sections(row)[0]):
            names[name.split("_")[0]].append(row["id"])
    assert not {word: ids for word, ids in openings.items() if len(ids) > MOST_OF_A_KIND}
    assert not {word: ids for word, ids in names.items() if len(set(ids)) > MOST_OF_A_KIND}


def faults_of_documentation(node: ast.stmt) -> Iterator[str]:
    text = ast.get_docstring(node) or ""
    if not text:
        yield "no docstring"
    if isinstance(node, ast.ClassDef):
        return
    if node.returns is None:
        yield "no return type"
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    named = [arg for arg in given if arg.arg not in {"self", "cls"}]
    for arg in filter(None, [*named, node.args.vararg, node.args.kwarg]):
        if arg.annotation is None:
            yield f"{arg.arg} has no type"
        if not re.search(rf"^ +\*{{0,2}}{arg.arg}: ", text, re.MULTILINE):
            yield f"{arg.arg} is not explained"
    returned = ast.unparse(node.returns) if node.returns else "None"
    said = re.search(r"^(Returns|Yields):$", text, re.MULTILINE)
    if returned not in {"None", "Never", "NoReturn"} and not said:
        yield "what it returns is not said"


def test_a_solution_is_typed_and_documented():
    for row in EXAMPLES:
        public = public_definitions(sections(row)[0])
        assert public, row["id"]
        for node in public:
            assert list(faults_of_documentation(node)) == [], (row["id"], node.name)


def test_a_solution_needs_the_standard_library_only():
    for row in EXAMPLES:
        for node in ast.walk(ast.parse("".join(sections(row)))):
            if isinstance(node, ast.Import):
                used = {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                used = {(node.module or "").split(".")[0]}
            else:
                continue
            assert used <= sys.stdlib_module_names, row["id"]


def test_a_sanity_test_has_three_asserts_and_calls_the_solution():
    for row in EXAMPLES:
        solution, _, test = sections(row)
        nodes = list(ast.walk(ast.parse(test)))
        used = {node.id for node in nodes if isinstance(node, ast.Name)}
        assert sum(isinstance(node, ast.Assert) for node in nodes) >= 3, row["id"]
        assert used & names_defined(solution), row["id"]


def last_within(body: list[ast.stmt]) -> ast.stmt:
    """Return the statement that ends a block, looked for inside of with blocks."""
    last = body[-1]
    return last_within(last.body) if isinstance(last, ast.With | ast.AsyncWith) else last


def complains(last: ast.stmt) -> bool:
    """Say whether a block that ends so cannot be taken for one in which all was well."""
    if isinstance(last, ast.Raise):
        return last.exc is None or "AssertionError" in ast.dump(last.exc)
    return isinstance(last, ast.Return | ast.Continue)


def excuses(test: str) -> Iterator[ast.Try | ast.TryStar]:
    """Return every try that would be content as well if no error came."""
    for node in ast.walk(ast.parse(test)):
        if isinstance(node, ast.Try | ast.TryStar) and node.handlers and not node.orelse:
            ends = [last_within(node.body), *(handler.body[-1] for handler in node.handlers)]
            if not any(map(complains, ends)):
                yield node


def test_an_expected_error_that_does_not_come_is_noticed():
    unnoticed = {row["id"]: node.lineno for row in EXAMPLES for node in excuses(sections(row)[2])}
    assert not unnoticed


@pytest.mark.parametrize(
    "test",
    [
        "try:\n    f()\nexcept ValueError:\n    assert True",
        "try:\n    f()\nexcept* ValueError as group:\n    assert group",
        "try:\n    with f():\n        raise OSError\nexcept OSError:\n    assert True",
    ],
    ids=["plain", "a group", "raised within the block"],
)
def test_a_try_without_an_else_is_an_excuse(test):
    assert list(excuses(test))
    assert not list(excuses(f"{test}\nelse:\n    raise AssertionError"))


def test_every_program_passes_its_own_test_in_silence(ran):
    for row in EXAMPLES:
        assert ran[row["id"], "test"] == Ran(0, "", ""), row["id"]


def test_usage_prints_what_its_comments_say(ran):
    for row in EXAMPLES:
        promised = promised_output(sections(row)[1])
        outcome = ran[row["id"], "usage"]
        assert outcome.stderr == "", row["id"]
        assert promised, row["id"]
        assert outcome.stdout.splitlines() == promised, row["id"]


def test_every_sanity_test_fails_once_the_solution_is_emptied(ran):
    assert [row["id"] for row in EXAMPLES if ran[row["id"], "emptied"].code == 0] == []


def test_no_two_examples_are_twins():
    score, one, other = closest([question(row) for row in EXAMPLES], fuzz.ratio)
    assert score < 80, (EXAMPLES[one]["id"], EXAMPLES[other]["id"])


@pytest.mark.parametrize("read", [question, whole])
def test_no_two_base_rows_are_twins(read):
    score, one, other = closest([read(row) for row in ROWS], fuzz.ratio)
    assert score < 85, (ROWS[one]["instruction"], ROWS[other]["instruction"])


def test_no_base_row_is_the_twin_of_an_example():
    score, one, other = closest(
        [question(row) for row in EXAMPLES], fuzz.ratio, [question(row) for row in ROWS]
    )
    assert score < 80, (EXAMPLES[one]["id"], ROWS[other]["instruction"])


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.stem)
def test_no_prompt_of_a_suite_resembles_training_data(path):
    known = [question(row) for row in [*EXAMPLES, *ROWS]]
    prompts = read_prompts(path)
    # Generated prompts are short and begin like many rows; those written by hand need not.
    limits = {fuzz.ratio: 80 if path.stem == "tiny" else 70, fuzz.token_set_ratio: 90}
    for scorer, limit in limits.items():
        score, one, other = closest([question(prompt) for prompt in prompts], scorer, known)
        assert score < limit, (prompts[one]["id"], known[other])


def test_no_prompt_asks_for_a_name_that_training_data_define():
    taught = {name.lower() for row in EXAMPLES for name in names_defined(sections(row)[0])}
    plain = {name for row in ROWS for name in re.findall(r"\bdef (\w+)", str(row["output"]))}
    for prompt in PROMPTS:
        slug = str(prompt["id"])
        assert not {slug.replace("-", "_"), slug.replace("-", "")} & taught, slug
        called = set(re.findall(r"\w+(?=\()", str(prompt["instruction"]).lower()))
        assert not called & taught, slug
        assert prompt.get("function", "") not in taught | plain, slug


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.stem)
def test_a_suite_says_what_it_is(path):
    suite = tomllib.loads(path.read_text(encoding="utf-8"))
    assert suite["name"] == path.stem
    assert suite["profile"] == "runnable-first"
    assert suite["description"][-1] in ".?"
    for prompt in suite["prompt"]:
        asked = set(prompt) - {"input", "function", "asserts"}
        assert asked == {"id", "instruction", "tags"}, prompt["id"]
        assert prompt["instruction"].strip(), prompt["id"]
        assert prompt["tags"], prompt["id"]


def test_the_prompts_ask_for_many_kinds_of_task():
    suites = {path.stem: read_prompts(path) for path in SUITES}
    counts = spread(prompt["tags"] for prompt in suites["runnable-first"])
    assert not {kind: count for kind, count in counts.items() if count < 3}
    kinds = [prompt["tags"][0] for prompt in suites["control"]]
    assert {kind: kinds.count(kind) >= 6 for kind in set(kinds)} == {
        "explanation": True,
        "short-answer": True,
        "other-format": True,
        "other-language": True,
        "prose": True,
    }


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
