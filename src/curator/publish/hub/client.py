"""The Hub as this room uses it: every question with patience, and no answer with a token in it."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from curator.errors import CancelledError, PublishError
from curator.publish.hub.token import scrub
from curator.publish.hub.trouble import LongPauseError, Trouble, UnreachableError, judge
from curator.publish.licences import UNKNOWN, from_info
from curator.terminal import one_line

T = TypeVar("T")
Notice = Callable[[str], None]
Pause = Callable[[float], bool]

#: What stopping means before anything was sent; whoever sent something says what instead.
NOTHING = "Nothing was published."
#: Attempts at one question, in all.
TRIES = 5
#: Seconds that the Hub may be silent when it is asked something.
SILENT = 15.0
#: A longer pause than this is not waited for: the person is told when to come back.
LONGEST = 300.0
#: Seconds to wait before the second attempt; then twice as long each time.
_FIRST = 1.0
#: The library may wait so many seconds by itself; none of its own, but what the Hub asks for.
_PATIENCE = 10.0
_WAIT = re.compile(r"Waiting (\d+(?:\.\d+)?)s before retry")


class Hub:
    """A connection to the Hub.

    Args:
        endpoint: Another Hub than the usual one (``HF_ENDPOINT``).
        notice: Told of every attempt that failed and is made again.
        cancel: Set it to stop; what has been published by then stays.
        pause: Waits so many seconds and returns whether to stop instead; for tests.
    """

    def __init__(
        self,
        *,
        endpoint: str | None = None,
        notice: Notice = lambda _: None,
        cancel: threading.Event | None = None,
        pause: Pause | None = None,
    ) -> None:
        from huggingface_hub import HfApi

        self.api = HfApi(endpoint=endpoint)
        self.notice = notice
        self.cancel = cancel or threading.Event()
        self._pause: Pause = pause or self.cancel.wait

    def stop_if_cancelled(self) -> None:
        """Raise `CancelledError` where somebody asked for it.

        Raises:
            CancelledError: `cancel` is set.
        """
        if self.cancel.is_set():
            raise CancelledError(NOTHING)

    def asked(
        self, repo: str, ask: Callable[[], T], *, tries: int = TRIES, missing: T | None = None
    ) -> T:
        """Return what the Hub answers, asking again where that may help.

        Args:
            repo: What it is about, for messages.
            ask: One attempt.
            tries: Attempts at most.
            missing: What to return where there is no such thing; without it that is an error.

        Raises:
            PublishError: It refused, or did not answer in the end.
            CancelledError: Somebody stopped it.
        """
        for attempt in range(1, tries + 1):
            self.stop_if_cancelled()
            trouble = self.tried(repo, ask)
            if not isinstance(trouble, Trouble):
                return trouble
            if trouble.status == 404 and missing is not None:
                return missing
            self.wait(trouble, attempt, tries)
        raise AssertionError("unreachable")

    def tried(self, repo: str, ask: Callable[[], T], *, silent: float = SILENT) -> T | Trouble:
        """Return what one attempt gives, or what went wrong with it.

        Args:
            repo: What it is about, for messages.
            ask: The attempt.
            silent: Seconds that the Hub may be silent, where the library is not told otherwise.

        Raises:
            CancelledError: Somebody stopped it.
        """
        from huggingface_hub import get_session

        # By itself the library waits for ever, and nothing could stop that.
        get_session().timeout = silent
        try:
            with quiet(self.notice, self.cancel):
                return ask()
        # Frames of the library hold the token: nothing of its errors goes on but their sentence.
        except Exception as error:
            trouble = judge(error, repo)
        return trouble

    def wait(self, trouble: Trouble, attempt: int, tries: int) -> None:
        """Wait before another attempt.

        Raises:
            PublishError: There is no point in another one.
            CancelledError: Somebody stopped it meanwhile.
        """
        seconds = trouble.after if trouble.after is not None else _FIRST * 2 ** (attempt - 1)
        if not trouble.passing or attempt >= min(tries, trouble.tries):
            lost = trouble.passing and not trouble.status
            kind = UnreachableError if lost else PublishError
            raise kind(trouble.message, hint=trouble.hint)
        if seconds > LONGEST:
            raise PublishError(
                trouble.message, hint=f"It asks to wait {seconds:.0f} s; run it again after that."
            )
        self.notice(f"{trouble.message} Attempt {attempt + 1} of {tries} in {seconds:g} s.")
        if self._pause(seconds):
            raise CancelledError(NOTHING)

    def who(self) -> str:
        """Return the name that the token stands for.

        Raises:
            PublishError: There is no token, it is not accepted, or it may only read.
        """
        about: dict[str, Any] = self.asked("the Hub", lambda: self.api.whoami(token=True))
        role = ((about.get("auth") or {}).get("accessToken") or {}).get("role")
        name = one_line(str(about.get("name", "")), 80)
        if role == "read":
            raise PublishError(
                f"The token of {name} may only read.",
                hint="Make a token with the role `write` in the settings of the Hub.",
            )
        return name

    def model_licence(self, model: str) -> str:
        """Return the licence that a model's page names; ``unknown`` where nobody can say.

        The Hub not answering is no error here: what is not known is a gate's business.
        """
        found = self.tried(model, lambda: self.api.model_info(model, timeout=10))
        return UNKNOWN if isinstance(found, Trouble) else from_info(found)


@contextmanager
def quiet(notice: Notice, cancel: threading.Event) -> Iterator[None]:
    """Let what huggingface_hub says to standard error go to `notice` instead.

    A studio's screen and a command's progress would be torn by it. The library says so before it
    waits, which nothing could stop: so that is where a long wait, or any after `cancel`, ends.
    """
    from huggingface_hub import utils

    # The library's stubs do not export what its documentation names.
    bars: Any = utils
    log = logging.getLogger("huggingface_hub")
    before, handler = log.handlers[:], _Telling(notice, cancel)
    log.handlers[:] = [handler]
    shown = not bars.are_progress_bars_disabled()
    if shown:
        bars.disable_progress_bars()
    try:
        yield
    finally:
        log.handlers[:] = before
        if shown:
            bars.enable_progress_bars()


class _Telling(logging.Handler):
    """Hands a library's warnings on, without a token in them."""

    def __init__(self, notice: Notice, cancel: threading.Event) -> None:
        super().__init__(logging.WARNING)
        self._notice = notice
        self._cancel = cancel

    def emit(self, record: logging.LogRecord) -> None:
        """Tell one.

        Raises:
            CancelledError: Somebody stopped it.
            LongPauseError: The library is about to wait for long.
        """
        if self._cancel.is_set():
            raise CancelledError(NOTHING)
        text = record.getMessage()
        wait = _WAIT.search(text)
        if wait and float(wait[1]) > _PATIENCE:
            raise LongPauseError(float(wait[1]))
        # Said of files that are read piece by piece so that progress can be told: not news.
        if "binary IO buffer" not in text:
            self._notice(one_line(scrub(text), 200))
