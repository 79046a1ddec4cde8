"""``README.md``: the page that the Hub shows, with the metadata that it indexes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from curator.publish.facts import Facts
from curator.publish.figures import previous_table, rates, sources_table, verdict
from curator.publish.gates import Gate
from curator.publish.markdown import cell, code, fence, front_matter, quote
from curator.publish.naming import base_argument, base_said

_DERIVED = (
    "Every figure here was derived from the run's record, its mixture's manifest and its"
    " evaluation; `run_meta.json` holds them for machines, `MODEL_CARD.md` more of them."
)


def card(facts: Facts, gates: Sequence[Gate], allowed: Sequence[str]) -> str:
    """Return ``README.md``.

    Args:
        facts: The run.
        gates: The gates that were looked at.
        allowed: Codes of the gates that somebody went on against; the card names them.
    """
    parts = [
        front_matter(metadata(facts)),
        f"# {cell(facts.name)}",
        f"A LoRA adapter for {code(facts.base_name)}, trained with MLX.",
        *against(gates, allowed),
        "## Evaluation",
        *evaluation(facts),
        "## Data",
        *data(facts),
        "## Use",
        *use(facts),
        "## Licence",
        licence(facts),
        _DERIVED,
    ]
    return "\n\n".join(parts) + "\n"


def metadata(facts: Facts) -> dict[str, Any]:
    """Return what the Hub indexes of an adapter."""
    values: dict[str, Any] = {}
    if facts.hub_model is not None:
        values["base_model"] = facts.hub_model
    values["base_model_relation"] = "adapter"
    values["library_name"] = "mlx"
    values["pipeline_tag"] = "text-generation"
    base = next(one for one in facts.licences if one.what == "base model")
    if base.known:
        values["license"] = base.licence
    datasets = [one.url for one in facts.licences if one.what == "dataset" and one.url]
    if datasets:
        values["datasets"] = list(dict.fromkeys(datasets))
    values["tags"] = ["lora", "mlx", "curator"]
    results = _results(facts)
    if results:
        values["model-index"] = [{"name": facts.name, "results": results}]
    return values


def _results(facts: Facts) -> list[dict[str, Any]]:
    results = []
    for one in facts.evaluations:
        assert one.tuned is not None
        metrics = []
        rates = {check.title.lstrip("# "): one.tuned.rates[check.name] for check in one.base.checks}
        for title, value in {"all checks": one.tuned.all, **rates}.items():
            low, high = value.interval
            said = f"{title}, n = {value.n}, 95% interval {low:.0%} to {high:.0%}"
            metrics.append({"type": "accuracy", "name": said, "value": round(value.rate, 4)})
        results.append(
            {
                "task": {"type": "text-generation"},
                "dataset": {"type": one.suite, "name": f"Curator suite {one.suite}"},
                "metrics": metrics,
            }
        )
    return results


def against(gates: Sequence[Gate], allowed: Sequence[str]) -> list[str]:
    """Return what a card says of the gates that somebody went on against."""
    standing = [gate for gate in gates if not gate.passed and gate.code in allowed]
    if not standing:
        return []
    lines = [f"- **{gate.code}**: {cell(gate.public)}" for gate in standing]
    return ["Published although these conditions do not hold:", "\n".join(lines)]


def evaluation(facts: Facts) -> list[str]:
    """Return the rates of every suite, and of the version before."""
    if not facts.evaluations:
        return ["This adapter has not been evaluated."]
    parts = []
    for one in facts.evaluations:
        parts += [rates(one), verdict(one)]
    if facts.previous is not None:
        before = previous_table(facts.evaluations, facts.previous)
        parts += [before] if before else []
    return parts


def data(facts: Facts) -> list[str]:
    """Return what it was trained on: rows, shares, sources."""
    manifest = facts.manifest
    if manifest is None:
        rows = ", ".join(f"{count:,} {name}" for name, count in facts.run.record.rows.items())
        return [f"Rows: {rows}. The mixture had no manifest."]
    counts = manifest.counts
    share = f"{counts.get('curated_text_share', 0):.1%} of the text"
    if "curated_token_share" in counts:
        share = f"{counts['curated_token_share']:.1%} of the tokens"
    sentence = (
        f"{counts['train']:,.0f} training rows, {counts['valid']:,.0f} held out for validation."
        f" Curated: {counts['curated_rows']:,.0f} rows of"
        f" {counts['curated_examples']:,.0f} different examples,"
        f" {counts['curated_share']:.1%} of the rows and {share}."
    )
    return [sentence, sources_table(manifest, facts.licences)]


def use(facts: Facts) -> list[str]:
    """Return how to load it, and the system prompt that it was trained with."""
    base = base_argument(facts.run.model)
    program = (
        "from mlx_lm import generate, load\n\n"
        f'model, tokenizer = load({json.dumps(base)}, adapter_path="PATH_OF_THIS_FOLDER")'
    )
    parts = [fence(program, "python")]
    if facts.hub_model is None:
        parts.append(f"The base model {code(facts.base_name)} is {base_said(facts.run.model)}.")
    prompt = system_prompt(facts)
    if prompt:
        parts += ["It was trained with this system prompt:", quote(prompt)]
    return parts


def system_prompt(facts: Facts) -> str:
    """Return the system prompt that rows carried in training; empty for none."""
    manifest = facts.manifest
    if manifest is None or manifest.recipe.get("system_prompt_on") == "none":
        return ""
    return manifest.system_prompt


def licence(facts: Facts) -> str:
    """Return a sentence about the licence."""
    base = next(one for one in facts.licences if one.what == "base model")
    if not base.known:
        return (
            f"Nobody says under which licence {code(base.name)} is. See `LICENSE-THIRD-PARTY.md`."
        )
    return (
        f"This adapter is made from {code(base.name)}, which is under {cell(base.licence)}."
        " See `LICENSE-THIRD-PARTY.md` for the data and the libraries."
    )
