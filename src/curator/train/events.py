"""What a training says while it runs: typed events, one JSON line each.

The child process writes them to its pipe and to ``events.jsonl``; screens, logs and tests read the
same values. Each line carries its kind under ``event``. Losses are means over trained (unmasked)
tokens, in nats.
"""

from __future__ import annotations

import time
from typing import ClassVar

import msgspec

from curator.errors import TrainingError


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """Anything a run has to say.

    Attributes:
        time: When, in seconds since the epoch.
    """

    # True for the kinds after which nothing more comes.
    final: ClassVar[bool] = False

    time: float = msgspec.field(default_factory=time.time)


class Phase(Event, frozen=True, kw_only=True, tag="phase"):
    """What the child is at, before the first iteration: ``loading``, ``tokenizing``, ``training``.

    Attributes:
        name: The phase, one lower-case word.
    """

    name: str


class Notice(Event, frozen=True, kw_only=True, tag="notice"):
    """Something to know that does not stop the run.

    Attributes:
        message: One sentence.
        hint: What can be done about it; may be empty.
    """

    message: str
    hint: str = ""


class Started(Event, frozen=True, kw_only=True, tag="started"):
    """The facts of the training, just before its first iteration.

    Attributes:
        model: As the spec names it.
        device: ``cpu`` or ``gpu``, as MLX chose.
        blas: What multiplies matrices on the CPU: ``OpenBLAS``, ``reference BLAS``, ``Accelerate``.
        parameters: Parameters of the model, without the adapter.
        trainable_parameters: Parameters of the adapter.
        iters: Iterations to come.
        batches_per_epoch: Iterations in which each training row is seen once.
        train_rows: Rows that are trained on.
        valid_rows: Rows that are validated on.
        left_out_rows: Training rows without a token to learn once cut to ``max_seq_length``.
        cut_rows: Training rows longer than ``max_seq_length``.
        train_tokens: Tokens of the training rows after cutting.
        learned_tokens: Those of them that count in the loss.
    """

    model: str
    device: str
    blas: str
    parameters: int
    trainable_parameters: int
    iters: int
    batches_per_epoch: int
    train_rows: int
    valid_rows: int
    left_out_rows: int
    cut_rows: int
    train_tokens: int
    learned_tokens: int


class Progress(Event, frozen=True, kw_only=True, tag="progress"):
    """Every ``steps_per_report`` iterations, and at the last.

    Attributes:
        iteration: Iterations done.
        iters: Iterations in all.
        train_loss: Mean loss since the last report.
        learning_rate: As the optimiser used it last.
        iterations_per_second: Since the last report, pauses and validation left out.
        tokens_per_second: Trained tokens a second since the last report.
        trained_tokens: Tokens that counted in the loss so far, repeats included.
        peak_memory_gb: The most memory MLX has held so far, in 10**9 bytes.
        epoch: Passes over the training rows so far.
    """

    iteration: int
    iters: int
    train_loss: float
    learning_rate: float
    iterations_per_second: float
    tokens_per_second: float
    trained_tokens: int
    peak_memory_gb: float
    epoch: float


class Validation(Event, frozen=True, kw_only=True, tag="validation"):
    """The loss over every validation row.

    Attributes:
        iteration: Iterations done before it; 0 for the untrained model.
        val_loss: Mean loss.
        seconds: What it took.
        best: Whether it is the lowest so far.
    """

    iteration: int
    val_loss: float
    seconds: float
    best: bool


class Sample(Event, frozen=True, kw_only=True, tag="sample"):
    """The answer to the spec's ``sample_prompt``; untrusted text.

    Attributes:
        iteration: Iterations done before it.
        text: The answer as the model gave it.
        truncated: Whether it was cut at ``sample_max_tokens``.
    """

    iteration: int
    text: str
    truncated: bool


class Saved(Event, frozen=True, kw_only=True, tag="saved"):
    """The adapter is on disk.

    Attributes:
        iteration: Iterations it has seen.
        path: The file, relative to the run folder.
    """

    iteration: int
    path: str


