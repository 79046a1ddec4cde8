"""What stands on the Hub now, and what publishing would change there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from curator.errors import ConfigError
from curator.publish.hub.client import SILENT, Hub
from curator.publish.payload import Payload
from curator.terminal import one_line
from curator.train.runs import sha256_of

_VERSION = re.compile(r"v(\d+)\.(\d+)\.(\d+)")
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_LARGEST_META = 4 << 20

_MISSING: Any = object()

State = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository.

    Attributes:
        size: In bytes.
        sha256: Of its content, where it is stored as a large file; else empty.
        blob: What git calls it; for a large file, of its pointer.
    """

    size: int
    sha256: str
    blob: str

    def is_same(self, content: bytes | Path) -> bool:
        """Return whether its content is this one."""
        size = content.stat().st_size if isinstance(content, Path) else len(content)
        if size != self.size:
            return False
        if self.sha256:
            return self.sha256 == _sha256(content)
        data = content.read_bytes() if isinstance(content, Path) else content
        head = f"blob {len(data)}\0".encode()
        return hashlib.sha1(head + data, usedforsecurity=False).hexdigest() == self.blob


@dataclass(frozen=True)
class Remote:
    """A repository as it stands.

    Attributes:
        repo: ``USER/NAME``.
        kind: ``model`` or ``dataset``.
        exists: Whether it is there, as far as this token may see.
        private: Whether only its owners see it.
        head: The commit of its main branch; empty where there is none.
        files: By name.
        tags: The commit of each tag.
        meta: Its ``run_meta.json``; empty where it has none.
    """

    repo: str
    kind: str
    exists: bool = False
    private: bool = False
    head: str = ""
    files: Mapping[str, RemoteFile] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    meta: bytes = b""

    @property
    def version(self) -> str:
        """The tag of the present commit, the highest where there are several; may be empty."""
        here = [tag for tag, commit in self.tags.items() if commit == self.head]
        return max(here, key=_order, default="")


@dataclass(frozen=True, slots=True)
class Change:
    """What publishing would do to one file.

    Attributes:
        name: The file.
        size: In bytes.
        state: ``new``, ``changed`` or ``same``.
        before: Its size there now; 0 where it is new.
    """

    name: str
    size: int
    state: State
    before: int = 0


@dataclass(frozen=True)
class Plan:
    """What publishing would do.

    Attributes:
        remote: What stands there.
        tag: The version it would be called.
        private: Whether a new repository would be private.
        changes: One for each file.
        kept: Files that stand there and are not ours; they stay.
    """

    remote: Remote
    tag: str
    private: bool
    changes: tuple[Change, ...]
    kept: tuple[str, ...]

    @property
    def sent(self) -> tuple[Change, ...]:
        """The files that would be sent."""
        return tuple(change for change in self.changes if change.state != "same")

    @property
    def done(self) -> bool:
        """Whether all of it stands there already, tag included."""
        return not self.sent and self.remote.tags.get(self.tag) == self.remote.head


def look(hub: Hub, repo: str, kind: str) -> Remote:
    """Return a repository as it stands.

    Raises:
        PublishError: The Hub refused, or did not answer.
        CancelledError: Somebody stopped it.
    """
    from huggingface_hub.errors import HFValidationError

    def ask() -> Any:
        if repo.count("/") != 1:
            # The library knows names without a user, which nobody can publish to.
            raise HFValidationError
        return hub.api.repo_info(repo, repo_type=kind, files_metadata=True, timeout=SILENT)

    info = hub.asked(repo, ask, missing=_MISSING)
    if info is _MISSING:
        return Remote(repo, kind)
    refs: Any = hub.asked(repo, lambda: hub.api.list_repo_refs(repo, repo_type=kind))
    files = {one.rfilename: _file(one) for one in info.siblings or []}
    return Remote(
        repo=repo,
        kind=kind,
        exists=True,
        private=bool(info.private),
        head=info.sha or "",
        files=files,
        tags={one_line(ref.name, 80): ref.target_commit for ref in refs.tags},
        meta=_meta(hub, repo, info.sha) if kind == "model" and "run_meta.json" in files else b"",
    )


def make_plan(payload: Payload, remote: Remote, *, tag: str = "", private: bool = False) -> Plan:
    """Say what publishing would do.

    Args:
        payload: What would go out.
        remote: What stands there.
        tag: The version; the next free one by default.
        private: Whether only the owners should see it.

    Raises:
        ConfigError: The tag is none, or means another commit already; or the repository is public
            and should be private.
    """
    changes = []
    for name, content in sorted(payload.files.items()):
        there = remote.files.get(name)
        state: State = "new" if there is None else "same" if there.is_same(content) else "changed"
        changes.append(Change(name, payload.size(name), state, there.size if there else 0))
    kept = tuple(sorted(set(remote.files) - set(payload.files) - {".gitattributes"}))
    if private and remote.exists and not remote.private:
        raise ConfigError(
            f"{remote.repo} is public already, and --private cannot change that.",
            hint="Change it in the settings of the repository first, or take another name.",
        )
    same = all(change.state == "same" for change in changes)
    tag = tag or (remote.version if same else "") or next_tag(remote.tags)
    _check_tag(tag, remote, same=same)
    return Plan(remote, tag, private, tuple(changes), kept)


def next_tag(tags: Iterable[str]) -> str:
    """Return the version after the highest: v1.0.0, then v1.1.0."""
    known = [match for tag in tags if (match := _VERSION.fullmatch(tag))]
    if not known:
        return "v1.0.0"
    major, minor, _ = max(tuple(int(part) for part in match.groups()) for match in known)
    return f"v{major}.{minor + 1}.0"


def _check_tag(tag: str, remote: Remote, *, same: bool) -> None:
    if not _TAG.fullmatch(tag) or ".." in tag or tag.endswith((".", ".lock")):
        raise ConfigError(
            f"{one_line(tag, 60)!r} is no name of a version.", hint="A version is like v1.1.0."
        )
    commit = remote.tags.get(tag)
    if commit is None or (same and commit == remote.head):
        return
    raise ConfigError(
        f"The version {tag} of {remote.repo} is there already: commit {commit[:12]}.",
        hint=f"A version is never changed. The next one is {next_tag(remote.tags)}.",
    )


def _order(tag: str) -> tuple[bool, tuple[int, ...], str]:
    match = _VERSION.fullmatch(tag)
    numbers = tuple(int(part) for part in match.groups()) if match else ()
    return match is not None, numbers, tag


def _file(one: Any) -> RemoteFile:
    sha256 = str(one.lfs.sha256) if one.lfs is not None else ""
    return RemoteFile(int(one.size or 0), sha256, str(one.blob_id or ""))


def _meta(hub: Hub, repo: str, commit: str) -> bytes:
    """Return the ``run_meta.json`` of a commit; empty where it is too large to be one."""

    def fetch() -> bytes:
        with TemporaryDirectory(prefix="curator-") as folder:
            path = Path(
                hub.api.hf_hub_download(repo, "run_meta.json", revision=commit, cache_dir=folder)
            )
            return path.read_bytes() if path.stat().st_size <= _LARGEST_META else b""

    return hub.asked(repo, fetch)


def _sha256(content: bytes | Path) -> str:
    return sha256_of(content) if isinstance(content, Path) else hashlib.sha256(content).hexdigest()
