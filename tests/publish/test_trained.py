"""What a real, tiny training leaves: loaded elsewhere, served, fused, published, no token in it."""

from __future__ import annotations

import io
import json
import os
import shlex
import signal
import subprocess
import sys
import urllib.request
import warnings
from contextlib import redirect_stderr, redirect_stdout
from types import SimpleNamespace

import pytest

from curator.cli import app
from curator.errors import ConfigError
from curator.publish import bundle_files, write_bundle
from curator.publish.fuse import compare_answers, fuse_run
from curator.publish.serve import is_loopback
from curator.sandbox import Program, Status
from curator.sandbox import run as run_program
from curator.tiny import build_tiny_model
from curator.train import read_run
from curator.train.tokens import Tokens
from tests import hub as stand_in
from tests.publish.conftest import TOKEN

ROWS = [
    {"instruction": f"Write function number {n} of {n**7}.", "output": f"### Solution\nx = {n}"}
    for n in range(9)
]
STORED = "hf_" + "QwErTyUiOpAsDfGhJkLzXcVbNmQwErTyUi"
RECIPE = """\
name = "few"
system_prompt = "Answer in three parts."
[[source]]
path = "rows.jsonl"
role = "curated"
[lint]
curated = "off"
[split]
valid = 0.0
[contamination]
suites = []
"""
SUITE = """\
name = "two"
[[prompt]]
id = "one"
instruction = "Reverse the words of a sentence."
[[prompt]]
id = "other"
instruction = "Merge two sorted lists."
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Everything from mixing to the report, with a token in the environment and one in the store.

    The adapter is far from nothing, so that base and adapter answer differently.
    """
    work, home = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("home")
    (home / "token").write_text(STORED)
    model = build_tiny_model(work / "model")
    (work / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    (work / "recipe.toml").write_text(RECIPE)
    (work / "suite.toml").write_text(SUITE)
    (work / "curator.toml").write_text(f'model = "{model}"\n')
    (work / "LICENSE").write_text("Apache License\nVersion 2.0, January 2004\n")
    said = io.StringIO()

    def curator(*arguments, expect=0):
        with redirect_stdout(said), redirect_stderr(said):
            code = app.main(lambda _: 0, [str(one) for one in arguments])
        assert code == expect, (arguments, said.getvalue()[-2000:])

    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        patch.setenv("HF_TOKEN", TOKEN)
        patch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(home / "token"))
        patch.setenv("CURATOR_STATE_DIR", str(work / "state"))
        patch.setenv("CURATOR_CACHE_DIR", str(work / "cache"))
        patch.chdir(work)
        curator("mix", "recipe.toml", "--out", "mixture")
        learning = ("--iters", 6, "--learning-rate", 0.05, "--no-mask-prompt")
        curator("train", "mixture", "--max-seq-length", 256, *learning)
        curator("eval", "--run", "latest", "--suite", "suite.toml", "--max-tokens", 6)
        go = ("--allow", "licences", "--allow", "clean-suite")
        curator("bundle", "latest", "--out", "bundle", "--offline", *go)
        with stand_in.serving(stand_in.Hub(), patch) as hub:
            hub.token, hub.may_write = TOKEN, False
            curator("publish", "latest", "--repo", "ann/few", *go, expect=2)
            hub.may_write = True
            curator("publish", "latest", "--repo", "ann/few", *go)
            # The one in the store is what is sent where there is none in the environment.
            patch.delenv("HF_TOKEN")
            hub.token = STORED
            rows = ("publish", "rows.jsonl", "--as", "dataset", "--repo", "ann/rows")
            curator(*rows, "--allow", "lint")
            assert hub.repos[("dataset", "ann/rows")].files["data/rows.jsonl"]
        curator("report", "latest", "--out", "report.html")
        curator("report", "latest", "--out", "report.md")
        run = read_run("latest", runs_dir=work / "runs")
    commits = [files for repo in hub.repos.values() for _, files in repo.commits]
    there = [data for files in commits for data in files.values()]
    told = [said.getvalue(), *(str(one.message) for one in warned)]
    return SimpleNamespace(run=run, work=work, there=there, told="\n".join(told).encode())


@pytest.fixture
def trained(whole):
    return whole.run


