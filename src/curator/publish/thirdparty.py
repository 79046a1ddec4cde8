"""``LICENSE-THIRD-PARTY.md``: whose work this is made of, and under which licence each is."""

from __future__ import annotations

from collections.abc import Sequence

from curator.publish.licences import Licence
from curator.publish.markdown import cell, code, table

_ABOUT = (
    "Each licence is named as its origin names it, and the table says where that was read. What"
    " nobody says is called unknown."
)
_TITLES = {"base model": "Base model", "dataset": "Data", "library": "Libraries"}


def third_party(licences: Sequence[Licence]) -> str:
    """Return the page: base model, data and libraries with their licences."""
    parts = [
        "# Licences of third parties",
        _ABOUT,
    ]
    for what, title in _TITLES.items():
        found = [one for one in licences if one.what == what]
        if found:
            rows = [
                (code(one.name), code(one.version) if one.version else "", cell(one.licence), said)
                for one in found
                for said in [cell(one.source) or "nowhere"]
            ]
            parts += [f"## {title}", table(["name", "version", "licence", "said by"], rows)]
    return "\n\n".join(parts) + "\n"
