"""The bundle of a run: the files that go out, and whether they may."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from curator.publish.card import card
from curator.publish.facts import Facts, read_facts
from curator.publish.gates import (
    Gate,
    check_allowed,
    check_facts,
    check_paths,
    check_secrets,
    local_strings,
)
from curator.publish.licences import Ask
from curator.publish.meta import adapter_config, hub_config, run_meta
from curator.publish.modelcard import model_card
from curator.publish.payload import Payload, write_payload
from curator.publish.previous import Previous
from curator.publish.secrets import search
from curator.publish.thirdparty import third_party
from curator.publish.usage import usage
from curator.train import Run

WEIGHTS = "adapters.safetensors"
META = "run_meta.json"


@dataclass(frozen=True)
class Bundle(Payload):
    """What would be uploaded of a run.

    Attributes:
        facts: What it was made from.
    """

    facts: Facts

    kind = "model"
    last = META

    @property
    def name(self) -> str:
        """What the run is called."""
        return self.facts.name


def bundle_files(
    run: Run,
    *,
    allow: Sequence[str] = (),
    ask: Ask | None = None,
    previous: Previous | None = None,
) -> Bundle:
    """Make a bundle in memory; nothing is written.

    Args:
        run: A run with an adapter.
        allow: Codes of gates to go on against.
        ask: Asks the Hub for the licence of a base model that nothing here describes.
        previous: The version that is published already, to be compared with.

    Raises:
        ConfigError: The run has no adapter, or a code is no gate.
        ModelError: The adapter's files are damaged.
        InputError: An evaluation of the run cannot be read.
    """
    check_allowed(allow)
    facts = read_facts(run, ask=ask, previous=previous)
    about = check_facts(facts)
    # The search needs the files, and the files tell what it found: the rows are looked at first,
    # then the files that say so.
    texts = _texts(_files(facts, about, allow))
    found = search(facts.rows, texts)
    secrets = check_secrets(found, gone=not facts.rows)
    paths = check_paths(texts, local_strings(facts))
    gates = (*about, secrets, paths)
    return Bundle(MappingProxyType(_files(facts, gates, allow)), gates, tuple(allow), facts)


def write_bundle(bundle: Bundle, folder: Path) -> tuple[Path, ...]:
    """Write a bundle into a folder and return its files; see `write_payload`.

    Raises:
        ConfigError: A gate stands in the way, or the folder holds something else. Nothing is
            written then.
        StoreError: A file could not be written.
    """
    return write_payload(bundle, folder)


def _files(facts: Facts, gates: Sequence[Gate], allow: Sequence[str]) -> dict[str, bytes | Path]:
    return {
        "README.md": _bytes(card(facts, gates, allow)),
        "MODEL_CARD.md": _bytes(model_card(facts, gates, allow)),
        "USAGE.md": _bytes(usage(facts)),
        "LICENSE-THIRD-PARTY.md": _bytes(third_party(facts.licences)),
        "adapter_config.json": adapter_config(facts),
        WEIGHTS: facts.folder / WEIGHTS,
        "config.json": hub_config(facts),
        META: run_meta(facts, gates, allow),
    }


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _texts(files: Mapping[str, bytes | Path]) -> dict[str, str]:
    return {
        name: _header(content) if isinstance(content, Path) else content.decode("utf-8")
        for name, content in files.items()
    }


def _header(path: Path) -> str:
    """Return the text part of a safetensors file, where metadata may stand."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        return json.dumps(json.loads(file.read(length)))
