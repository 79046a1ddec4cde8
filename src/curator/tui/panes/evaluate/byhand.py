"""The line to ask the adapter by hand, with the prompt built as in training.

The model is loaded at the first question and kept until another run is chosen or an evaluation
needs the memory. Each question stands alone, as in training and in an evaluation.
"""

from __future__ import annotations

import threading
from typing import Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from curator.errors import CuratorError
from curator.evaluate import Completion, Prompt, Sampling, Score, score
from curator.evaluate.chat import Chat
from curator.example import Example, load_profile
from curator.train import Run
from curator.tui.panes.evaluate.answer import AnswerScreen
from curator.tui.panes.evaluate.messages import Answered, Heard

_READY = "a question of your own; enter asks"
_NOBODY = "there is nobody to ask: train a run first"


class ByHand(Vertical):
    """One line of input; its answers come up on a screen of their own."""

    class Taken(Message):
        """An answer shall go to Author.

        Attributes:
            example: The question with its answer.
        """

        def __init__(self, example: Example) -> None:
            super().__init__()
            self.example = example

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.max_tokens = 512
        self._subject: Run | None = None
        self._chat: Chat | None = None
        self._screen: AnswerScreen | None = None
        self._cancel = threading.Event()
        self._asked = Prompt("by hand", "")
        self._busy = threading.Lock()

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        self.border_title = "Ask by hand"
        yield Input(placeholder=_NOBODY, compact=True)

    def begin(self) -> None:
        """Put the cursor into the line."""
        self.query_one(Input).focus()

    def ask_of(self, run: Run | None) -> None:
        """Ask this run from now on."""
        if run is None or self._subject is None or run.id != self._subject.id:
            self.close()
        self._subject = run
        self.query_one(Input).placeholder = _NOBODY if run is None else _READY

    def close(self) -> None:
        """Stop what is being answered and let go of the model."""
        self._cancel.set()
        chat, self._chat = self._chat, None
        if chat is not None:
            self._end(chat)

    def on_unmount(self) -> None:
        """Let go of the model when the studio closes."""
        self._cancel.set()
        if self._chat is not None:
            self._chat.close()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        question = event.value.strip()
        if self._subject is None or not question or self._screen is not None:
            return
        self._asked = Prompt("by hand", question)
        self._cancel = threading.Event()
        waiting = Score(self._asked, "", truncated=False, findings=(), passed={}, all=False)
        self._screen = AnswerScreen({"adapter": waiting}, waiting="loading the model …")
        self.app.push_screen(self._screen, self._left)
        self._ask(self._subject, question, self._cancel)

    def _left(self, taken: Score | None) -> None:
        """The screen was closed: stop what still comes, and take along what is wanted."""
        self._screen = None
        self._cancel.set()
        if taken is not None and taken.text:
            self.post_message(
                self.Taken(Example.new(instruction=taken.prompt.instruction, output=taken.text))
            )
        self.begin()

    @on(Heard)
    def _heard(self, event: Heard) -> None:
        if self._screen is not None:
            self._screen.hear(event.piece)

    @on(Answered)
    def _answered(self, event: Answered) -> None:
        if self._screen is None:
            return
        if event.error is not None:
            self._screen.fail(f"{event.error}")
        elif event.turn is not None:
            self._screen.finish(_judged(self._asked, event.turn.completion))
            self.query_one(Input).value = ""

    @work(thread=True, group="evaluate.hand")
    def _ask(self, run: Run, question: str, cancel: threading.Event) -> None:
        # One at a time: an answer that was stopped is still being ended when the next is asked.
        with self._busy:
            turn, problem = None, None
            try:
                if self._chat is None:
                    self._chat = Chat.of_run(run, sampling=Sampling(max_tokens=self.max_tokens))
                turn = self._chat.ask(
                    question, hear=lambda piece: self._tell(piece, cancel), cancel=cancel
                )
            except CuratorError as error:
                problem = error
        if not cancel.is_set():
            self.post_message(Answered(turn, problem))

    @work(thread=True, group="evaluate.hand")
    def _end(self, chat: Chat) -> None:
        with self._busy:
            chat.close()

    def _tell(self, piece: str, cancel: threading.Event) -> None:
        if not cancel.is_set():
            self.post_message(Heard(piece))


def _judged(prompt: Prompt, completion: Completion) -> Score:
    """Return what the rules say of an answer, as if a suite had asked for it."""
    return score(
        prompt,
        completion.text,
        load_profile(),
        truncated=completion.truncated,
        failure=completion.failure,
        tokens=completion.tokens,
    )
