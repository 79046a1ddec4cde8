"""The ``curator`` command. This is the one place that knows both faces."""

from __future__ import annotations

import sys
from pathlib import Path

from curator.cli import app


def open_studio(file: Path | None) -> int:
    """Open the studio on `file`, or on the project of the current folder."""
    from curator.settings import find_project
    from curator.tui.launch import launch

    project = find_project(file.parent if file is not None else None)
    return launch(project, file)


def main() -> None:
    """Run the command line and exit with its code."""
    sys.exit(app.main(open_studio))


if __name__ == "__main__":
    main()
