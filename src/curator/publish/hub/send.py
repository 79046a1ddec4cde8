"""Files on their way to the Hub: one commit for all of them, so that nothing is half published."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from curator.errors import CancelledError, CuratorError, PublishError
from curator.publish.hub.client import NOTHING, Hub
from curator.publish.hub.remote import Plan, Remote, look
from curator.publish.hub.token import holds_token
from curator.publish.hub.trouble import Trouble
from curator.publish.payload import Payload, check_standing, chunks

#: Told the bytes that were sent, the bytes in all, and the present step.
Progress = Callable[[int, int, str], None]

#: Attempts at the commit; each of its requests is tried several times by the library itself.
_TRIES = 3
# Seconds that the Hub may be silent while it takes a commit in.
_SILENT = 60.0
#: Progress is told when another so-manieth of it is done.
_NEWS = 200


@dataclass(frozen=True, slots=True)
class Published:
    """What stands on the Hub now.

    Attributes:
        repo: ``USER/NAME``.
        kind: ``model`` or ``dataset``.
        url: Its page.
        commit: The commit that holds it.
        tag: The version that means this commit.
        sent: Files that were sent; none where all stood there already.
    """

    repo: str
    kind: str
    url: str
    commit: str
    tag: str
    sent: tuple[str, ...]


def publish(
    hub: Hub, payload: Payload, plan: Plan, *, progress: Progress = lambda *_: None
) -> Published:
    """Publish what a plan says.

    The steps are: the repository, all files in one commit, a look at what stands there now, the
    tag. A second attempt does what is missing.

    Args:
        hub: The Hub.
        payload: What goes out.
        plan: What `make_plan` said of it.
        progress: Told how far it is.

    Raises:
        ConfigError: A gate stands in the way.
        PublishError: Something failed; the message says what stands on the Hub then.
        CancelledError: Somebody stopped it; likewise.
    """
    check_standing(payload, NOTHING)
    for name, content in payload.files.items():
        if any(holds_token(part) for part in chunks(content)):
            raise PublishError(
                f"{name} holds the token of this machine. {NOTHING}",
                hint="Revoke the token, then take it out of the text it comes from.",
            )
    sending = _Publication(hub, payload, plan, progress)
    try:
        commit = sending.send()
    except CancelledError:
        raise CancelledError(sending.so_far, hint=_AGAIN) from None
    except CuratorError as error:
        told = f"{error.message} {sending.so_far}"
        raise PublishError(told, hint=error.hint or _AGAIN) from None
    remote = plan.remote
    prefix = "datasets/" if remote.kind == "dataset" else ""
    return Published(
        repo=remote.repo,
        kind=remote.kind,
        url=f"{hub.api.endpoint}/{prefix}{remote.repo}",
        commit=commit,
        tag=plan.tag,
        sent=tuple(change.name for change in plan.sent),
    )


_AGAIN = "The same command again does what is missing."


class _Publication:
    """One attempt to publish, and how far it came.

    Attributes:
        so_far: What stands on the Hub by now, in a sentence.
    """

    def __init__(self, hub: Hub, payload: Payload, plan: Plan, progress: Progress) -> None:
        self.so_far = NOTHING
        self._hub = hub
        self._payload = payload
        self._plan = plan
        self._progress = progress
        self._remote = plan.remote

    def send(self) -> str:
        """Take all steps, and return the commit that holds the files."""
        if not self._remote.exists:
            self._progress(0, 0, "making the repository")
            self._create()
            self.so_far = f"The repository {self._remote.repo} is there now, without these files."
            self._remote = self._now()
        commit = self._remote.head
        if self._plan.sent:
            commit = self._commit()
        self.so_far = (
            f"All files stand in commit {commit[:12]}, but the tag {self._plan.tag} is not set."
        )
        self._progress(0, 0, "setting the tag")
        self._tag(commit)
        return commit

    def _now(self) -> Remote:
        return look(self._hub, self._remote.repo, self._remote.kind)

    def _create(self) -> None:
        remote = self._remote
        self._hub.asked(
            remote.repo,
            lambda: self._hub.api.create_repo(
                remote.repo,
                repo_type=remote.kind,
                private=self._plan.private or None,
                exist_ok=True,
                token=True,
            ),
        )

    def _commit(self) -> str:
        """Send all files in one commit and return it.

        An answer that is lost does not tell whether the commit was made: before another attempt
        the repository is looked at, and what stands there counts. That look too can fail or be
        stopped, so `so_far` says meanwhile what is known.
        """
        hub, remote, before = self._hub, self._remote, self.so_far
        total = sum(change.size for change in self._plan.sent)
        for attempt in range(1, _TRIES + 1):
            hub.stop_if_cancelled()
            sending = _Sending(hub.cancel, total, self._progress)
            made = hub.tried(remote.repo, partial(self._attempt, sending), silent=_SILENT)
            if isinstance(made, Trouble):
                self.so_far = "Whether the files stand there now is not known."
            else:
                self.so_far = f"The Hub took the files as commit {made[:12]}, but it has no tag."
            now = self._now()
            if all(
                name in now.files and now.files[name].is_same(content)
                for name, content in self._payload.files.items()
            ):
                return now.head
            if not isinstance(made, Trouble):
                raise PublishError(
                    f"{remote.repo} holds other files than were sent.",
                    hint="Somebody else may be publishing there; look with --dry-run.",
                )
            self.so_far = before
            if now.head != remote.head:
                raise PublishError(
                    f"Somebody else changed {remote.repo} meanwhile.",
                    hint="Look at it with --dry-run, then run the command again.",
                )
            hub.wait(made, attempt, _TRIES)
        raise AssertionError("unreachable")

    def _attempt(self, sending: _Sending) -> str:
        from huggingface_hub import CommitOperationAdd

        opened = []
        try:
            operations = []
            for name in [change.name for change in self._plan.sent]:
                content = self._payload.files[name]
                source: Any = content
                if isinstance(content, Path):
                    source = _Watched(content, sending)
                    opened.append(source)
                operations.append(CommitOperationAdd(path_in_repo=name, path_or_fileobj=source))
                if isinstance(content, bytes):
                    sending.add(len(content))
            for source in opened:
                # Until now it was read for its checksum.
                source.watch()
            info = self._hub.api.create_commit(
                self._remote.repo,
                operations,
                commit_message=f"Publish {self._payload.name} {self._plan.tag}",
                repo_type=self._remote.kind,
                parent_commit=self._remote.head or None,
                token=True,
            )
        finally:
            for source in opened:
                source.close()
        return str(info.oid)

    def _tag(self, commit: str) -> None:
        hub, remote, tag = self._hub, self._remote, self._plan.tag
        if remote.tags.get(tag) == commit:
            return
        for attempt in range(1, _TRIES + 1):
            trouble = hub.tried(
                remote.repo,
                lambda: hub.api.create_tag(
                    remote.repo, tag=tag, revision=commit, repo_type=remote.kind, token=True
                ),
            )
            if not isinstance(trouble, Trouble):
                return
            if trouble.status == 409 or trouble.passing:
                # It may have been set although the answer was lost, or by somebody else.
                there = self._now().tags.get(tag)
                if there == commit:
                    return
                if there is not None:
                    raise PublishError(
                        f"The tag {tag} was set meanwhile, on commit {there[:12]}.",
                        hint="Take another version with --tag.",
                    )
            hub.wait(trouble, attempt, _TRIES)


class _Sending:
    """How much of an upload is done, from any thread."""

    def __init__(self, cancel: threading.Event, total: int, progress: Progress) -> None:
        self._cancel, self._total, self._progress = cancel, total, progress
        self._done = self._told = 0
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        """Count bytes, or take them back.

        Raises:
            CancelledError: Somebody stopped it.
        """
        if self._cancel.is_set():
            raise CancelledError(NOTHING)
        with self._lock:
            self._done += count
            done = self._done
            news = done >= self._total or abs(done - self._told) * _NEWS >= self._total
            if news:
                self._told = done
        if news:
            self._progress(min(done, self._total), self._total, "sending")


class _Watched(io.BufferedReader):
    """A file that tells how much of it was read, and that can be stopped in the middle."""

    def __init__(self, path: Path, sending: _Sending) -> None:
        super().__init__(io.FileIO(path))
        self._sending: _Sending | None = None
        self._meant = sending
        self._read = 0

    def watch(self) -> None:
        """Count from now on."""
        self._sending = self._meant

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, and count."""
        data = super().read(size)
        if self._sending is not None:
            self._read += len(data)
            self._sending.add(len(data))
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go elsewhere; going back to the start takes back what was counted."""
        place = super().seek(offset, whence)
        if self._sending is not None and place < self._read:
            self._sending.add(place - self._read)
            self._read = place
        return place
