"""Run many small programs quickly: ``python -I many_programs.py FOLDER SECONDS < programs.json``.

Starting an interpreter for each of some hundred programs costs far more than running them. This
one imports what they need once and forks for each; a program still has a process, a ``__main__``
and a time limit of its own. Standard input is a JSON list of sources, standard output a JSON list
of ``[exit code, stdout, stderr]``. It is no sandbox: it runs what this repository ships.
"""

from __future__ import annotations

import asyncio  # noqa: F401  (imported for the forks)
import concurrent.futures  # noqa: F401
import dataclasses  # noqa: F401
import decimal  # noqa: F401
import json
import os
import random  # noqa: F401
import signal
import statistics  # noqa: F401
import sys
import tempfile  # noqa: F401
import traceback
import types
from pathlib import Path


def run_here(source: str) -> int:
    """Run a program as this process's ``__main__`` and return its exit code."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    try:
        exec(compile(source, "<program>", "exec"), vars(module))
    except SystemExit as leaving:
        return 0 if leaving.code in {None, 0} else 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def run_forked(source: str, folder: Path, seconds: int) -> tuple[int, str, str]:
    """Run a program in a fork; the code is negative where a signal ended it."""
    files = folder / "stdout", folder / "stderr"
    child = os.fork()
    if child == 0:
        signal.alarm(seconds)
        for number, path in enumerate(files, start=1):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        code = run_here(source)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    _, status = os.waitpid(child, 0)
    stdout, stderr = (path.read_text(encoding="utf-8") for path in files)
    return os.waitstatus_to_exitcode(status), stdout, stderr


if __name__ == "__main__":
    place = Path(sys.argv[1])
    sources = json.load(sys.stdin)
    json.dump([run_forked(source, place, int(sys.argv[2])) for source in sources], sys.stdout)
