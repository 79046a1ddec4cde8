"""An evaluation as a value: what was asked of whom, how, and what came out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from curator.errors import StoreError
from curator.evaluate.contamination import Contamination
from curator.evaluate.paired import Paired
from curator.evaluate.sampling import Sampling
from curator.evaluate.side import ALL, Side, paired
from curator.example import Profile, load_profile
from curator.store import write_text
from curator.train import Run

FOLDER = "evaluations"


@dataclass(frozen=True)
class Evaluation:
    """A suite asked of the base model and of an adapter.

    Attributes:
        suite: The suite's name.
        model: The base model.
        adapter: SHA-256 of the adapter's weights, or None where only the base was asked.
        n: How many prompts were scored.
        contaminated: Prompts left out on both sides because the adapter was trained on their like.
        contamination_checked: Whether the rows that trained were there to compare with.
        base: How the base did.
        tuned: How the adapter did, or None.
        sampling: How answers were drawn.
        profile: What they were judged against, in full.
        suite_sha256: A hash of the suite's prompts.
        wants: Whether the format is wanted, as `Suite.wants`.
        system_prompt: What stood before every prompt.
        rules: A hash of the rules and libraries that judged.
        not_run: Why neither sanity tests nor hidden asserts ran; empty where they did, or where
            there was nothing to run.
    """

    suite: str
    model: str
    adapter: str | None
    n: int
    contaminated: tuple[Contamination, ...]
    contamination_checked: bool
    base: Side
    tuned: Side | None
    sampling: Sampling = field(default_factory=Sampling)
    profile: Profile = field(default_factory=load_profile)
    suite_sha256: str = ""
    wants: str = "format"
    system_prompt: str = ""
    rules: str = ""
    not_run: str = ""

    @property
    def max_tokens(self) -> int:
        """The most tokens an answer could have."""
        return self.sampling.max_tokens

    @property
    def asked(self) -> Side:
        """The side that the evaluation is about: the adapter's, or the base's without one."""
        return self.tuned or self.base

    @property
    def sides(self) -> tuple[Side, ...]:
        """The base's, and the adapter's where there is one."""
        return (self.base,) if self.tuned is None else (self.base, self.tuned)

    @cached_property
    def paired(self) -> Mapping[str, Paired]:
        """Adapter less base, by check name and ``all``, read strictly; empty without an adapter."""
        return self.compared()

    def compared(self, *, loose: bool = False) -> dict[str, Paired]:
        """Return adapter less base, by check name and ``all``; empty without an adapter."""
        if self.tuned is None:
            return {}
        names = [*(check.name for check in self.base.checks), ALL]
        return {name: paired(self.base, self.tuned, name, loose=loose) for name in names}

    def to_json(self, *, loose: bool = False) -> dict[str, Any]:
        """Return the evaluation as plain JSON values.

        Args:
            loose: Whether ``checks``, ``all`` and ``paired`` at the top are read loosely; the sides
                hold both.
        """
        return {
            "suite": self.suite,
            "n": self.n,
            "contaminated": [one.to_json() for one in self.contaminated],
            "contamination_checked": self.contamination_checked,
            "prompts": self.n + len(self.contaminated),
            "reading": "loose" if loose else "strict",
            **self.asked.figures(loose=loose),
            "paired": {name: one.to_json() for name, one in self.compared(loose=loose).items()},
            "not_run": self.not_run,
            "model": self.model,
            "adapter": self.adapter,
            "sampling": {
                "max_tokens": self.sampling.max_tokens,
                "samples": self.sampling.samples,
                "temperature": self.sampling.temperature,
                "seed": self.sampling.seed,
            },
            "profile": msgspec.to_builtins(self.profile),
            "suite_sha256": self.suite_sha256,
            "wants": self.wants,
            "system_prompt": self.system_prompt,
            "rules": self.rules,
            "base": self.base.to_json(),
            "tuned": self.tuned.to_json() if self.tuned else None,
        }

    @property
    def file_name(self) -> str:
        """What its file is called: other settings than the usual ones do not replace it."""
        drawn = self.sampling
        if drawn.greedy:
            return f"{self.suite}.json"
        marks = f"{drawn.samples}x-t{drawn.temperature:g}-seed{drawn.seed}"
        return f"{self.suite}.{marks}.json"


def save_evaluation(evaluation: Evaluation, run: Run | Path) -> Path:
    """Write an evaluation into its run's folder, or into any folder, and return the file.

    Raises:
        StoreError: It could not be written.
    """
    folder = run / FOLDER if isinstance(run, Path) else run.folder / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"Cannot be made: {error.strerror}.", path=folder) from None
    path = folder / evaluation.file_name
    write_text(path, json.dumps(evaluation.to_json(), ensure_ascii=False, indent=1) + "\n")
    return path
