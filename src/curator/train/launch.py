"""Several processes that share one training, on this machine or on others, by MLX's own launcher.

``mlx.launch`` starts the same worker once for each place and tells each its number; MLX's ring (or
MPI) sums their gradients. The batch stays the size that the spec says and is shared out, so that
the losses are those of a single process up to the rounding of sums, as long as nothing is dropped
out: each worker draws dropout of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from curator.errors import ConfigError, TrainingError
from curator.train.spec import TrainingSpec

_MOST_TRIES = 50


@dataclass(frozen=True, slots=True)
class Workers:
    """Who shares a training; see `local_workers` and `read_hosts`.

    Attributes:
        count: How many processes.
        hosts: A host file as ``mlx.launch`` reads it; None for processes on this machine.
    """

    count: int
    hosts: Path | None = None

    def check(self, spec: TrainingSpec) -> None:
        """Refuse a spec that leaves a worker without rows.

        Raises:
            ConfigError: There are more workers than rows in a batch.
        """
        if spec.batch_size < self.count:
            raise ConfigError(
                f"`batch_size` is {spec.batch_size}, but {self.count} workers want a row each.",
                hint=f"Give a batch_size of {self.count} or more, or fewer workers.",
            )

    def command(self) -> list[str]:
        """Return the launcher's command line, to be followed by the worker's.

        Raises:
            TrainingError: The launcher or a free port is not to be found.
        """
        beside = Path(sys.executable).with_name("mlx.launch")
        launcher = str(beside) if beside.is_file() else shutil.which("mlx.launch")
        if launcher is None:
            raise TrainingError("There is no `mlx.launch` here.", hint="Reinstall mlx.")
        if self.hosts is not None:
            return [launcher, "--hostfile", str(self.hosts.resolve()), "--"]
        port = str(_free_ports(self.count))
        return [
            *(launcher, "-n", str(self.count), "--backend", "ring"),
            *("--starting-port", port, "--"),
        ]

    def environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return `environment` with the cores shared out among the workers of this machine."""
        result = dict(environment)
        if self.hosts is None:
            cores = max(1, (os.cpu_count() or 1) // self.count)
            result.setdefault("OPENBLAS_NUM_THREADS", str(cores))
        return result


def local_workers(count: int) -> Workers | None:
    """Return `count` workers on this machine; None for one, who needs no launcher.

    Raises:
        ConfigError: There is to be none at all.
    """
    if count < 1:
        raise ConfigError(f"`workers` must be at least 1, not {count}.")
    return Workers(count) if count > 1 else None


def read_hosts(path: Path) -> Workers:
    """Return the workers that the host file at `path` names.

    The first is this machine, which keeps the run folder. All of them need the same Python
    environment, and the model, the mixture and the run folder at the same paths.

    Args:
        path: As ``mlx.distributed_config`` writes it: a JSON list of objects with ``ssh`` and
            ``ips``, or an object that has such a list under ``hosts``.

    Raises:
        ConfigError: It cannot be read, or names no hosts.
    """
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"Cannot be read: {error.strerror}.", path=path) from None
    except ValueError:
        raise ConfigError(
            "This is no host file: it is not JSON.",
            path=path,
            hint="`mlx.distributed_config` writes one.",
        ) from None
    hosts = data.get("hosts") if isinstance(data, dict) else data
    if not isinstance(hosts, list) or not all(isinstance(host, dict) for host in hosts):
        raise ConfigError(
            "This is no host file: a list of hosts was expected.",
            path=path,
            hint='For example [{"ssh": "127.0.0.1", "ips": ["127.0.0.1"]}].',
        )
    if not hosts:
        raise ConfigError("This host file names no hosts.", path=path)
    return Workers(len(hosts), path)


def _free_ports(count: int) -> int:
    """Return the first of `count` ports in a row that nobody listens on.

    Raises:
        TrainingError: None were found.
    """
    for _ in range(_MOST_TRIES):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first: int = probe.getsockname()[1]
        if first + count < 2**16 and all(_is_free(first + more) for more in range(count)):
            return first
    raise TrainingError("No free ports were found for the workers to talk over.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
