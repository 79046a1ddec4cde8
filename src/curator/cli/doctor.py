"""``curator doctor``: what this machine has, and what to do about what it lacks."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import click

from curator import __version__
from curator.cli.output import format_option, print_json, stdout
from curator.terminal import visible

State = Literal["ok", "note", "bad"]
_MARKS: dict[State, tuple[str, str]] = {
    "ok": ("✓", "green"),
    "note": ("!", "yellow"),
    "bad": ("✗", "red"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at.

    Attributes:
        name: What.
        state: Whether it is well, less than it could be, or in the way.
        found: What was found.
        advice: What to do; empty where all is well.
    """

    name: str
    state: State
    found: str
    advice: str = ""


@click.command(
    name="doctor", epilog="\b\nExamples:\n  curator doctor\n  curator doctor --format json"
)
@format_option
def command(output_format: str) -> int:
    """Look at this machine and say what is missing.

    Exit code 1 if something is in the way.
    """
    lines = list(examine())
    if output_format == "json":
        print_json(
            [
                {"name": x.name, "state": x.state, "found": x.found, "advice": x.advice}
                for x in lines
            ]
        )
    else:
        from rich.text import Text

        console = stdout()
        for line in lines:
            mark, style = _MARKS[line.state]
            console.print(Text.assemble((mark, style), f" {line.name:<12} {visible(line.found)}"))
            if line.advice:
                console.print(Text(f"               {visible(line.advice)}", style="dim"))
    return 1 if any(line.state == "bad" for line in lines) else 0


def examine() -> Iterator[Line]:
    """Look at everything that Curator uses."""
    looks: tuple[Callable[[], Line], ...] = (
        _python,
        _mlx,
        _blas,
        _sandbox,
        _hub,
        _cache,
        _terminal,
    )
    for look in looks:
        yield look()


def _python() -> Line:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Line("Python", "ok", f"{found}, curator {__version__}")


def _mlx() -> Line:
    # In a process of its own: importing mlx takes a second, and a broken backend may abort.
    probe = (
        "import mlx.core as mx; print(mx.default_device()); print((mx.ones(2) + 1).sum().item())"
    )
    try:
        version = importlib.metadata.version("mlx")
        lm_version = importlib.metadata.version("mlx-lm")
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own text
            [sys.executable, "-c", probe], capture_output=True, text=True, timeout=60, check=False
        )
    except importlib.metadata.PackageNotFoundError as error:
        return Line(
            "MLX",
            "bad",
            f"{error.name} is not installed.",
            "Install Curator again, as its README says.",
        )
    except subprocess.TimeoutExpired:
        return Line("MLX", "bad", "It did not answer within a minute.", "Reinstall mlx and mlx-lm.")
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "It crashed."
        advice = (
            'pip install "mlx[cpu]", or "mlx[cuda]" for an NVIDIA card'
            if platform.system() == "Linux"
            else "Reinstall mlx and mlx-lm."
        )
        return Line("MLX", "bad", f"mlx {version} does not work: {last}", advice)
    from curator.train.machine import has_gpu

    device = done.stdout.splitlines()[0]
    found = f"mlx {version}, mlx-lm {lm_version}, {device}"
    if "cpu" in device.lower() and has_gpu():
        # Both backends bring a library of the same name, and the one installed last is used.
        advice = "The CPU's backend hides that of the GPU; docs/training.md says how to mend it."
        return Line("MLX", "note", found, advice)
    if "cpu" in device.lower():
        return Line("MLX", "note", found, "On a CPU only small models train in reasonable time.")
    return Line("MLX", "ok", found)


def _blas() -> Line:
    if platform.system() != "Linux":
        return Line("BLAS", "ok", "The system's own")
    from curator.train.blas import find_openblas

    library = find_openblas()
    if library is None:
        return Line(
            "BLAS",
            "note",
            "The reference BLAS that comes with MLX",
            "OpenBLAS trains several times faster on a CPU: apt install libopenblas0-pthread",
        )
    return Line("BLAS", "ok", f"OpenBLAS, for training and generation ({library})")


def _sandbox() -> Line:
    from curator.sandbox import probe

    backend = probe()
    state: State = "ok" if backend.sealed else "note"
    return Line("Sandbox", state, backend.reason, backend.hint)


def _hub() -> Line:
    from huggingface_hub import get_token

    if get_token():
        return Line("Hub token", "ok", "Present (its value is never shown)")
    return Line(
        "Hub token",
        "note",
        "None",
        "Needed for gated models and publishing only: hf auth login, or set HF_TOKEN.",
    )


def _cache() -> Line:
    from curator.evaluate.cache import cache_path
    from curator.lint.cache import cache_folder

    answers = cache_path()
    # Nothing else is counted: the folder may be one that a person has for other things as well.
    kept = [*answers.parent.glob(f"{answers.name}*"), *cache_folder().glob("*.msgpack")]
    size = sum(path.stat().st_size for path in kept)
    found = f"{size / 1e6:.1f} MB of answers and findings that may be deleted" if kept else "Empty"
    return Line("Cache", "ok", f"{found}, in {answers.parent}")


def _terminal() -> Line:
    size = shutil.get_terminal_size()
    term = os.environ.get("TERM", "")
    colours = "no colours (NO_COLOR)" if os.environ.get("NO_COLOR") else _colours()
    found = f"{term or 'unknown'}, {size.columns}×{size.lines}, {colours}"
    if not sys.stdout.isatty():
        return Line(
            "Terminal",
            "note",
            f"{found}; standard output is no terminal",
            "The studio needs one; every other command works without.",
        )
    if term in ("", "dumb") or size.columns < 80 or size.lines < 24:
        return Line(
            "Terminal", "note", found, "The studio wants at least 80×24 and a capable TERM."
        )
    encoding = (sys.stdout.encoding or "").lower()
    if encoding.replace("-", "") != "utf8":
        return Line("Terminal", "note", f"{found}, {encoding}", "Use a UTF-8 locale.")
    return Line("Terminal", "ok", found)


def _colours() -> str:
    from rich.console import Console

    system = Console().color_system
    return {"truecolor": "16 million colours", "256": "256 colours", "standard": "16 colours"}.get(
        system or "", "no colours"
    )
