"""A mistyped model is a sentence before any process starts."""

from __future__ import annotations

import pytest

from curator.errors import ModelError
from curator.tiny import build_tiny_model
from curator.train.model import check_model, is_local


def test_a_model_folder_becomes_an_absolute_path(tmp_path, monkeypatch):
    folder = build_tiny_model(tmp_path / "tiny")
    monkeypatch.chdir(tmp_path)

    assert check_model("tiny") == str(folder.resolve())
    assert is_local(check_model("tiny"))


def test_org_and_name_is_a_hub_id(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert check_model("org/name-4bit") == "org/name-4bit"
    assert not is_local("org/name-4bit")


@pytest.mark.parametrize("model", ["missing", "./missing", "/missing/model", "a/b/c", "~/nope", ""])
def test_what_is_neither_folder_nor_id_is_refused(model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # An empty string is the folder one stands in, and that holds no model.
    with pytest.raises(ModelError):
        check_model(model)


def test_a_name_below_a_folder_of_ours_was_meant_as_a_path(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ModelError, match="no such model folder"):
        check_model("models/tiny")


def test_a_folder_that_is_no_model_says_what_is_missing(tmp_path):
    with pytest.raises(ModelError, match=r"config\.json"):
        check_model(str(tmp_path))

    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="model_type"):
        check_model(str(tmp_path))

    (tmp_path / "config.json").write_text('{"model_type": "qwen2"}')
    with pytest.raises(ModelError, match="no weights"):
        check_model(str(tmp_path))


def test_a_file_is_no_model_folder(tmp_path):
    (tmp_path / "model.gguf").touch()

    with pytest.raises(ModelError, match="a file"):
        check_model(str(tmp_path / "model.gguf"))
