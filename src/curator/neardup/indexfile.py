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
from curator.neardup.index import TwinIndex, hash_texts
from curator.neardup.sketch import BUCKETS, DIMENSIONS, Basis

FORMAT = 1

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
    texts, words, basis, fitted, (sketches, lengths, bits, sizes) = index.parts()
    header = {**made_by(), "content": hash_texts(texts), "fitted": fitted}
    store = io.BytesIO()
    np.savez(
        store,
        header=_bytes(json.dumps(header)),
        texts=_bytes("".join(texts)),
        words=_bytes("\n".join(words)),
        mean=basis.mean,
        axes=basis.axes,
        sketches=sketches,
        lengths=lengths,
        bits=bits,
        sizes=sizes,
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
        with np.load(path, allow_pickle=False) as stored:
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
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
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


def _restored(parts: dict[str, NDArray[Any]], fitted: int) -> TwinIndex:
    lengths = parts["lengths"]
    whole = parts["texts"].tobytes().decode("utf-8", "surrogatepass")
    ends = np.cumsum(lengths).tolist()
    texts = [whole[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    words = parts["words"].tobytes().decode("utf-8").split("\n") if texts else []
    rows = len(texts)
    shapes = {
        "sketches": ((rows, DIMENSIONS), np.float32),
        "bits": ((rows,), np.uint64),
        "sizes": ((rows,), np.int64),
        "lengths": ((rows,), np.int64),
        "mean": ((BUCKETS,), np.float32),
        "axes": ((BUCKETS, DIMENSIONS), np.float32),
    }
    for name, (shape, kind) in shapes.items():
        if parts[name].shape != shape or parts[name].dtype != kind:
            raise ValueError(name)
    if len(words) != rows:
        raise ValueError("words")
    arrays = parts["sketches"], lengths, parts["bits"], parts["sizes"]
    return TwinIndex.restored(texts, words, Basis(parts["mean"], parts["axes"]), fitted, arrays)


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
