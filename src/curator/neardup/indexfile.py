"""An index of twins on disk: stored whole, with what made it, and read back in a moment.

The file is NumPy's ``.npz`` without pickles: arrays, the texts as UTF-8, and a JSON header with the
format, the versions of the libraries and the hash of the texts.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curator.errors import InputError
from curator.neardup.index import Parts, TwinIndex, hash_texts
from curator.neardup.sketch import BUCKETS, DIMENSIONS, Basis

FORMAT = 1

_BY_SLOT: dict[str, tuple[tuple[int, ...], type[np.generic]]] = {
    "row": ((), np.int64),
    "lengths": ((), np.int64),
    "sketches": ((DIMENSIONS,), np.float32),
    "bits": ((), np.uint64),
    "sizes": ((), np.int64),
}
_AGAIN = "Build the index again from its texts."


def made_by() -> dict[str, Any]:
    """Return what an index depends on besides its texts: format, sizes, library versions."""
    return {
        "format": FORMAT,
        "sketch": [BUCKETS, DIMENSIONS],
        "rapidfuzz": version("rapidfuzz"),
        "numpy": version("numpy"),
    }


def save_index(index: TwinIndex, path: Path) -> None:
    """Write an index so that the file is either the old one or the new one, never a part.

    Raises:
        InputError: The file cannot be written.
    """
    parts = index.parts
    header = {**made_by(), "content": index.content_hash, "fitted": parts.fitted}
    store = io.BytesIO()
    np.savez(
        store,
        header=_bytes(json.dumps(header)),
        texts=_bytes("".join(parts.texts)),
        ends=np.cumsum([len(text) for text in parts.texts], dtype=np.int64),
        words=_bytes("\n".join(parts.words)),
        mean=parts.basis.mean,
        axes=parts.basis.axes,
        **{name: getattr(parts, name)[: parts.used] for name in _BY_SLOT},
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".twins-", delete=False) as file:
            file.write(store.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except OSError as error:
        raise InputError(f"The index cannot be written: {error.strerror}.", path=path) from error


def load_index(path: Path) -> TwinIndex:
    """Read an index.

    Raises:
        InputError: There is none, it is damaged, or another version made it.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            parts = {name: stored[name] for name in stored.files}
        header = json.loads(parts["header"].tobytes())
        if {name: header[name] for name in made_by()} != made_by():
            raise InputError("Other versions made this index.", path=path, hint=_AGAIN)
        index = _restored(parts, int(header["fitted"]))
        if index.content_hash != header["content"]:
            raise InputError("This index does not hold what it says.", path=path, hint=_AGAIN)
    except OSError as error:
        why = error.strerror or "it is no index"
        raise InputError(f"The index cannot be read: {why}.", path=path, hint=_AGAIN) from error
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise InputError("This is not an index of twins.", path=path, hint=_AGAIN) from error
    return index


def open_index(path: Path, texts: Sequence[str]) -> TwinIndex:
    """Return the index of `texts` at `path`; build and store it where there is none that fits.

    Raises:
        InputError: It cannot be written.
    """
    try:
        index = load_index(path)
        if index.content_hash == hash_texts(texts):
            return index
    except InputError:
        pass
    index = TwinIndex(texts)
    save_index(index, path)
    return index


def _restored(stored: dict[str, NDArray[Any]], fitted: int) -> TwinIndex:
    whole = stored["texts"].tobytes().decode("utf-8", "surrogatepass")
    ends = stored["ends"].tolist()
    texts = [whole[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    words = stored["words"].tobytes().decode("utf-8", "surrogatepass").split("\n")
    words = words if texts else []
    used = len(stored["row"])
    shapes = {name: (used, *shape) for name, (shape, _) in _BY_SLOT.items()}
    shapes |= {"mean": (BUCKETS,), "axes": (BUCKETS, DIMENSIONS)}
    for name, shape in shapes.items():
        kind = _BY_SLOT[name][1] if name in _BY_SLOT else np.float32
        if stored[name].shape != shape or stored[name].dtype != kind:
            raise ValueError(name)
    rows = stored["row"]
    placed = np.sort(rows[rows >= 0])
    if len(words) != len(texts) or not np.array_equal(placed, np.arange(len(texts))):
        raise ValueError("row")
    basis = Basis(stored["mean"], stored["axes"])
    by_slot = {name: stored[name] for name in _BY_SLOT}
    return TwinIndex.restored(Parts(texts, words, basis, fitted, used, **by_slot))


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
