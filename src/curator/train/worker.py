"""The child process of a training: ``python -m curator.train.worker RUN MODEL --pipe N``.

Started by `curator.train.start_training`. What it says goes to the pipe and the run folder; what it
prints goes to the run's log.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from curator.errors import ConfigError, CuratorError, ModelError, StoreError, TrainingError
from curator.example.chat import Message, prompt_ids, row_ids
from curator.terminal import one_line
from curator.train.batches import Row, batches_per_epoch, fit_row
from curator.train.blas import loaded_blas
from curator.train.checkpoint import latest_checkpoint
from curator.train.child import LESS_MEMORY, is_about_memory
from curator.train.control import Control, open_control
from curator.train.events import Failed, Finished, Notice, Phase, Started, Stopped
from curator.train.machine import keep_awake
from curator.train.mixture import Mixture, read_mixture
from curator.train.reporter import Pipe, Reporter, Silent, Teller
from curator.train.reports import with_reports
from curator.train.runfolder import CONTROL
from curator.train.runs import read_run
from curator.train.spec import TrainingSpec

# Rows whose prompt is looked up in the whole row: enough to tell how a template behaves.
_CHECKED_ROWS = 20
# Where MLX's ring and MPI put a worker's number.
_RANKS = ("MLX_RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK")


def main(arguments: list[str]) -> int:
    """Train as the run folder says; the arguments are the folder, the model, and the pipe's number.

    ``--resume`` before the pipe takes the training up at its last checkpoint. Where MLX's launcher
    started several of us, the first listens, reports and writes.

    Returns:
        0 when the last event was told, whatever it was. Of several workers, one that failed returns
        1: the launcher then ends the others, who would wait for it.
    """
    folder, model_name = Path(arguments[0]), arguments[1]
    resume, descriptor = "--resume" in arguments[2:-2], int(arguments[-1])
    # A crash inside MLX says in the log where it was.
    faulthandler.enable()
    several = descriptor < 0
    rank = _rank() if several else 0
    reporter: Teller = Silent(rank) if rank else Reporter(folder, Pipe(descriptor))

    def abandon() -> None:
        reporter.tell(Stopped(iteration=0))
        os._exit(int(several))

    control = Control(abandon)
    if rank:
        control.listen_for_the_end()
    else:
        control.listen(open_control(folder / CONTROL), end_with_parent=several)
        keep_awake()
    if not several:
        control.obey_signals()
    failed = True
    try:
        _train(folder, model_name, reporter, control, resume=resume, several=several)
        failed = False
    except CuratorError as error:
        place = f"{error.where}: " if error.where else ""
        kind = "model" if isinstance(error, ModelError) else "training"
        reporter.tell(
            Failed(
                message=f"{place}{error.message}", hint=error.hint, kind=kind, cause=_cause(error)
            )
        )
    # The last line of defence of a process that nobody watches: the log gets the whole story.
    except Exception as error:
        traceback.print_exc()
        reporter.tell(_unforeseen(error))
    if not rank:
        (folder / CONTROL).unlink(missing_ok=True)
    return int(several and failed)


def _rank() -> int:
    """Return which of several workers this is, as the launcher says, before MLX is imported."""
    return next((int(os.environ[name]) for name in _RANKS if name in os.environ), 0)


def _train(
    folder: Path,
    model_name: str,
    reporter: Teller,
    control: Control,
    *,
    resume: bool,
    several: bool,
) -> None:
    run = read_run(folder)
    mixture = read_mixture(run.mixture)
    reporter.tell(Phase(name="loading"))
    # Imported late: a stop that comes while MLX is loading is answered at once.
    from curator.train.worker_loop import Loop, get_reporting_callbacks
    from curator.train.worker_model import add_lora, device_name, load_base, with_full_keys
    from curator.train.worker_step import Peers

    model, tokenizer = load_base(model_name)
    workers = Peers(several)
    spec = with_full_keys(model, run.spec)
    reporter.tell(Phase(name="tokenizing"))
    train, left_out = _fit(mixture.train, tokenizer, spec)
    valid, _ = _fit(mixture.valid, tokenizer, spec)
    _notices(mixture, tokenizer, train, valid, left_out, reporter)
    parameters, trainable = add_lora(model, spec)
    if workers.rank == 0:
        reporter = with_reports(reporter, spec, folder, get_reporting_callbacks)
    checkpoint = latest_checkpoint(folder) if resume else None
    if resume and checkpoint is None:
        reporter.tell(Notice(message="There is no checkpoint yet, so it begins from the start."))
    if several and workers.rank == 0:
        # Until here, SIGTERM is the launcher's word that another worker failed, and MLX hears
        # nothing while it waits for that one.
        control.obey_signals()
    if not workers.agree(control.begin()):
        reporter.tell(Stopped(iteration=0))
        return
    reporter.tell(
        Started(
            model=spec.model,
            device=device_name(),
            blas=loaded_blas(),
            parameters=parameters,
            trainable_parameters=trainable,
            iters=spec.iters,
            batches_per_epoch=batches_per_epoch(len(train), spec.rows_per_step),
            train_rows=len(train),
            valid_rows=len(valid),
            left_out_rows=left_out,
            cut_rows=sum(row.cut for row in train),
            train_tokens=sum(len(row.ids) for row in train),
            learned_tokens=sum(row.learned for row in train),
        )
    )
    loop = Loop(
        model,
        tokenizer,
        spec,
        folder=folder,
        model_name=model_name,
        reporter=reporter,
        control=control,
        workers=workers,
        system_prompt=mixture.system_prompt,
    )
    whole, result = loop.run(train, valid, checkpoint)
    if whole and result is not None:
        reporter.tell(Finished(iteration=result.iterations, result=result))
    else:
        reporter.tell(Stopped(iteration=result.iterations if result else 0, result=result))


def _fit(
    conversations: list[list[Message]], tokenizer: Any, spec: TrainingSpec
) -> tuple[list[Row], int]:
    """Return the rows with something to learn, and how many have nothing."""
    fitted = [
        fit_row(
            row_ids(tokenizer, messages),
            max_seq_length=spec.max_seq_length,
            mask_prompt=spec.mask_prompt,
        )
        for messages in conversations
    ]
    rows = [row for row in fitted if row is not None]
    return rows, len(fitted) - len(rows)


def _notices(
    mixture: Mixture,
    tokenizer: Any,
    train: list[Row],
    valid: list[Row],
    left_out: int,
    reporter: Teller,
) -> None:
    """Tell what a person should know about the rows before training on them.

    Raises:
        TrainingError: There is nothing left to train on.
    """
    if not train:
        raise TrainingError(
            "No row has a token to learn within max_seq_length.",
            hint="Raise max_seq_length, or set mask_prompt = false.",
        )
    if left_out:
        reporter.tell(
            Notice(
                message=f"{left_out} of {len(mixture.train)} training rows have no token to learn "
                "within max_seq_length and are left out.",
                hint="Raise max_seq_length.",
            )
        )
    if cut := sum(row.cut for row in train):
        reporter.tell(
            Notice(
                message=f"{cut} of {len(train)} training rows are cut at max_seq_length.",
                hint="Raise max_seq_length, or an answer is learned without its end.",
            )
        )
    if not valid:
        reporter.tell(
            Notice(
                message="There are no validation rows, so there will be no validation loss.",
                hint="Give the mix a validation split.",
            )
        )
    for messages in mixture.train[:_CHECKED_ROWS]:
        prompt = prompt_ids(tokenizer, messages[:-1])
        if row_ids(tokenizer, messages).ids[: len(prompt)] != prompt:
            reporter.tell(
                Notice(
                    message="The chat template writes a prompt otherwise when an answer follows, "
                    "so the model is not asked quite as it was trained.",
                    hint="Look at the template; some add a block for thinking.",
                )
            )
            break


def _cause(error: CuratorError) -> str:
    """Return what is behind an error of ours, in one word."""
    if isinstance(error, ModelError):
        return "model"
    if isinstance(error, StoreError):
        return "disk"
    if isinstance(error, ConfigError):
        return "spec"
    return "loss" if "not a number" in error.message else ""


def _unforeseen(error: Exception) -> Failed:
    said = one_line(f"{type(error).__name__}: {error}", 200)
    if "[ring]" in said:
        return Failed(
            message=f"Another worker ended, or cannot be reached: {said}",
            hint="The run's log.txt says which.",
            cause="worker",
        )
    if isinstance(error, MemoryError) or is_about_memory(said):
        return Failed(message=f"Memory ran out: {said}", hint=LESS_MEMORY, cause="memory")
    if isinstance(error, OSError):
        return Failed(
            message=f"The run folder cannot be written or read: {said}",
            hint="Make room, then take it up with `curator train --resume`.",
            cause="disk",
        )
    return Failed(message=f"The training failed: {said}", hint="The run's log.txt says more.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