class Paused(Event, frozen=True, kw_only=True, tag="paused"):
    """The child waits for ``resume`` or ``stop``.

    Attributes:
        iteration: Iterations done.
    """

    iteration: int


class Resumed(Event, frozen=True, kw_only=True, tag="resumed"):
    """The child goes on after a pause.

    Attributes:
        iteration: Iterations done.
    """

    iteration: int


class Continued(Event, frozen=True, kw_only=True, tag="continued"):
    """The run was taken up again; what was told of later iterations before is told anew.

    Attributes:
        iteration: Iterations done, those of the checkpoint.
    """

    iteration: int


class TrainingResult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What came out, the adapter's part of it read back from its files.

    Attributes:
        iterations: Iterations done.
        rank: From the shapes of the saved matrices.
        scale: From the saved ``adapter_config.json``.
        dropout: From the saved ``adapter_config.json``.
        layers: Layers of the model that have LoRA matrices.
        keys: Names of the linear maps that have them, within a layer.
        trained_parameters: Numbers in the saved matrices.
        adapter_sha256: Of ``adapters.safetensors``.
        train_loss: The last reported; None before the first report.
        val_loss: The last; None without validation.
        best_val_loss: The lowest; None without validation.
        best_iteration: Where that was.
        trained_tokens: Tokens that counted in the loss, repeats included.
        seconds: Spent training, pauses and loading left out.
        peak_memory_gb: In 10**9 bytes.
        kept_iteration: Whose weights the adapter has; None in records of earlier versions.
        early: Whether it ended because the validation loss fell no more.
    """

    iterations: int
    rank: int
    scale: float
    dropout: float
    layers: int
    keys: tuple[str, ...]
    trained_parameters: int
    adapter_sha256: str
    train_loss: float | None = None
    val_loss: float | None = None
    best_val_loss: float | None = None
    best_iteration: int | None = None
    trained_tokens: int = 0
    seconds: float = 0.0
    peak_memory_gb: float = 0.0
    kept_iteration: int | None = None
    early: bool = False


class Stopped(Event, frozen=True, kw_only=True, tag="stopped"):
    """Somebody asked it to stop; nothing comes after.

    Attributes:
        iteration: Iterations done.
        result: What was kept; None when it was stopped before the first iteration.
    """

    final: ClassVar[bool] = True

    iteration: int
    result: TrainingResult | None = None


class Finished(Event, frozen=True, kw_only=True, tag="finished"):
    """All iterations are done, or patience is at its end, and the adapter is saved.

    Nothing comes after.

    Attributes:
        iteration: Iterations done.
        result: What came out.
    """

    final: ClassVar[bool] = True

    iteration: int
    result: TrainingResult


class Failed(Event, frozen=True, kw_only=True, tag="failed"):
    """It ended otherwise; nothing comes after.

    Attributes:
        message: What happened, in one sentence, safe to show.
        hint: What to do next; may be empty.
        kind: ``model`` when the model could not be loaded, ``died`` when the process ended without
            a word, otherwise ``training``.
        cause: What is behind it, in one word: ``memory``, ``killed``, ``crashed`` (a defect of a
            library or a driver), ``machine`` (it went down), ``worker`` (another one that shared
            the training), ``disk``, ``loss`` (not a number), ``model``, ``spec`` (it asks for what
            this model does not have), or nothing where none of these is known.
    """

    final: ClassVar[bool] = True

    message: str
    hint: str = ""
    kind: str = "training"
    cause: str = ""


AnyEvent = (
    Phase
    | Notice
    | Started
    | Progress
    | Validation
    | Sample
    | Saved
    | Paused
    | Resumed
    | Continued
    | Stopped
    | Finished
    | Failed
)

_DECODER: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def encode(event: AnyEvent) -> bytes:
    """Return `event` as one JSON line, line feed included."""
    return msgspec.json.encode(event) + b"\n"


def decode(line: bytes | str) -> AnyEvent:
    """Return the event that `line` holds.

    Raises:
        TrainingError: The line is no event.
    """
    try:
        return _DECODER.decode(line)
    except msgspec.DecodeError as error:
        raise TrainingError(f"This line is no training event: {error}.") from None
