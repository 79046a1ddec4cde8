"""The model card: what this adapter is, what it was measured on, and what it was made of."""

from __future__ import annotations

import json
from collections.abc import Sequence

from curator.evaluate import Evaluation, Rate
from curator.publish.facts import Facts
from curator.publish.gates import Gate


def card(facts: Facts, gates: Sequence[Gate], allowed: Sequence[str]) -> str:
    """Return ``README.md``.

    Args:
        facts: The run.
        gates: The gates that were looked at.
        allowed: Codes of the gates that somebody went on against; the card names them.
    """
    parts = [
        _metadata(facts),
        f"# {_cell(facts.name)}",
        f"A LoRA adapter for `{facts.base_name}`, trained with MLX.",
        *_against(gates, allowed),
        "## Evaluation",
        *_evaluations(facts),
        "## Data",
        *_data(facts),
        "## Training",
        _training(facts),
        "## Use",
        _use(facts),
    ]
    return "\n\n".join(parts) + "\n"


def _metadata(facts: Facts) -> str:
    lines = ["---"]
    if facts.hub_model is not None:
        lines.append(f"base_model: {json.dumps(facts.hub_model)}")
    lines += [
        "base_model_relation: adapter",
        "library_name: mlx",
        "pipeline_tag: text-generation",
        "tags:",
        "- lora",
        "- mlx",
        "---",
    ]
    return "\n".join(lines)


def _against(gates: Sequence[Gate], allowed: Sequence[str]) -> list[str]:
    standing = [gate for gate in gates if not gate.passed and gate.code in allowed]
    if not standing:
        return []
    lines = [f"- **{gate.code}**: {gate.message}" for gate in standing]
    return ["Published although these conditions do not hold:", "\n".join(lines)]


def _evaluations(facts: Facts) -> list[str]:
    if not facts.evaluations:
        return ["This adapter has not been evaluated."]
    return [part for one in facts.evaluations for part in _evaluation(one)]


def _evaluation(one: Evaluation) -> list[str]:
    tuned = one.tuned
    rows = ["| check | base | adapter |", "|---|---|---|"]
    for check in one.base.checks:
        other = tuned.rates.get(check.name) if tuned else None
        title = check.title.lstrip("# ")
        rows.append(f"| {title} | {_rate(one.base.rates[check.name])} | {_rate(other)} |")
    rows.append(f"| **all** | {_rate(one.base.all)} | {_rate(tuned.all if tuned else None)} |")
    asked = (
        f"Suite `{one.suite}`: n = {one.n} prompts, greedy, at most {one.max_tokens} tokens;"
        " in brackets the 95% Wilson interval."
    )
    if not one.contamination_checked:
        asked += " The suite was not compared with the rows that trained."
    elif one.contaminated:
        asked += f" Left out, because a training row resembles them: {len(one.contaminated)}."
    return [asked, "\n".join(rows)]


def _rate(rate: Rate | None) -> str:
    if rate is None:
        return ""
    low, high = rate.interval
    return f"{rate.passed} of {rate.n}, {rate.rate:.0%} [{low * 100:.0f}–{high * 100:.0f}]"


def _data(facts: Facts) -> list[str]:
    manifest = facts.manifest
    if manifest is None:
        rows = ", ".join(f"{count:,} {name}" for name, count in facts.run.record.rows.items())
        return [f"Rows: {rows}. The mixture had no manifest."]
    counts = manifest.counts
    sentence = (
        f"{counts['train']:,.0f} training rows, {counts['valid']:,.0f} held out."
        f" Curated: {counts['curated_rows']:,.0f} rows of"
        f" {counts['curated_examples']:,.0f} different examples,"
        f" {counts['curated_share']:.1%} of the rows and"
        f" {counts.get('curated_text_share', 0):.1%} of the text."
    )
    table = ["| source | role | rows | repeat | SHA-256 |", "|---|---|---|---|---|"]
    table += [
        f"| {_cell(source['path'])} | {source['role']} | {source['rows']:,} | {source['repeat']} |"
        f" `{source['sha256'][:16]}` |"
        for source in manifest.sources
    ]
    return [sentence, "\n".join(table)]


def _training(facts: Facts) -> str:
    spec, adapter, result = facts.run.spec, facts.adapter, facts.run.result
    rows = [
        ("rank", f"{adapter.rank}"),
        ("scale (alpha / rank)", f"{adapter.scale:g}"),
        ("dropout", f"{adapter.dropout:g}"),
        ("layers", f"{adapter.layers}"),
        ("trained parameters", f"{adapter.parameters:,}"),
        ("learning rate", f"{spec.learning_rate:g}"),
        ("batch size", f"{spec.batch_size}"),
        ("tokens a row, at most", f"{spec.max_seq_length:,}"),
        ("prompts masked", "yes" if spec.mask_prompt else "no"),
        ("seed", f"{spec.seed}"),
    ]
    if result is not None:
        rows.insert(5, ("iterations", f"{result.iterations:,}"))
        rows += [
            ("tokens learned from", f"{result.trained_tokens:,}"),
            ("training loss, last", _loss(result.train_loss)),
            ("validation loss, last", _loss(result.val_loss)),
        ]
    rows.append(("SHA-256 of the weights", f"`{adapter.sha256}`"))
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def _cell(text: str) -> str:
    """Return text that cannot leave the cell or the line it stands in."""
    return " ".join(text.split()).replace("|", "\\|")


def _loss(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3f}"


def _use(facts: Facts) -> str:
    base = facts.hub_model or facts.base_name
    code = (
        "```python\n"
        "from mlx_lm import generate, load\n\n"
        f'model, tokenizer = load({json.dumps(base)}, adapter_path="PATH_OF_THIS_FOLDER")\n'
        "```"
    )
    manifest = facts.manifest
    prompt = manifest.system_prompt if manifest else ""
    if not prompt:
        return code
    quoted = "\n".join(f"> {line}" for line in prompt.splitlines())
    return f"{code}\n\nIt was trained with this system prompt:\n\n{quoted}"