ASK = """\
import json, sys
from mlx_lm import generate, load
base, *adapters = json.loads(sys.argv[1])
for adapter in adapters:
    model, tokenizer = load(base, adapter_path=adapter)
    messages = [{"role": "user", "content": "Add two numbers."}]
    prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True)
    print(json.dumps(generate(model, tokenizer, prompt, max_tokens=12)))
"""


def test_plain_mlx_lm_loads_the_bundle_from_a_path_of_its_own(trained, tmp_path):
    bundle = tmp_path / "far" / "away"
    write_bundle(bundle_files(trained, allow=["licences", "clean-suite"]), bundle)
    asked = json.dumps([trained.model, str(trained.adapter), str(bundle), None])
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "MLX_DISABLE_COMPILE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", ASK, asked],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    of_run, of_bundle, of_base = done.stdout.splitlines()[-3:]

    assert of_bundle == of_run
    assert of_bundle != of_base


@pytest.fixture
def serving(trained):
    """`curator serve` as a process of its own: itself, and the line that it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "curator", "serve", str(trained.folder), "--port", "0"],
        cwd=trained.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def test_the_server_answers_what_its_curl_line_asks_until_ctrl_c(trained, serving):
    process, line = serving
    words = shlex.split(line)
    url, body = words[2], json.loads(words[-1])
    assert words[:2] == ["curl", "-s"]
    assert url.startswith("http://127.0.0.1:")
    assert body["messages"][0] == {"role": "system", "content": "Answer in three parts."}
    body["max_tokens"] = 8
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        told = json.load(answer)
    foreign = urllib.request.Request(
        url.replace("/v1/chat/completions", "/health"),
        headers={"Origin": "https://elsewhere.example"},
    )
    with urllib.request.urlopen(foreign, timeout=60) as answer:
        allowed = answer.headers.get("Access-Control-Allow-Origin")

    assert told["choices"][0]["message"]["role"] == "assistant"
    assert allowed != "*"
    # As many tokens as our own prompt has: the model is asked as it was trained (R5).
    with Tokens(trained.model, local=True) as tokens:
        [row] = tokens.count([[*body["messages"], {"role": "assistant", "content": "x"}]])
    assert told["usage"]["prompt_tokens"] == row.prompt

    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said.endswith("Stopped.\n")
    with pytest.raises(OSError, match=r"refused|reset"):
        urllib.request.urlopen(request, timeout=5)


def test_a_fused_model_stands_by_itself_and_answers_alike(trained, tmp_path):
    fused = fuse_run(trained, tmp_path / "fused")

    likeness = compare_answers(trained, fused.folder, max_tokens=12)

    assert (likeness.same, likeness.asked) == (3, 3)
    assert not fused.quantised
    for path in fused.folder.iterdir():
        assert str(trained.folder.parent.parent).encode() not in path.read_bytes()


def test_a_folder_that_is_there_is_left_alone(trained, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(ConfigError, match="there already"):
        fuse_run(trained, tmp_path)


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("me", False)],
)
def test_loopback_is_told_from_the_rest(host, here):
    assert is_loopback(host) is here


def test_no_token_is_in_anything_that_a_whole_run_leaves_behind(whole):
    left = [path for path in whole.work.rglob("*") if path.is_file()]
    assert {"README.md", "events.jsonl", "log.txt", "published.json", "report.svg"} <= {
        path.name for path in left
    }
    for text in (whole.told, *whole.there, *(path.read_bytes() for path in left)):
        for token in (TOKEN, STORED):
            assert token.encode() not in text
    assert "`ann/few` | v1.0.0 |" in (whole.work / "report.md").read_text()
    assert b"may not write to ann/few" in whole.told


def test_an_example_that_runs_sees_no_token(monkeypatch, tmp_path):
    (tmp_path / "token").write_text(TOKEN)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "token"))
    program = Program(
        "import os, pathlib\n\n\n"
        "def seen():\n"
        f"    there = pathlib.Path({str(tmp_path / 'token')!r}).exists()\n"
        "    return there or any('hf_' in value for value in os.environ.values())",
        test="assert not seen()",
    )

    assert run_program(program).status is Status.PASSED
