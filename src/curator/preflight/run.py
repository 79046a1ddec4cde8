"""One preflight: read the mixture, count it with the model's own tokenizer, ask every check."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from curator.errors import CancelledError, ConfigError, InputError
from curator.example import Profile, load_profile
from curator.mix import Check, HeldOut, Manifest, Verdict, read_manifest
from curator.preflight.adapter import check_adapter
from curator.preflight.length import check_batches, check_lengths
from curator.preflight.memory import check_memory, estimate_bytes
from curator.preflight.origin import (
    check_contamination,
    check_curated,
    check_exposures_of,
    check_twins,
)
from curator.preflight.report import CODES, Preflight, Subject
from curator.preflight.suites import held_out_prompts
from curator.preflight.template import check_template
from curator.train import Mixture, TrainingSpec, read_mixture
from curator.train.tokens import CountedRow, Tokens

Progress = Callable[[str], None]


def preflight(
    folder: Path,
    spec: TrainingSpec,
    *,
    held_out: Sequence[HeldOut] | None = None,
    profile: Profile | None = None,
    tokens: Tokens | None = None,
    progress: Progress = lambda _: None,
    cancel: threading.Event | None = None,
) -> Preflight:
    """Look at a mixture as a training would see it; nothing is written.

    Args:
        folder: The mixture.
        spec: How it is to be trained, on which model.
        held_out: Prompts that no row may resemble; those of the suites that come along by default.
        profile: The shape of an answer, whose sections are looked for in rows that are cut.
        tokens: Counts; one of its own, ended afterwards, by default.
        progress: Called with the name of each stage.
        cancel: Set it to stop early.

    Raises:
        InputError: The mixture is missing, damaged or empty.
        ModelError: The model is not there, or its tokenizer cannot be loaded.
        TrainingError: The counting process died.
        CancelledError: `cancel` was set.
    """
    progress("reading")
    mixture = read_mixture(folder)
    spec = spec.for_rows(len(mixture.train))
    manifest, found = _manifest(mixture)
    with ExitStack() as stack:
        counter = tokens or stack.enter_context(Tokens(spec.model))
        progress("loading the tokenizer")
        facts = counter.load(cancel)
        train: list[CountedRow] = []
        valid: list[CountedRow] = []
        system = any(row[0]["role"] == "system" for row in (*mixture.train, *mixture.valid))
        if facts.template and (facts.system_role or not system):
            progress("counting tokens")
            shape = profile or load_profile()
            marks = [shape.heading(one) for one in shape.section]
            train = counter.count(mixture.train, marks=marks, cancel=cancel)
            valid = counter.count(mixture.valid, marks=marks, cancel=cancel)
    subject = Subject(
        mixture=mixture,
        manifest=manifest,
        spec=spec,
        facts=facts,
        train=train,
        valid=valid,
        held_out=held_out_prompts() if held_out is None else held_out,
        profile=profile or load_profile(),
    )
    progress("comparing")
    for check in _checks(subject):
        if cancel is not None and cancel.is_set():
            raise CancelledError("The checks were not finished.")
        found.append(check)
    found.sort(key=lambda check: CODES.index(check.code))
    return Preflight(
        folder=folder,
        model=spec.model,
        checks=tuple(found),
        train_rows=len(mixture.train),
        learned_tokens=sum(map(subject.learned, train)),
        total_tokens=sum(min(row.total, spec.max_seq_length) for row in train),
        memory_bytes=estimate_bytes(subject) if train else 0,
    )


def _checks(subject: Subject) -> Iterator[Check]:
    yield from check_template(subject)
    yield from check_adapter(subject)
    if subject.train:
        yield from check_lengths(subject)
    yield from check_curated(subject)
    yield from check_twins(subject)
    yield from check_contamination(subject)
    yield from check_exposures_of(subject)
    yield from check_batches(subject)
    if subject.train:
        yield from check_memory(subject)


def _manifest(mixture: Mixture) -> tuple[Manifest | None, list[Check]]:
    """Return the manifest, where it is the one of these very files."""
    try:
        manifest = read_manifest(mixture.folder)
    except ConfigError as error:
        remedy = "Build it with `curator mix`, so that each row is known."
        return None, [
            Check(
                "manifest",
                Verdict.WARN,
                f"Nothing tells where the rows came from: {error.message}",
                remedy,
            )
        ]
    for path in mixture.files:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InputError(f"Cannot be read: {error.strerror}.", path=path) from None
        if hashlib.sha256(data).hexdigest() != manifest.files.get(path.name):
            return None, [
                Check(
                    "manifest",
                    Verdict.ERROR,
                    f"{path.name} is not the file that manifest.json describes.",
                    "Build the mixture again; `curator mix --verify` says what differs.",
                )
            ]
    if any(len(manifest.rows[split]) != rows for split, rows in mixture.rows.items()):
        return None, [
            Check(
                "manifest",
                Verdict.ERROR,
                "manifest.json does not tell of every row where it came from.",
                "Build the mixture again; nobody but `curator mix` writes this file.",
            )
        ]
    said = "Every row is known by the manifest, and the files are those it describes."
    return manifest, [Check("manifest", Verdict.OK, said)]
