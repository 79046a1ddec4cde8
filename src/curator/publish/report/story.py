"""A training as its files tell it, for a report: with or without an adapter still there."""

from __future__ import annotations

from dataclasses import dataclass

from curator.evaluate import Evaluation
from curator.mix import Manifest
from curator.publish.facts import (
    Shown,
    curves_of,
    evaluations_of,
    exposures,
    manifest_of,
    name_of,
    result_of,
    root_of,
)
from curator.publish.hub.receipt import Receipt, read_receipts
from curator.publish.licences import Licence, base_licence, data_licences
from curator.publish.naming import base_name
from curator.train import LossCurves, Run, Started


@dataclass(frozen=True)
class Story:
    """What a report tells of one run.

    Attributes:
        run: Its record and spec.
        manifest: The mixture that trained it, or None.
        curves: Its losses.
        started: What the trainer said of the rows and the model; None where it said nothing.
        shown: How often each example was seen.
        evaluations: Those of the adapter that the run wrote.
        licences: Of the base and the data.
        receipts: What was published.
    """

    run: Run
    manifest: Manifest | None
    curves: LossCurves
    started: Started | None
    shown: Shown | None
    evaluations: tuple[Evaluation, ...]
    licences: tuple[Licence, ...]
    receipts: tuple[Receipt, ...]

    @property
    def name(self) -> str:
        """What the run is called."""
        return name_of(self.run, self.manifest)

    @property
    def base_name(self) -> str:
        """The base model's name without a path of this machine."""
        return base_name(self.run.model)


def read_story(run: Run) -> Story:
    """Read what there is to tell of a run.

    Raises:
        InputError: It has no result yet, or an evaluation cannot be read.
    """
    result = result_of(run)
    manifest = manifest_of(run)
    own, _ = evaluations_of(run, result.adapter_sha256)
    started = [event for event in run.events() if isinstance(event, Started)]
    data = data_licences(manifest, root_of(run, manifest)) if manifest else ()
    return Story(
        run=run,
        manifest=manifest,
        curves=curves_of(run),
        started=started[-1] if started else None,
        shown=exposures(run, manifest),
        evaluations=own,
        licences=(base_licence(run), *data),
        receipts=read_receipts(run.folder),
    )
