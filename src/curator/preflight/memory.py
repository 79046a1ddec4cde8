"""A rough estimate of the memory that a training takes, against what the machine has.

The sum of the weights, of what the backward pass keeps of each layer, of the adapter with its
optimiser, and of the logits with their gradient, which outweigh all else where the vocabulary is
large. The factors were fitted to the peaks that MLX reported for 42 trainings of random models on a
CPU (4 to 12 layers, 256 to 512 wide, vocabularies of 4,096 to 65,536, rows of 128 to 1,024 tokens,
ranks 8 to 256): the estimate was 0.97 to 1.03 of the peak, with `grad_checkpoint` 0.87 to 1.12. On
models that were not fitted, of 110 to 500 million parameters, see docs/training.md. A GPU was not
measured; so it warns, and stands in the way only where it is twice the machine's memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from curator.mix import Check, Verdict
from curator.preflight.adapter import adapter_parameters
from curator.preflight.report import Subject
from curator.terminal import plural
from curator.train.machine import has_gpu

_GB = 1e9
_WARN = 0.75
_ERROR = 2.0
_STEP = 32
_CGROUP = Path("/sys/fs/cgroup/memory.max")

# Numbers a token that the backward pass keeps of one layer, as wide as the model and as wide as its
# feed-forward part, and of the scores of attention; and those of the layer that it is at.
_WIDE, _INNER, _SCORES, _SCORES_NOW = 15.4, 7.4, 0.7, 2.0
# The same of one layer whose activations are computed again, gradients included.
_WIDE_AGAIN, _INNER_AGAIN, _SCORES_AGAIN = 18.0, 18.7, 2.7
# Logits in float32: themselves, their softmax, their gradient, and a copy.
_LOGITS = 4
# The adapter, its gradients, and two moments of the optimiser, all in float32.
_ADAPTER = 4
# What quantised weights gain on a CPU, where their scales become float32.
_QUANTISED = 1.1


def estimate_bytes(subject: Subject) -> int:
    """Return the estimated peak of a training in bytes; 0 where the model's sizes are not known."""
    facts, spec = subject.facts, subject.spec
    if not (facts.hidden and facts.layers and facts.vocabulary and facts.weight_bytes):
        return 0
    on_cpu = not has_gpu()
    number = 4 if on_cpu else 2
    longest = max(subject.lengths, default=0)
    width = min(spec.max_seq_length, -(-longest // _STEP) * _STEP)
    rows = min(spec.batch_size, len(subject.lengths))
    tokens, scores = rows * width, rows * facts.heads * width * width * number
    wide, inner = tokens * facts.hidden * number, tokens * facts.intermediate * number
    logits = _LOGITS * tokens * facts.vocabulary * 4
    if spec.grad_checkpoint:
        # The layers come after the logits, and each gives its memory back before the next.
        again = _WIDE_AGAIN * wide + _INNER_AGAIN * inner + _SCORES_AGAIN * scores
        work = facts.layers * wide + max(again, logits)
    else:
        layer = _WIDE * wide + _INNER * inner + _SCORES * scores
        work = facts.layers * layer + _SCORES_NOW * scores + logits
    weights = float(facts.weight_bytes)
    if on_cpu:
        weights *= 4 / facts.number_bytes if facts.number_bytes else _QUANTISED
    return int(weights + _ADAPTER * 4 * adapter_parameters(subject) + work)


def machine_bytes() -> int:
    """Return the memory of this machine, or of its container, in bytes; 0 where it is not known."""
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0
    try:
        limit = _CGROUP.read_text("ascii").strip()
    except OSError:
        return whole
    return min(whole, int(limit)) if limit.isdigit() else whole


def _size(number: int) -> str:
    """Return bytes as ``1.2 GB``, or ``12 MB`` below a tenth of that."""
    return f"{number / _GB:.1f} GB" if number >= _GB / 10 else f"{max(1, number // 10**6)} MB"


def check_memory(subject: Subject) -> Iterator[Check]:
    """Yield the estimate against the machine, where both are known."""
    needed, there = estimate_bytes(subject), machine_bytes()
    if not needed or not there:
        return
    spec = subject.spec
    said = (
        f"About {_size(needed)} for {plural(spec.batch_size, 'row')} of up to"
        f" {max(subject.lengths, default=0):,} tokens, by a rough estimate; this machine has"
        f" {there / _GB:.1f} GB."
    )
    if needed <= _WARN * there:
        yield Check("memory", Verdict.OK, said)
        return
    yield Check(
        "memory",
        Verdict.ERROR if needed > _ERROR * there else Verdict.WARN,
        said,
        "Lower batch_size (grad_accumulation keeps the step), lower max_seq_length, or set"
        " grad_checkpoint = true.",
    )
