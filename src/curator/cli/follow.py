"""Telling a person how a training goes, and ending it cleanly on Ctrl-C."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

from curator.cli.output import cancel_on_interrupt, plural, progress_bar, say
from curator.terminal import one_line, visible
from curator.train import Run, Training
from curator.train.events import (
    AnyEvent,
    Continued,
    Failed,
    Finished,
    Notice,
    Phase,
    Progress,
    Sample,
    Started,
    Stopped,
    TrainingResult,
    Validation,
)

_PHASES = {"loading": "Loading the model", "tokenizing": "Reading the mixture"}


def follow(begin: Callable[[], Training]) -> Run:
    """Begin a training and narrate it on standard error until it ends.

    A first Ctrl-C asks it to stop and keep its adapter; a second one kills it.

    Args:
        begin: Starts the training. It is called here, so that there is no moment in which Ctrl-C
            would leave behind a training that nobody follows.

    Returns:
        The run as it ended.
    """
    with cancel_on_interrupt() as interrupted, progress_bar("Training") as advance:
        training = begin()
        watcher = threading.Thread(target=_stop_when, args=(interrupted, training), daemon=True)
        watcher.start()
        try:
            for event in training.events():
                _tell(event)
                if isinstance(event, Progress):
                    advance(event.iteration, event.iters, _figures(event))
        except KeyboardInterrupt:
            training.kill()
        finally:
            # Lets the watcher go; after the end a stop changes nothing.
            interrupted.set()
        watcher.join()
    return training.wait()


def _stop_when(interrupted: threading.Event, training: Training) -> None:
    interrupted.wait()
    if not training.over:
        say(
            "Stopping after this iteration; the adapter will be kept. Ctrl-C again ends it at once."
        )
        training.stop()


def _tell(event: AnyEvent) -> None:
    match event:
        case Phase(name=name) if name in _PHASES:
            say(f"{_PHASES[name]} …")
        case Notice():
            say(visible(f"Note: {event.message} {event.hint}".rstrip()))
        case Started():
            blas = f", {event.blas}" if event.blas else ""
            say(
                f"Training {event.trainable_parameters:,} of {event.parameters:,} parameters on"
                f" {event.device}{blas}: {plural(event.train_rows, 'row')},"
                f" {event.learned_tokens:,} tokens to learn."
            )
        case Continued():
            say(f"Going on after iteration {event.iteration:,}.")
        case Progress() if not sys.stderr.isatty():
            say(f"iteration {event.iteration:,} of {event.iters:,}  {_figures(event)}")
        case Validation():
            best = "  (best so far)" if event.best else ""
            say(f"iteration {event.iteration:,}  validation loss {event.val_loss:.3f}{best}")
        case Sample():
            say(f"sample: {one_line(event.text, 160)}")
        case Stopped(result=result):
            say(f"Stopped after iteration {event.iteration:,}.")
            _tell_kept(result)
        case Finished(result=result):
            say(
                f"Finished {plural(event.iteration, 'iteration')} in {result.seconds:.0f} s;"
                f" read back from the adapter: rank {result.rank}, scale {result.scale:g},"
                f" {plural(result.layers, 'layer')}, {result.trained_parameters:,} parameters."
            )
            _tell_kept(result)
        case Failed(cause="model"):
            pass  # The run never began: the command ends with it as an error.
        case Failed():
            say(visible(f"Training failed: {event.message}"))
            if event.hint:
                say(visible(f"  {event.hint}"))
        case _:
            pass


def _tell_kept(result: TrainingResult | None) -> None:
    if result and result.kept_iteration not in (None, result.iterations):
        say(f"The adapter has the weights of iteration {result.kept_iteration:,}: the best.")


def _figures(event: Progress) -> str:
    return (
        f"loss {event.train_loss:.3f}  {event.tokens_per_second:,.0f} tokens/s"
        f"  epoch {event.epoch:.2f}"
    )
