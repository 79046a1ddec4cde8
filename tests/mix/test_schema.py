"""The schema that editors read is the recipe that the code reads."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import msgspec
import pytest

from curator.config import parse_toml
from curator.errors import ConfigError
from curator.mix import Recipe
from curator.mix.recipe import check_recipe
from curator.mix.schema import recipe_schema, schema_text

DOCS = Path(__file__).parents[2] / "docs"


def test_the_file_in_docs_is_the_schema_of_today():
    assert (DOCS / "recipe.schema.json").read_text("utf-8") == schema_text()


def test_every_key_is_described_and_no_other_is_allowed():
    for name, part in recipe_schema()["$defs"].items():
        assert part["additionalProperties"] is False, name
        for key, value in part["properties"].items():
            assert value["description"].endswith("."), f"{name}.{key}"


def test_the_page_names_every_key_and_its_example_is_a_recipe():
    page = (DOCS / "recipe.md").read_text("utf-8")
    text = page.split("```toml")[1].split("```")[0]

    recipe = parse_toml(text, Recipe)

    check_recipe(recipe)
    for name, part in recipe_schema()["$defs"].items():
        for key in part["properties"]:
            shown = (f"\n{key} =", f"[{key}]", f"[[{key}]]")
            assert f"`{key}`" in page or any(one in text for one in shown), f"{name}.{key}"
    assert msgspec.to_builtins(recipe)["redact"] == {"secrets": True, "private": False}


SOURCES = '[[source]]\npath = "a.jsonl"\nrole = "base"\n'


@pytest.mark.parametrize(
    "text",
    [
        f'name = ""\n{SOURCES}',
        f'name = "a/b"\n{SOURCES}',
        'name = "x"\nsource = []\n',
        f'name = "x"\n{SOURCES}repeat = 0\n',
        f'name = "x"\n{SOURCES}limit = 0\n',
        f'name = "x"\n{SOURCES}share = 1.0\n{SOURCES}',
        f'name = "x"\n{SOURCES}[dedup]\nthreshold = 101\n',
        f'name = "x"\n{SOURCES}[contamination]\nthreshold = -1\n',
        f'name = "x"\n{SOURCES}[split]\nvalid = 1.0\n',
        f'name = "x"\n{SOURCES}[split]\ntest = -0.1\n',
    ],
)
def test_a_value_that_the_code_refuses_is_outside_of_the_schema(text: str):
    schema = jsonschema.Draft202012Validator(recipe_schema())
    good = tomllib.loads(f'name = "x"\n{SOURCES}limit = 5\n{SOURCES}share = 0.5\n')
    assert schema.is_valid(good)
    assert not schema.is_valid(tomllib.loads(text))
    with pytest.raises(ConfigError):
        check_recipe(parse_toml(text, Recipe))
