"""Everything a bundle may say about a run, read from the run's own files.

The cards, the metadata and the gates are written from this one value. Nothing in it was typed in by
a person, and nothing that is not in it gets into a bundle.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from curator.errors import ConfigError, CuratorError, InputError
from curator.evaluate import Evaluation
from curator.evaluate.saved import load_evaluation, saved_evaluations
from curator.mix import Manifest, read_manifest, verify_mixture
from curator.mix.verify import Verification
from curator.publish.licences import (
    Ask,
    Licence,
    base_licence,
    data_licences,
    library_licences,
)
from curator.publish.naming import base_folder, base_name
from curator.publish.previous import Previous
from curator.train import (
    AdapterFacts,
    LossCurves,
    Run,
    TrainingResult,
    differences,
    loss_curves,
    read_adapter,
)
from curator.train.events import Progress


@dataclass(frozen=True)
class Facts:
    """A run as its files tell it.

    Attributes:
        run: Its record and spec.
        folder: Where its adapter is.
        adapter: What the adapter's files say.
        differences: Where the adapter is not what the spec asked for, one sentence each.
        manifest: The mixture that trained it, or None where the run has no readable manifest.
        proof: What comparing the mixture with its sources found, or None where that cannot be
            done; then `unproven` says why.
        unproven: Why the mixture cannot be compared; empty where it was.
        rows: Files of the rows that trained, as they were then; empty where they are gone.
        evaluations: The evaluations of this very adapter.
        outdated: How many evaluations there are of other adapters.
        licences: Of the base, the data and the libraries.
        previous: The version that is published already, where one is known.
    """

    run: Run
    folder: Path
    adapter: AdapterFacts
    differences: tuple[str, ...]
    manifest: Manifest | None
    proof: Verification | None
    unproven: str
    rows: tuple[Path, ...]
    evaluations: tuple[Evaluation, ...]
    outdated: int
    licences: tuple[Licence, ...]
    previous: Previous | None = None

    @property
    def name(self) -> str:
        """What the bundle is called: the run's name, else its recipe's, else its id."""
        return name_of(self.run, self.manifest)

    @property
    def hub_model(self) -> str | None:
        """The base model's Hub id, or None where the base is a folder on this machine."""
        return self.run.model if base_folder(self.run.model) is None else None

    @property
    def base_name(self) -> str:
        """The base model's name without a path of this machine."""
        return base_name(self.run.model)

    @property
    def licence(self) -> str:
        """What the adapter is under: the base model's licence, since it is made from that."""
        return next(one.licence for one in self.licences if one.what == "base model")


def read_facts(run: Run, *, ask: Ask | None = None, previous: Previous | None = None) -> Facts:
    """Read what there is to say about a run.

    Args:
        run: A run with an adapter.
        ask: Asks the Hub for the licence of a base model that nothing here describes.
        previous: The version that is published already.

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
    manifest = manifest_of(run)
    proof, unproven = _prove(run, manifest)
    own, others = evaluations_of(run, adapter.sha256)
    root = proof.root if proof else root_of(run, manifest)
    data = data_licences(manifest, root) if manifest else ()
    return Facts(
        run=run,
        folder=folder,
        adapter=adapter,
        differences=tuple(differences(adapter, run.spec)),
        manifest=manifest,
        proof=proof,
        unproven=unproven,
        rows=_rows(run),
        evaluations=own,
        outdated=len(others),
        licences=(base_licence(run, ask), *data, *library_licences()),
        previous=previous,
    )


def name_of(run: Run, manifest: Manifest | None) -> str:
    """Return what a run is called: its name, else its recipe's, else its id."""
    return run.name or (manifest.name if manifest else "") or run.id


def manifest_of(run: Run) -> Manifest | None:
    """Return the manifest of the mixture that trained a run, or None."""
    try:
        return read_manifest(run.folder)
    except CuratorError:
        return None


def root_of(run: Run, manifest: Manifest | None) -> Path | None:
    """Return the folder that the sources' paths are relative to, where it is still there."""
    if manifest is None or not run.mixture.is_absolute():
        return None
    paths = [str(source.get("path", "")) for source in manifest.sources]
    return next(
        (
            folder
            for folder in run.mixture.parents
            if any((folder / path).is_file() for path in paths)
        ),
        None,
    )


def evaluations_of(
    run: Run, adapter: str | None
) -> tuple[tuple[Evaluation, ...], tuple[Evaluation, ...]]:
    """Return a run's evaluations of one adapter, and those of other ones.

    Args:
        run: The run.
        adapter: SHA-256 of the adapter's weights.

    Raises:
        InputError: One cannot be read.
    """
    found = [load_evaluation(path) for path in saved_evaluations(run.folder)]
    own = tuple(one for one in found if one.tuned and adapter and one.adapter == adapter)
    return own, tuple(one for one in found if one not in own)


@dataclass(frozen=True, slots=True)
class Shown:
    """How often a training showed its examples.

    Attributes:
        epochs: Passes over the training rows.
        curated: How often each different curated example was seen, on average.
        base: How often each base example was; 0 where there is none.
    """

    epochs: float
    curated: float
    base: float


def exposures(run: Run, manifest: Manifest | None) -> Shown | None:
    """Return how often each example was really shown; None where nothing was trained.

    Passes are the trainer's own count where it told one, else steps × rows a step ÷ rows.
    """
    result, rows = run.result, run.record.rows.get("train", 0)
    if result is None or not rows:
        return None
    told = [event.epoch for event in run.events() if isinstance(event, Progress)]
    reached = told[-1] if told else 0.0
    epochs = reached or result.iterations * run.spec.rows_per_step / rows
    counts = manifest.counts if manifest else {}
    curated, examples = counts.get("curated_rows", 0), counts.get("curated_examples", 0)
    base = counts.get("base_examples", 0)
    return Shown(
        epochs=epochs,
        curated=epochs * curated / examples if examples else 0.0,
        base=epochs * (counts.get("train", 0) - curated) / base if base else 0.0,
    )


def curves_of(run: Run) -> LossCurves:
    """Return the losses of a run."""
    return loss_curves(run.events())


def result_of(run: Run) -> TrainingResult:
    """Return what came out of a run.

    Raises:
        InputError: Nothing did yet.
    """
    if run.result is None:
        raise InputError(
            f"The run {run.id} is {run.status} and has no result yet.",
            path=run.folder,
            hint="Let the training finish, or stop it with the adapter kept.",
        )
    return run.result


def _prove(run: Run, manifest: Manifest | None) -> tuple[Verification | None, str]:
    if manifest is None:
        return None, "The mixture that trained has no manifest, so nobody can say what it was."
    wanted = {name: manifest.files.get(name) for name in run.record.hashes}
    if wanted != dict(run.record.hashes):
        return None, "The manifest is not that of the rows that trained."
    if not _rows(run):
        return None, "The mixture that trained is gone, or was built anew since."
    try:
        return verify_mixture(run.mixture), ""
    except CuratorError as error:
        return None, error.message


def _rows(run: Run) -> tuple[Path, ...]:
    """Return the files of the rows that trained, where they still are what they were."""
    from curator.train.runs import sha256_of

    files = tuple(run.mixture / name for name in run.record.hashes)
    try:
        same = all(sha256_of(path) == run.record.hashes[path.name] for path in files)
    except OSError:
        return ()
    return files if same else ()
