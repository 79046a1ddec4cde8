"""What a base model is called where a path of this machine must not be."""

from __future__ import annotations

from pathlib import Path

from curator.train.model import SHIPPED, is_local, shipped_name


def base_folder(model: str) -> Path | None:
    """Return the folder of a model on this machine; None for one on the Hub."""
    if name := shipped_name(model):
        return SHIPPED[name]
    return Path(model) if is_local(model) else None


def base_name(model: str) -> str:
    """Return a model's name: a Hub id, the name of a shipped base, or the folder's own name."""
    folder = base_folder(model)
    return shipped_name(model) or (folder.name if folder else model)


def base_said(model: str) -> str:
    """Return where a model is, in a few words."""
    if shipped_name(model):
        return "the base that comes with Curator"
    if base_folder(model) is None:
        return "from the Hub"
    return "a folder on the machine that trained, on no public place that is known"


def base_argument(model: str) -> str:
    """Return what stands for a model in a command or in code of somebody else."""
    if shipped_name(model):
        return f"PATH_OF_CURATOR/tiny/{SHIPPED[shipped_name(model)].name}"
    return model if base_folder(model) is None else f"PATH_OF/{base_name(model)}"
