"""What the threads of the Evaluate pane tell it."""

from __future__ import annotations

from dataclasses import dataclass, field

from textual.message import Message

from curator.errors import CuratorError
from curator.evaluate import Evaluation, Suite
from curator.evaluate.chat import Turn
from curator.train import Run
from curator.tui.panes.evaluate.view import View
from curator.tui.widgets.columns import Column, Row


@dataclass
class Listed(Message):
    """The runs with an adapter, and the suites, there are."""

    runs: list[Run]
    suites: list[str]


@dataclass
class Loaded(Message):
    """What is known about a run and a suite: an evaluation or none yet, and others."""

    suite: Suite | None
    evaluation: Evaluation | None = None
    error: CuratorError | None = None
    others: dict[str, Evaluation] = field(default_factory=dict)


@dataclass
class Looked(Message):
    """The answers as they were asked to be looked at: read, compared, filtered."""

    view: View | None
    columns: list[Column]
    rows: list[Row]
    error: CuratorError | None = None


@dataclass
class Asked(Message):
    """One more answer is in, or one more test has run."""

    step: str
    done: int
    total: int
    seconds: float


@dataclass
class Ended(Message):
    """The asking of a run and a suite, as chosen then, is over: a result, an error, or both."""

    run_id: str
    suite: str
    evaluation: Evaluation | None
    error: CuratorError | None


@dataclass
class Heard(Message):
    """A piece of an answer to a question by hand."""

    piece: str


@dataclass
class Answered(Message):
    """A question by hand is answered, was stopped (neither turn nor error), or failed."""

    turn: Turn | None
    error: CuratorError | None
