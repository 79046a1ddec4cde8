"""Everything a bundle may say about a run, read from the run's own files.

The card, the metadata and the gates are written from this one value. Nothing in it was typed in by
a person, and nothing that is not in it gets into a bundle.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from curator.errors import ConfigError, CuratorError
from curator.evaluate import Evaluation
from curator.evaluate.saved import load_evaluation, saved_evaluations
from curator.mix import Manifest, read_manifest
from curator.train import AdapterFacts, Run, differences, read_adapter


@dataclass(frozen=True)
class Facts:
    """A run as its files tell it.

    Attributes:
        run: Its record and spec.
        folder: Where its adapter is.
        adapter: What the adapter's files say.
        differences: Where the adapter is not what the spec asked for, one sentence each.
        manifest: The mixture that trained it, or None where the run has no readable manifest.
        evaluations: The evaluations of this very adapter.
        outdated: How many evaluations there are of other adapters.
    """

    run: Run
    folder: Path
    adapter: AdapterFacts
    differences: tuple[str, ...]
    manifest: Manifest | None
    evaluations: tuple[Evaluation, ...]
    outdated: int

    @property
    def name(self) -> str:
        """What the bundle is called: the run's name, else its recipe's, else its id."""
        return self.run.name or (self.manifest.name if self.manifest else "") or self.run.id

    @property
    def hub_model(self) -> str | None:
        """The base model's Hub id, or None where the base is a folder on this machine."""
        return None if Path(self.run.model).is_absolute() else self.run.model

    @property
    def base_name(self) -> str:
        """The base model's name without a path of this machine."""
        return self.hub_model or Path(self.run.model).name


def read_facts(run: Run) -> Facts:
    """Read what there is to say about a run.

    Raises:
        ConfigError: The run has no adapter.
        ModelError: The adapter's files are damaged.
        InputError: An evaluation cannot be read.
    """
    folder = run.adapter
    if folder is None:
        raise ConfigError(
            f"The run {run.id} left no adapter to publish.",
            path=run.folder,
            hint="Its log.txt says what happened.",
        )
    adapter = read_adapter(folder)
    try:
        manifest = read_manifest(run.folder)
    except CuratorError:
        manifest = None
    evaluations = [load_evaluation(path) for path in saved_evaluations(run.folder)]
    own = tuple(one for one in evaluations if one.adapter == adapter.sha256 and one.tuned)
    return Facts(
        run=run,
        folder=folder,
        adapter=adapter,
        differences=tuple(differences(adapter, run.spec)),
        manifest=manifest,
        evaluations=own,
        outdated=len(evaluations) - len(own),
    )
