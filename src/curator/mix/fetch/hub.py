"""A dataset of the Hub taken as base data, through huggingface_hub.

The library downloads into its own cache and takes up a broken download where it ended. What it
delivers is compared with the checksum that the Hub has of the file, and the commit is pinned before
anything is downloaded, so that the note names what was really fetched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from curator.errors import ConfigError, InputError
from curator.mix.fetch.note import UNKNOWN, Origin
from curator.mix.fetch.rows import Fetched, fields_of, put
from curator.terminal import one_line

if TYPE_CHECKING:
    from huggingface_hub.hf_api import DatasetInfo, RepoSibling

#: Datasets that have a short name.
KNOWN = {"code-alpaca": "sahil2801/CodeAlpaca-20k"}
_NONE: Mapping[str, str] = MappingProxyType({})
# Seconds that the Hub may be silent when it is asked; by itself the library waits for ever.
_SILENT = 15.0
_ENDINGS = (".jsonl", ".json", ".parquet")
_SPLITS = ("train", "test", "validation", "valid", "dev")


def fetch_dataset(
    repo: str,
    folder: Path,
    *,
    split: str = "train",
    revision: str = "main",
    name: str = "",
    columns: Mapping[str, str] = _NONE,
    endpoint: str | None = None,
    cache: Path | None = None,
) -> Fetched:
    """Bring one split of a dataset into a folder of base data.

    Args:
        repo: ``org/name`` of a dataset, or a short name of `KNOWN`.
        folder: Where the rows go, such as ``data/raw``.
        split: Which split.
        revision: A branch, tag or commit; the commit it means now is noted.
        name: What the rows are called there; the dataset's own name by default.
        columns: What the columns are called, by our names, where they are not told by themselves.
        endpoint: Another Hub than the usual one.
        cache: Another cache than the usual one.

    Raises:
        InputError: The Hub cannot be reached or has no such dataset, or what came is not what it
            has.
        ConfigError: The dataset has no such split, its columns are not known, or the name is taken.
        StoreError: A file could not be written.
    """
    from huggingface_hub import HfApi

    known = KNOWN.get(repo, repo)
    api = HfApi(endpoint=endpoint)
    info = _asked(
        known,
        lambda: api.dataset_info(known, revision=revision, files_metadata=True, timeout=_SILENT),
    )
    chosen = _choose(info, split, known)
    paths = []
    for one in chosen:
        path = _asked(
            known,
            lambda one=one: api.hf_hub_download(
                known,
                one.rfilename,
                repo_type="dataset",
                revision=info.sha,
                cache_dir=cache,
            ),
        )
        _check(Path(path), one)
        paths.append(Path(path))
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.read_bytes())
    origin = Origin(
        origin=known,
        sha256="",
        rows=0,
        licence=_licence(info),
        revision=info.sha or "",
        file=" ".join(one.rfilename for one in chosen),
        file_sha256=whole.hexdigest(),
        split=split,
    )
    rows = (row for path in paths for row in fields_of(path))
    short = repo if repo in KNOWN else known.rsplit("/", 1)[-1]
    return put(folder, name or _named(short, split), rows, origin, columns)


def _named(short: str, split: str) -> str:
    return short if split == "train" else f"{short}-{split}"


def _asked(repo: str, ask: Any) -> Any:
    """Return what the Hub answers, or say in a sentence why it does not."""
    from huggingface_hub import errors

    local = "Connect to the network, or take a file that is here: curator fetch FILE."
    try:
        return ask()
    except errors.GatedRepoError:
        raise InputError(
            f"The dataset {repo} is gated.",
            hint="Accept its terms on the Hub, then set HF_TOKEN to a token that may read it.",
        ) from None
    except errors.RevisionNotFoundError:
        raise InputError(f"The dataset {repo} has no such revision.") from None
    except errors.RepositoryNotFoundError:
        raise InputError(
            f"There is no dataset {repo} on the Hub, or this machine may not see it.",
            hint="Check the name; for a private dataset set HF_TOKEN.",
        ) from None
    except errors.HFValidationError:
        raise InputError(
            f"{one_line(repo, 60)!r} is no name of a dataset.",
            hint="A name is like org/name; for a file give its path.",
        ) from None
    except errors.HfHubHTTPError as error:
        raise InputError(
            f"The Hub refused: {one_line(str(error), 160)}", hint="Try again later."
        ) from None
    except Exception as error:
        # The library's transport has had three names; what cannot connect is told by its root.
        transport = type(error).__module__.partition(".")[0] in {"httpx", "httpx2", "requests"}
        if transport or isinstance(error, OSError | errors.OfflineModeIsEnabled):
            raise InputError(
                "The Hub cannot be reached, so nothing was fetched.", hint=local
            ) from None
        raise


def _choose(info: DatasetInfo, split: str, repo: str) -> list[RepoSibling]:
    """Return the files of a split: those named after it, or the only one there is.

    Raises:
        ConfigError: There are none, or it is not clear which.
    """
    data = [
        one
        for one in info.siblings or []
        if one.rfilename.lower().endswith(_ENDINGS) and not _is_about(one.rfilename)
    ]
    named = [one for one in data if split in _words(one.rfilename)]
    for ending in _ENDINGS:
        files = [one for one in named if one.rfilename.lower().endswith(ending)]
        if files:
            return sorted(files, key=lambda one: one.rfilename)
    other = [one for one in data if not set(_SPLITS) & _words(one.rfilename)]
    if split == "train" and len(other) == 1:
        return other
    names = ", ".join(sorted(one.rfilename for one in data)) or "none"
    raise ConfigError(
        f"The dataset {repo} has no file of the split {one_line(split, 40)!r}.",
        hint=f"Its data files: {one_line(names, 300)}.",
    )


def _is_about(name: str) -> bool:
    """Return whether a file is about the data instead of being it."""
    return PurePosixPath(name).name in {"dataset_infos.json", "dataset_info.json", "config.json"}


def _words(name: str) -> set[str]:
    word = "".join(letter if letter.isalnum() else " " for letter in name.lower())
    return set(word.split())


def _licence(info: DatasetInfo) -> str:
    """Return the licence that the dataset's card names."""
    card = info.card_data
    named = card.get("license") if card is not None else None
    if isinstance(named, list):
        named = ", ".join(map(str, named))
    if not named:
        tags = info.tags or []
        named = next((tag[8:] for tag in tags if tag.startswith("license:")), "")
    return one_line(str(named), 80) if named else UNKNOWN


def _check(path: Path, one: RepoSibling) -> None:
    """Compare a file with the checksum that the Hub has of it.

    Raises:
        InputError: It is another one.
    """
    data = path.read_bytes()
    if one.lfs is not None:
        same = hashlib.sha256(data).hexdigest() == one.lfs.sha256
    elif one.blob_id:
        # What git calls a blob: its length, then its content.
        head = f"blob {len(data)}\0".encode()
        same = hashlib.sha1(head + data, usedforsecurity=False).hexdigest() == one.blob_id
    else:
        same = one.size is None or len(data) == one.size
    if not same:
        raise InputError(
            f"What came of {one_line(one.rfilename, 80)} is not what the Hub has.",
            path=path,
            hint="Remove this file and fetch again.",
        )
