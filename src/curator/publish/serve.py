"""A run's adapter behind mlx-lm's own OpenAI-compatible server, in a process of its own.

The server reads the model's chat template and gets the system prompt of the training in the request
that is shown, so that the model is asked in the layout it was trained in.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from curator.errors import CancelledError, ConfigError, ModelError, TrainingError
from curator.example.chat import prompt_messages
from curator.publish.facts import manifest_of
from curator.train import Run, check_model
from curator.train.blas import with_openblas
from curator.train.child import explain_death
from curator.train.training import child_environment

#: What the server calls the model and adapter that it was started with.
MODEL = "default_model"
QUESTION = "Write a Python function that adds two numbers."
_LOADING = 600.0
_POLL = 0.1


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a server on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def system_prompt_of(run: Run) -> str:
    """Return the system prompt that rows carried in a run's training; empty for none."""
    manifest = manifest_of(run)
    if manifest is None or manifest.recipe.get("system_prompt_on") == "none":
        return ""
    return manifest.system_prompt


class Server:
    """A server at work; a context manager. Make one, then `wait` until it answers.

    Args:
        run: A run with an adapter.
        host: The address it listens on.
        port: The port; 0 takes a free one.
        log: Where it prints; the run's ``serve.log`` by default.

    Raises:
        ConfigError: The run has no adapter, or the port is taken.
        ModelError: The base model is gone.
        TrainingError: The process cannot be started.
    """

    def __init__(
        self, run: Run, *, host: str = "127.0.0.1", port: int = 8080, log: Path | None = None
    ) -> None:
        if run.adapter is None:
            raise ConfigError(f"The run {run.id} left no adapter to serve.", path=run.folder)
        model = check_model(run.model)
        self.host = host
        self.port = _free(host, port)
        self.log = log or run.folder / "serve.log"
        self.system_prompt = system_prompt_of(run)
        arguments = [
            *("--model", model, "--adapter-path", str(run.adapter.resolve())),
            *("--host", host, "--port", str(self.port)),
            # By default any page in a browser may ask it.
            *("--allowed-origins", self.url),
        ]
        self.process = start_tool("server", arguments, model=model, log=self.log)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it is."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def request(self, question: str, *, max_tokens: int = 512) -> dict[str, Any]:
        """Return what is sent to ask a question in the layout of the training."""
        return {
            "model": MODEL,
            "messages": prompt_messages(question, system_prompt=self.system_prompt),
            "max_tokens": max_tokens,
            "temperature": 0,
        }

    def curl(self, question: str = QUESTION) -> str:
        """Return a command that asks a question."""
        body = json.dumps(self.request(question), ensure_ascii=False)
        head = "-H 'Content-Type: application/json'"
        return f"curl -s {self.url}/v1/chat/completions {head} -d {shlex.quote(body)}"

    def wait(self, cancel: threading.Event | None = None, *, seconds: float = _LOADING) -> None:
        """Wait until it has answered.

        Args:
            cancel: Set it to give up.
            seconds: The longest to wait.

        Raises:
            ModelError: It ended instead: the model or the adapter cannot be loaded.
            TrainingError: It does not answer.
            CancelledError: `cancel` was set.
        """
        cancel = cancel or threading.Event()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if cancel.is_set():
                raise CancelledError("The server had not answered yet.")
            if self.process.poll() is not None:
                death = explain_death(self.process.returncode, self.log)
                raise ModelError(f"The server ended: {death.message}", hint=f"See {self.log}.")
            if self._listens():
                self._ask_once(end - time.monotonic())
                return
            cancel.wait(_POLL)
        raise TrainingError("The server does not answer.", hint=f"See {self.log}.")

    def ended(self, seconds: float) -> bool:
        """Wait up to `seconds` for its end and return whether it came."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """End it."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        for sign, grace in ((0, 2.0), (signal.SIGTERM, 2.0), (signal.SIGKILL, 10.0)):
            if self.process.poll() is not None:
                return
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)
            if self.ended(grace):
                return

    def _listens(self) -> bool:
        try:
            with socket.create_connection((self.host, self.port), timeout=1):
                return True
        except OSError:
            return False

    def _ask_once(self, seconds: float) -> None:
        """Ask for one token: the model is loaded only when somebody asks."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=max(seconds, 1))
        body = json.dumps(self.request(QUESTION, max_tokens=1))
        try:
            connection.request(
                "POST", "/v1/chat/completions", body, {"Content-Type": "application/json"}
            )
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            raise ModelError(
                "The server broke off while it loaded the model.", hint=f"See {self.log}."
            ) from None
        finally:
            connection.close()
        if answer.status != http.client.OK:
            raise ModelError(
                f"The server cannot load the model or the adapter ({answer.status}).",
                hint=f"See {self.log}.",
            )


def start_tool(
    tool: str, arguments: Sequence[str], *, model: str, log: Path
) -> subprocess.Popen[bytes]:
    """Start one of mlx-lm's tools in a process that ends with this one.

    Args:
        tool: Its name, such as ``server``.
        arguments: What it takes.
        model: What it loads, as `check_model` returned it.
        log: Where it prints.

    Raises:
        TrainingError: It cannot be started.
    """
    command = [
        sys.executable,
        # The folder a person works in may hold a `random.py` of theirs: it is not on the path.
        *("-P", "-m", "curator.publish.mlx_tool", tool),
        *arguments,
    ]
    try:
        with log.open("wb") as output:
            return subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=mlx_environment(model),
                start_new_session=True,
            )
    except OSError as error:
        raise TrainingError(f"mlx-lm cannot be started: {error.strerror}.", path=log) from None


def mlx_environment(model: str) -> dict[str, str]:
    """Return the environment for a process of mlx-lm's own that loads `model`.

    Args:
        model: As `check_model` returned it.
    """
    environment: Mapping[str, str] = child_environment(model)
    changed = dict(with_openblas(environment))
    with contextlib.suppress(metadata.PackageNotFoundError):
        metadata.version("mlx-cpu")
        # There each step would be compiled by a C++ compiler, which may not be there.
        changed["MLX_DISABLE_COMPILE"] = "1"
    return changed


def _free(host: str, port: int) -> int:
    """Return the port, or a free one for 0.

    Raises:
        ConfigError: It is taken, or there is no such address here.
    """
    try:
        [family, _, _, _, address] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as error:
        raise ConfigError(
            f"Nothing can listen on {host}, port {port}: {error.strerror}.",
            hint="Give another --port; 0 takes a free one.",
        ) from None
