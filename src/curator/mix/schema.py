"""The JSON schema of a recipe, made from the types and their docstrings, for editors."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from curator.mix import recipe
from curator.mix.recipe import Recipe

# What `check_recipe` asks of single values; what it asks of several together no schema can say.
_BOUNDS: dict[tuple[str, str], dict[str, Any]] = {
    ("Recipe", "name"): {"minLength": 1, "pattern": r"^[^/\\\n]*$"},
    ("Recipe", "source"): {"minItems": 1},
    ("SourceSpec", "repeat"): {"minimum": 1},
    ("SourceSpec", "share"): {"exclusiveMinimum": 0, "exclusiveMaximum": 1},
    ("SourceSpec", "limit"): {"minimum": 1},
    ("DedupSpec", "threshold"): {"minimum": 0, "maximum": 100},
    ("ContaminationSpec", "threshold"): {"minimum": 0, "maximum": 100},
    ("SplitSpec", "valid"): {"minimum": 0, "exclusiveMaximum": 1},
    ("SplitSpec", "test"): {"minimum": 0, "exclusiveMaximum": 1},
}


def recipe_schema() -> dict[str, Any]:
    """Return the JSON schema of a recipe, each key with its description and its bounds."""
    schema = msgspec.json.schema(Recipe)
    parts: dict[str, dict[str, Any]] = schema["$defs"]
    for name, part in parts.items():
        part["description"] = (getattr(recipe, name).__doc__ or "").partition("\n")[0]
        for key, text in _attributes(getattr(recipe, name)).items():
            part["properties"][key]["description"] = text
            part["properties"][key].update(_BOUNDS.get((name, key), {}))
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
