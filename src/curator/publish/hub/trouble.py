"""What went wrong with the Hub, in a sentence, and whether trying again can help."""

from __future__ import annotations

import json
from dataclasses import dataclass

from curator.errors import CancelledError, PublishError
from curator.publish.hub.token import scrub
from curator.terminal import one_line

#: Answers that another attempt may change.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_TRIES = 5
_NO_ADDRESS = frozenset({"UnsupportedProtocol", "InvalidURL", "MissingSchema", "InvalidSchema"})
_LOG_IN = "Run `hf auth login`, or set HF_TOKEN to a token that may write."


class UnreachableError(PublishError):
    """Nobody answered."""


class LongPauseError(Exception):
    """The library is about to wait so long that the waiting must be ours, which can be stopped.

    Args:
        seconds: How long.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:g} s")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Trouble:
    """One failure.

    Attributes:
        message: What happened; no token is in it.
        hint: What to do next.
        passing: Whether another attempt may succeed.
        after: Seconds that the Hub asks to wait; None where it does not say.
        status: The HTTP status; 0 where there was no answer.
        tries: Attempts that make sense, in all.
    """

    message: str
    hint: str = ""
    passing: bool = False
    after: float | None = None
    status: int = 0
    tries: int = _TRIES


def judge(error: BaseException, repo: str) -> Trouble:
    """Say what an error of huggingface_hub means.

    Args:
        error: What was raised.
        repo: Whose it is.

    Raises:
        CancelledError: The work was stopped on request.
    """
    from huggingface_hub import errors

    chain = list(_chain(error))
    for one in chain:
        if isinstance(one, CancelledError):
            raise one from None
    if isinstance(error, ValueError) and "metadata in README.md" in str(error):
        return Trouble(f"The Hub does not accept the card: {one_line(scrub(str(error)), 200)}")
    for one in chain:
        if isinstance(one, LongPauseError):
            return Trouble(
                "The Hub asks for a pause.",
                "Run the same command again later.",
                passing=True,
                after=one.seconds,
            )
        if isinstance(one, errors.LocalTokenNotFoundError):
            return Trouble("There is no token for the Hub on this machine.", _LOG_IN)
        if isinstance(one, errors.HFValidationError):
            return Trouble(
                f"{one_line(repo, 80)!r} is no name of a repository.", "A name is like USER/NAME."
            )
        if isinstance(one, errors.OfflineModeIsEnabled):
            return Trouble("The Hub is switched off by HF_HUB_OFFLINE.", "Unset it.")
        if isinstance(one, errors.HfHubHTTPError):
            return _answered(one, repo)
        if isinstance(one, json.JSONDecodeError):
            return Trouble("The Hub's answer was no JSON.", "Try again later.", passing=True)
        if type(one).__name__ in _NO_ADDRESS:
            return Trouble("HF_ENDPOINT is no address of a Hub.", "It is like https://HOST.")
        if isinstance(one, UnicodeEncodeError):
            # What the library sends of ours outside of JSON is the token, in a header.
            return Trouble("The token holds characters that no token has.", _LOG_IN)
        if _is_transport(one):
            said = one_line(scrub(str(one)), 120).rstrip(".") or type(one).__name__
            return Trouble(
                f"The connection to the Hub failed: {said}.",
                "Check the network, then run the same command again.",
                passing=True,
                # Where nobody answers at all, it is the network, which a minute does not mend.
                tries=2 if type(one).__name__ == "ConnectError" else _TRIES,
            )
    # The library says "error while uploading"; what caused that says more.
    last = chain[-1]
    said = one_line(scrub(str(last)), 200)
    if isinstance(last, OSError) and last.errno:
        return Trouble(f"The system refused: {last.strerror}.", "Make room or mend it, then again.")
    return Trouble(f"{type(last).__name__}: {said}", "This was not expected.")


def _answered(error: BaseException, repo: str) -> Trouble:
    response = getattr(error, "response", None)
    status = int(getattr(response, "status_code", 0) or 0)
    said = one_line(scrub(getattr(error, "server_message", None) or str(error)), 160)
    messages = {
        401: ("The Hub does not accept the token.", _LOG_IN),
        403: (
            f"The token may not write to {repo}.",
            "Take a token that may; in an organisation you must be a member who may write.",
        ),
        404: (f"There is no {repo} on the Hub, or this token may not see it.", _LOG_IN),
        409: (f"The Hub says that this is there already: {said}", ""),
        412: (
            f"Somebody else changed {repo} meanwhile.",
            "Look at it with --dry-run, then run the command again.",
        ),
        413: (f"The Hub finds this too large: {said}", ""),
        507: (f"The Hub has no room for this: {said}", "Make room there, then run it again."),
    }
    if status in messages:
        message, hint = messages[status]
        return Trouble(message, hint, status=status)
    if status in _PASSING:
        what = "The Hub asks for a pause (429)." if status == 429 else f"The Hub failed ({status})."
        return Trouble(
            what,
            "Run the same command again later.",
            passing=True,
            after=_wanted(getattr(response, "headers", {})),
            status=status,
        )
    return Trouble(f"The Hub refused ({status}): {said}", status=status)


def _wanted(headers: object) -> float | None:
    """Return how many seconds an answer asks to wait, as its headers say; None for nothing."""
    get = getattr(headers, "get", None)
    if get is None:
        return None
    value = str(get("Retry-After") or "").strip()
    if value.isdigit():
        return float(value)
    # RateLimit: "api";r=0;t=55 says that the window ends in 55 seconds.
    for part in str(get("RateLimit") or "").split(";"):
        name, _, number = part.strip().partition("=")
        if name == "t" and number.isdigit():
            return float(number)
    return None


def _chain(error: BaseException) -> list[BaseException]:
    """Return an error and what caused it, outermost first."""
    found: list[BaseException] = []
    now: BaseException | None = error
    while now is not None and now not in found:
        found.append(now)
        now = now.__cause__
    return found


def _is_transport(error: BaseException) -> bool:
    # The library's transport has had three names.
    module = type(error).__module__.partition(".")[0]
    return module in {"httpx", "httpx2", "httpcore", "requests", "urllib3"} or isinstance(
        error, ConnectionError | TimeoutError
    )
