"""The files for machines: ``run_meta.json``, ``adapter_config.json`` and ``config.json``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import msgspec

from curator import __version__
from curator.evaluate import Evaluation
from curator.publish.facts import Facts, exposures
from curator.publish.gates import Gate


def run_meta(facts: Facts, gates: Sequence[Gate], allowed: Sequence[str]) -> bytes:
    """Return the run's record, mixture and evaluations as JSON, without paths of this machine.

    Args:
        facts: The run.
        gates: The gates that were looked at.
        allowed: Codes of the gates that somebody went on against.
    """
    run, manifest = facts.run, facts.manifest
    spec = msgspec.to_builtins(run.spec)
    spec["model"] = facts.base_name
    seen = exposures(run, manifest)
    meta: dict[str, Any] = {
        "curator": __version__,
        "name": facts.name,
        "run": run.id,
        "created": run.record.created,
        "ended": run.record.ended,
        "status": run.status,
        "base_model": facts.base_name,
        "spec": spec,
        "result": msgspec.to_builtins(run.result),
        "adapter": {
            "sha256": facts.adapter.sha256,
            "rank": facts.adapter.rank,
            "scale": facts.adapter.scale,
            "dropout": facts.adapter.dropout,
            "layers": facts.adapter.layers,
            "keys": list(facts.adapter.keys),
            "parameters": facts.adapter.parameters,
        },
        "rows": run.record.rows,
        "exposures": seen
        and {
            "epochs": round(seen.epochs, 4),
            "curated": round(seen.curated, 4),
            "base": round(seen.base, 4),
        },
        "mixture_sha256": run.record.hashes,
        "mixture": manifest
        and {
            "name": manifest.name,
            "counts": manifest.counts,
            "removed": manifest.removed,
            "sources": manifest.sources,
            "recipe": manifest.recipe,
        },
        "evaluations": [_evaluation(one) for one in facts.evaluations],
        "previous": msgspec.to_builtins(facts.previous),
        "licences": [
            {"what": one.what, "name": one.name, "licence": one.licence, "version": one.version}
            for one in facts.licences
        ],
        "gates": [
            {"code": gate.code, "passed": gate.passed, "message": gate.public} for gate in gates
        ],
        "allowed": sorted(allowed),
    }
    return as_json(meta)


def adapter_config(facts: Facts) -> bytes:
    """Return the adapter's configuration for mlx-lm, without what names this machine."""
    config = json.loads((facts.folder / "adapter_config.json").read_bytes())
    return as_json(_portable(config))


def hub_config(facts: Facts) -> bytes:
    """Return the small ``config.json`` by whose requests the Hub counts downloads.

    It describes the adapter; ``model_type`` is left out, since this is no model to load alone.
    """
    adapter = facts.adapter
    values = {
        "adapter_type": "lora",
        "library_name": "mlx",
        **({"base_model": facts.hub_model} if facts.hub_model else {}),
        "rank": adapter.rank,
        "scale": adapter.scale,
        "layers": adapter.layers,
        "parameters": adapter.parameters,
    }
    return as_json(values)


def as_json(value: Any) -> bytes:
    """Return a value as JSON that a person can read."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def _evaluation(one: Evaluation) -> dict[str, Any]:
    sides = {"base": one.base, "adapter": one.tuned}
    return {
        "suite": one.suite,
        "n": one.n,
        "adapter_sha256": one.adapter,
        "suite_sha256": one.suite_sha256,
        "rules": one.rules,
        "wants": one.wants,
        "sampling": {
            "max_tokens": one.sampling.max_tokens,
            "samples": one.sampling.samples,
            "temperature": one.sampling.temperature,
            "seed": one.sampling.seed,
        },
        "not_run": one.not_run,
        "contamination_checked": one.contamination_checked,
        "contaminated": [
            {"prompt": prompt.prompt, "score": prompt.score, "kind": prompt.kind}
            for prompt in one.contaminated
        ],
        **{
            name: {
                **side.figures(),
                "loose": side.figures(loose=True),
                "truncated": side.truncated,
                "failures": side.failures,
            }
            for name, side in sides.items()
            if side is not None
        },
        "paired": {name: difference.to_json() for name, difference in one.paired.items()},
    }


def _portable(value: Any) -> Any:
    """Return a JSON value without the entries that are paths of a machine."""
    if isinstance(value, dict):
        return {key: _portable(one) for key, one in value.items() if not _is_path(one)}
    if isinstance(value, list):
        return [_portable(one) for one in value if not _is_path(one)]
    return value


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and (
        value.startswith("~")
        or PurePosixPath(value).is_absolute()
        or PureWindowsPath(value).is_absolute()
    )
