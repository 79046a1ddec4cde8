"""Styles beside their widget: ``list.py`` finds its rules in ``list.tcss``.

Textual reads style files for apps and screens only. A widget that derives from `Styled` gets its
own file as its default rules, scoped to itself and what it contains.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


class Styled:
    """Give a widget the rules of the ``.tcss`` file beside the module that defines it.

    Put it before the widget class: ``class Ledger(Styled, Widget)``. A module without such a file
    adds nothing.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Read the rules once, when the class is made."""
        file = getattr(sys.modules.get(cls.__module__), "__file__", None)
        if file and "DEFAULT_CSS" not in vars(cls):
            rules = Path(file).with_suffix(".tcss")
            if rules.is_file():
                cls.DEFAULT_CSS = rules.read_text("utf-8")  # type: ignore[attr-defined]
        super().__init_subclass__(**kwargs)
