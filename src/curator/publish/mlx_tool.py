"""One of mlx-lm's own tools in a child process that ends when its parent does.

Run as ``python -m curator.publish.mlx_tool TOOL …`` with a pipe for stdin: when that ends, because
the parent closed it or was killed, so does the process. The tools themselves never look.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading


def main(arguments: list[str]) -> None:
    """Run a tool; the arguments are its name and what it takes."""

    def watch() -> None:
        # Not through `sys.stdin`, whose lock would be held when the interpreter ends.
        while os.read(0, 1024):
            pass
        os._exit(0)

    threading.Thread(target=watch, name="parent", daemon=True).start()
    sys.argv = ["mlx_lm", *arguments]
    runpy.run_module("mlx_lm", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
