"""A rough estimate of the memory that a training takes, against what the machine has.

The sum of the weights, of what the backward pass keeps of each layer, and of the logits with their
gradient, which outweigh all else where the vocabulary is large. For the tiny model on a CPU, at 325
to 1,525 tokens a row and 2 to 8 rows, it was 0.92 to 0.95 of the peak that MLX reported. Large
models were not measured; so it warns, and stands in the way only where it is twice the machine's
memory.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from pathlib import Path

from curator.mix import Check, Verdict
from curator.preflight.report import Subject

_GB = 1e9
_WARN = 0.75
_ERROR = 2.0
_STEP = 32
_CGROUP = Path("/sys/fs/cgroup/memory.max")

# Numbers a token that the backward pass needs of one layer: twelve as wide as the model (inputs
# of the linear maps and of the LoRA matrices, the residual stream), five as wide as its
# feed-forward part.
_WIDE, _INNER = 12, 5
# The scores of attention and what becomes of them on the way back, for one layer at a time.
_SCORES = 4
# Logits in float32: themselves, their softmax, their gradient.
_LOGITS = 3


def estimate_bytes(subject: Subject) -> int:
    """Return the estimated peak of a training in bytes; 0 where the model's sizes are not known."""
    facts, spec = subject.facts, subject.spec
    if not (facts.hidden and facts.layers and facts.vocabulary and facts.weight_bytes):
        return 0
    # Only Apple's machines have a backend with half precision that gains anything.
    on_cpu = platform.system() == "Linux"
    number = 4 if on_cpu else 2
    longest = max(subject.lengths, default=0)
    width = min(spec.max_seq_length, -(-longest // _STEP) * _STEP)
    tokens = spec.batch_size * width
    layer = tokens * (_WIDE * facts.hidden + _INNER * facts.intermediate) * number
    scores = _SCORES * spec.batch_size * facts.heads * width * width * number
    kept = layer * (1 if spec.grad_checkpoint else facts.layers)
    if spec.grad_checkpoint:
        kept += facts.layers * tokens * facts.hidden * number
    logits = _LOGITS * tokens * facts.vocabulary * 4
    weights = facts.weight_bytes * (2 if on_cpu else 1)
    return int(weights + kept + scores + logits)


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


def check_memory(subject: Subject) -> Iterator[Check]:
    """Yield the estimate against the machine, where both are known."""
    needed, there = estimate_bytes(subject), machine_bytes()
    if not needed or not there:
        return
    spec = subject.spec
    said = (
        f"About {needed / _GB:.1f} GB for {spec.batch_size} rows of up to"
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
