"""A run's bundle made for one repository: compared with what stands there, and delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curator.errors import StoreError
from curator.publish.bundle import Bundle, bundle_files
from curator.publish.hub.client import Hub
from curator.publish.hub.receipt import write_receipt
from curator.publish.hub.remote import Plan, look, make_plan
from curator.publish.hub.send import Progress, Published, publish
from curator.publish.previous import previous_of
from curator.train import Run, read_adapter


@dataclass(frozen=True)
class Parcel:
    """A bundle and what publishing it would do.

    Attributes:
        run: Whose it is.
        bundle: The files, with the scores of the version that stands there in the card.
        plan: What would change there.
    """

    run: Run
    bundle: Bundle
    plan: Plan


def prepare(
    hub: Hub,
    run: Run,
    repo: str,
    *,
    tag: str = "",
    private: bool = False,
    allow: Sequence[str] = (),
) -> Parcel:
    """Make a run's bundle for a repository; nothing is changed there.

    Args:
        hub: The Hub.
        run: A run with an adapter.
        repo: ``USER/NAME``.
        tag: The version; the next free one by default.
        private: Whether only its owners should see a new repository.
        allow: Codes of gates to go on against.

    Raises:
        ConfigError: The run has no adapter, a code is no gate, or the tag cannot be used.
        ModelError: The adapter's files are damaged.
        InputError: An evaluation of the run cannot be read.
        PublishError: The Hub refused, or did not answer.
        CancelledError: Somebody stopped it.
    """
    remote = look(hub, repo, "model")
    previous = None
    if run.adapter is not None and remote.meta:
        previous = previous_of(remote.meta, read_adapter(run.adapter).sha256, remote.version)
    bundle = bundle_files(run, allow=allow, ask=hub.model_licence, previous=previous)
    return Parcel(run, bundle, make_plan(bundle, remote, tag=tag, private=private))


def deliver(
    hub: Hub, parcel: Parcel, *, progress: Progress = lambda *_: None
) -> tuple[Published, str]:
    """Publish a parcel and note it in its run's folder.

    Returns:
        What stands on the Hub, and why it could not be noted; empty where it was.

    Raises:
        ConfigError: A gate stands in the way.
        PublishError: Something failed; the message says what stands on the Hub then.
        CancelledError: Somebody stopped it; likewise.
    """
    published = publish(hub, parcel.bundle, parcel.plan, progress=progress)
    remote = parcel.plan.remote
    private = remote.private if remote.exists else parcel.plan.private
    try:
        write_receipt(parcel.run, published, parcel.bundle.facts.adapter.sha256, private=private)
    except StoreError as error:
        # That it is published counts more than that the report can tell it.
        return published, f"It is published, but that could not be noted: {error.message}"
    return published, ""
