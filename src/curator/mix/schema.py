"""The JSON schema of a recipe, made from the types and their docstrings, for editors."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from curator.mix import recipe
from curator.mix.recipe import Recipe


def recipe_schema() -> dict[str, Any]:
    """Return the JSON schema of a recipe, each key with its description."""
    schema = msgspec.json.schema(Recipe)
    parts: dict[str, dict[str, Any]] = schema["$defs"]
    for name, part in parts.items():
        part["description"] = (getattr(recipe, name).__doc__ or "").partition("\n")[0]
        for key, text in _attributes(getattr(recipe, name)).items():
            part["properties"][key]["description"] = text
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A recipe of Curator",
        **schema,
    }


def schema_text() -> str:
    """Return the schema as the file docs/recipe.schema.json holds it."""
    return json.dumps(recipe_schema(), indent=2, ensure_ascii=False) + "\n"


def _attributes(kind: type) -> dict[str, str]:
    """Return what the docstring of a struct says of each key, on one line."""
    import docstring_parser

    read = docstring_parser.parse(kind.__doc__ or "", docstring_parser.DocstringStyle.GOOGLE)
    return {one.arg_name: " ".join((one.description or "").split()) for one in read.params}
