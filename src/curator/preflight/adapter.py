"""What the adapter that a spec asks for would be on this model, by the shapes of its maps.

A rank that no map has, a name that the model does not know and layers that it does not have end a
training in its first minute, after the weights were loaded; the headers of its files tell before.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from curator.mix import Check, Verdict
from curator.preflight.report import Subject
from curator.terminal import one_line, plural
from curator.train.adapter import is_named


def adapted_maps(subject: Subject) -> dict[str, tuple[int, int]]:
    """Return outputs and inputs of the maps of a layer that the spec gives LoRA matrices, by name.

    Empty where the model's maps are not known, or none of them is meant.
    """
    keys, maps = subject.spec.keys, subject.facts.maps
    return {
        name: shape
        for name, shape in maps.items()
        if not keys or any(is_named(name, key) for key in keys)
    }


def adapted_layers(subject: Subject) -> int:
    """Return how many layers the spec gives LoRA matrices."""
    asked, there = subject.spec.num_layers, subject.facts.layers
    return there if asked == -1 else min(asked, there)


def adapter_parameters(subject: Subject) -> int:
    """Return how many numbers are trained: inputs and outputs of each map, ``rank`` times."""
    widths = sum(sum(shape) for shape in adapted_maps(subject).values())
    return subject.spec.rank * widths * adapted_layers(subject)


def check_adapter(subject: Subject) -> Iterator[Check]:
    """Yield whether this model can have the adapter, and how large it is."""
    spec, facts = subject.spec, subject.facts
    if not facts.maps:
        return
    known = {name.rsplit(".", 1)[-1] for name in facts.maps}
    for key in spec.keys:
        if not any(is_named(name, key) for name in facts.maps):
            near = difflib.get_close_matches(key, [*known, *facts.maps], n=1)
            yield _refused(
                f"`keys` names `{one_line(key, 60)}`, which this model does not have.",
                f"Did you mean `{near[0]}`?" if near else f"Known: {', '.join(sorted(known))}.",
            )
            return
    if facts.layers and spec.num_layers > facts.layers:
        yield _refused(
            f"`num_layers` is {spec.num_layers:,}, but the model has {facts.layers:,} layers.",
            "-1 takes all of them.",
        )
        return
    ranks = {name: min(shape) for name, shape in adapted_maps(subject).items()}
    least = min(ranks, key=lambda name: ranks[name])
    most = max(ranks.values())
    if spec.rank > most:
        yield _refused(
            f"`rank` is {spec.rank:,}, but no map of this model has a rank above {most:,}.",
            "8 to 64 is usual.",
        )
        return
    said = (
        f"Rank {spec.rank:,} on {plural(len(ranks), 'map')} of"
        f" {plural(adapted_layers(subject), 'layer')} trains"
        f" {adapter_parameters(subject):,} numbers"
    )
    if spec.rank > ranks[least]:
        yield Check(
            "adapter",
            Verdict.WARN,
            f"{said}; `{least}` has no rank above {ranks[least]:,}, so that some of them are idle.",
            f"A rank of {ranks[least]:,} or less costs less and can learn as much there.",
        )
        return
    yield Check("adapter", Verdict.OK, f"{said}.")


def _refused(message: str, remedy: str) -> Check:
    return Check("adapter", Verdict.ERROR, message, remedy)
