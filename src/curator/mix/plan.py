"""The values a plan is made of: which rows train, which are held out, which were left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from curator.example import Example
from curator.mix.checks import Check, check_plan
from curator.mix.recipe import Recipe, Role


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of a mixture.

    Attributes:
        example: The example.
        path: Its file, as the recipe reaches it.
        line: Its line there, from 1.
        role: Curated or base.
        source: Which source of the recipe, from 0.
        copy: Which copy this is, from 1.
    """

    example: Example
    path: str
    line: int
    role: Role
    source: int
    copy: int = 1


@dataclass(frozen=True, slots=True)
class Removed:
    """A row that was left out, and why.

    Attributes:
        row: The row.
        reason: ``exact duplicate``, ``twin`` or ``limit``.
        kept: The row that stands in its place, where there is one.
        score: How like that one it is, 0 to 100.
    """

    row: PlannedRow
    reason: str
    kept: PlannedRow | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class SourceCount:
    """What became of one file.

    Attributes:
        path: The file, relative to the recipe where it can be.
        role: Its role.
        sha256: Its content's hash, in hexadecimal.
        rows: Rows that could be read.
        unreadable: Rows that could not; blank lines do not count.
        first_unreadable: The line of the first of those, or 0.
        exact_duplicates: Rows of this file that are exact copies of an earlier row in it.
        evenly_multiplied: Whether every example of the file is there equally often.
        repeat: How many copies of each training row the recipe asks for.
    """

    path: str
    role: Role
    sha256: str
    rows: int
    unreadable: int
    first_unreadable: int
    exact_duplicates: int
    evenly_multiplied: bool
    repeat: int


@dataclass(frozen=True)
class Plan:
    """Which rows train, which are held out, which were left out.

    Attributes:
        recipe: What was asked for.
        system_prompt: The text of the system prompt.
        sources: One entry a file.
        train: The training rows in the order they are written, copies included.
        valid: The rows held out for validation.
        test: The rows held out for a test.
        removed: The rows left out.
        curated_distinct: How many different curated examples the sources hold.
    """

    recipe: Recipe
    system_prompt: str
    sources: tuple[SourceCount, ...]
    train: tuple[PlannedRow, ...]
    valid: tuple[PlannedRow, ...]
    test: tuple[PlannedRow, ...]
    removed: tuple[Removed, ...]
    curated_distinct: int

    @cached_property
    def curated_rows(self) -> int:
        """Training rows that are curated, copies included."""
        return sum(row.role == "curated" for row in self.train)

    @cached_property
    def curated_training(self) -> int:
        """Different curated examples that train."""
        return len({row.example.content_hash for row in self.train if row.role == "curated"})

    @property
    def curated_share(self) -> float:
        """Curated rows as a share of all training rows, 0 to 1."""
        return self.curated_rows / len(self.train) if self.train else 0.0

    @cached_property
    def curated_text_share(self) -> float:
        """Curated answers as a share of all answers' characters, 0 to 1."""
        sizes: Counter[str] = Counter()
        for row in self.train:
            sizes[row.role] += len(row.example.output)
        return sizes["curated"] / sizes.total() if sizes.total() else 0.0

    def exposures(self, *, iters: int, batch_size: int) -> float:
        """Return how often training shows one curated example, on average.

        iterations × batch size × curated share ÷ different curated examples.
        """
        if not self.train or not self.curated_training:
            return 0.0
        shown = iters * batch_size * self.curated_share
        return shown / self.curated_training

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """What there is to say about the plan; see `curator.mix.checks`."""
        return check_plan(self)
