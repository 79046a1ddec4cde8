"""The values a plan is made of: which rows train, which are held out, which were left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from curator.example import Example
from curator.mix.check import Check
from curator.mix.checks import check_plan
from curator.mix.recipe import Recipe, Role
from curator.mix.tokens import TokenFigures


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of a mixture.

    Attributes:
        example: The example, with its secrets written over where the recipe asks for that.
        path: Its file, as the recipe reaches it.
        line: Its line there, from 1.
        role: Curated or base.
        source: Which source of the recipe, from 0.
        copy: Which copy this is, from 1.
        cluster: What it and its twins share, and no other row; empty where it has none.
    """

    example: Example
    path: str
    line: int
    role: Role
    source: int
    copy: int = 1
    cluster: str = ""

    @property
    def where(self) -> str:
        """``path:line``."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Removed:
    """A row that was left out, and why.

    Attributes:
        row: The row; one that could not be read at all has an empty example.
        reason: One of `REASONS`.
        kept: The row that stands in its place, where there is one.
        score: How like that one, or the prompt of a suite, it is, 0 to 100.
        evidence: What shows it, in a sentence.
    """

    row: PlannedRow
    reason: str
    kept: PlannedRow | None = None
    score: float | None = None
    evidence: str = ""


#: Why a row can be left out, in the order of the stages.
REASONS = ("unreadable", "lint", "exact duplicate", "twin", "contamination", "limit")


@dataclass(frozen=True, slots=True)
class Redaction:
    """Something that was written over in a row.

    Attributes:
        path: The row's file.
        line: Its line there.
        code: The rule that found it.
        count: How often.
    """

    path: str
    line: int
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class GateFinding:
    """A finding of lint that stands in the way of a curated row.

    Attributes:
        path: The row's file.
        line: Its line there.
        code: The rule.
        message: What it says; untrusted text.
    """

    path: str
    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """A curated row that resembles a prompt of a suite; it trains, and the prompt is spoilt.

    Attributes:
        row: The row.
        suite: The suite's name.
        prompt: The prompt's id.
        score: How like it is, 0 to 100.
    """

    row: PlannedRow
    suite: str
    prompt: str
    score: float


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
        repeat: How many copies of each training row there are.
        multiplied: How often its examples come, in words; empty where each comes once.
        source: Which source of the recipe, from 0.
        origin: Where it was fetched from, where that was noted.
        licence: Its licence, where that was noted.
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
    multiplied: str = ""
    source: int = 0
    origin: str = ""
    licence: str = ""


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
        repeats: The copies of each source of the recipe, whether it gave `repeat` or `share`.
        redactions: What was written over.
        gate: What lint has against curated rows.
        linted: Whether lint was asked.
        suspects: Curated rows that resemble a prompt of a suite.
        suites: The suites that rows were compared with, each with the SHA-256 of its prompts.
        twins_complete: False if there were more twins than a report can hold.
        tokens: What the rows are in tokens, where a tokenizer was at hand.
    """

    recipe: Recipe
    system_prompt: str
    sources: tuple[SourceCount, ...]
    train: tuple[PlannedRow, ...]
    valid: tuple[PlannedRow, ...]
    test: tuple[PlannedRow, ...]
    removed: tuple[Removed, ...]
    curated_distinct: int
    repeats: tuple[int, ...] = ()
    redactions: tuple[Redaction, ...] = ()
    gate: tuple[GateFinding, ...] = ()
    linted: bool = False
    suspects: tuple[Suspect, ...] = ()
    suites: tuple[tuple[str, str], ...] = ()
    twins_complete: bool = True
    tokens: TokenFigures | None = None

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

    @property
    def trained_share(self) -> tuple[float, str]:
        """The curated share of what is learned, and what it was counted in.

        In trained tokens (after masking and truncation) where a tokenizer counted them, else in
        the characters of answers.
        """
        if self.tokens is not None:
            return self.tokens.curated_share, "tokens"
        return self.curated_text_share, "text"

    def exposures(self, *, iters: int, batch_size: int, role: Role = "curated") -> float:
        """Return how often training shows one example of a role, on average.

        iterations × batch size × the role's share of rows ÷ its different examples, where a batch
        is no more than the rows that there are.
        """
        rows = self.curated_rows if role == "curated" else len(self.train) - self.curated_rows
        different = self.curated_training if role == "curated" else self.base_training
        if not self.train or not different:
            return 0.0
        return iters * min(batch_size, len(self.train)) * rows / len(self.train) / different

    @cached_property
    def base_training(self) -> int:
        """Different base examples that train."""
        return len({row.example.content_hash for row in self.train if row.role == "base"})

    def destinations(self) -> Iterator[tuple[PlannedRow, str]]:
        """Yield each curated row of the sources once, and where it went.

        That is ``train × N``, ``valid``, ``test``, or ``left out: `` and the reason.
        """
        for row in self.train:
            if row.role == "curated" and row.copy == 1:
                yield row, f"train × {self.repeats[row.source] if self.repeats else 1}"
        for name, rows in (("valid", self.valid), ("test", self.test)):
            yield from ((row, name) for row in rows if row.role == "curated")
        for one in self.removed:
            if one.row.role == "curated":
                kept = f", as {one.kept.where} stays" if one.kept else ""
                yield one.row, f"left out: {one.reason}{kept}"

    def with_tokens(self, tokens: TokenFigures | None) -> Plan:
        """Return the same plan with its rows counted in tokens."""
        return replace(self, tokens=tokens)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """What there is to say about the plan; see `curator.mix.checks`."""
        return check_plan(self)
