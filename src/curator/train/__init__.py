"""Train a LoRA adapter with mlx-lm in a child process; see `start_training`.

Nothing here imports MLX: only the worker modules do, in the child.
"""

from __future__ import annotations

from curator.train.adapter import AdapterFacts, differences, read_adapter
from curator.train.blas import find_openblas
from curator.train.curves import LossCurves, loss_curves
from curator.train.events import (
    AnyEvent,
    Continued,
    Event,
    Failed,
    Finished,
    Notice,
    Paused,
    Phase,
    Progress,
    Resumed,
    Sample,
    Saved,
    Started,
    Stopped,
    TrainingResult,
    Validation,
)
from curator.train.launch import Workers, local_workers, read_hosts
from curator.train.manage import Comparison, compare_runs, delete_run, export_run
from curator.train.mixture import Mixture, read_mixture
from curator.train.model import check_model
from curator.train.plot import plot_svg, write_plot
from curator.train.remote import Command, tell_run
from curator.train.runfolder import RunRecord
from curator.train.runs import Run, list_runs, read_run
from curator.train.spec import DEFAULT_MODEL, TrainingSpec, read_spec, spec_from
from curator.train.training import (
    Inputs,
    Training,
    check_inputs,
    resume_training,
    start_training,
)

__all__ = [
    "DEFAULT_MODEL",
    "AdapterFacts",
    "AnyEvent",
    "Command",
    "Comparison",
    "Continued",
    "Event",
    "Failed",
    "Finished",
    "Inputs",
    "LossCurves",
    "Mixture",
    "Notice",
    "Paused",
    "Phase",
    "Progress",
    "Resumed",
    "Run",
    "RunRecord",
    "Sample",
    "Saved",
    "Started",
    "Stopped",
    "Training",
    "TrainingResult",
    "TrainingSpec",
    "Validation",
    "Workers",
    "check_inputs",
    "check_model",
    "compare_runs",
    "delete_run",
    "differences",
    "export_run",
    "find_openblas",
    "list_runs",
    "local_workers",
    "loss_curves",
    "plot_svg",
    "read_adapter",
    "read_hosts",
    "read_mixture",
    "read_run",
    "read_spec",
    "resume_training",
    "spec_from",
    "start_training",
    "tell_run",
    "write_plot",
]
