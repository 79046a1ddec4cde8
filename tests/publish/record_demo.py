"""Record a run of ``curator demo`` for the report in the documentation.

``python -m tests.publish.record_demo DEMO_FOLDER`` takes the run in that folder as `curator runs
export` would hand it on, without its weights and without the folders of this machine, into
``tests/publish/demo``, and lets the tool write ``docs/report-demo.md`` and its picture from that.
"""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from curator.publish.report import make_report, write_report
from curator.train import export_run, read_run

RECORDED = Path(__file__).parent / "demo"
PAGE = Path(__file__).parents[2] / "docs" / "report-demo.md"
KEPT = ("run.json", "spec.json", "manifest.json", "events.jsonl")


def record(folder: Path) -> None:
    """Record the newest run in a folder, and write the page from the record."""
    run = read_run("latest", runs_dir=folder / "runs")
    shutil.rmtree(RECORDED, ignore_errors=True)
    RECORDED.mkdir()
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "run.zip"
        export_run(run, path)
        with zipfile.ZipFile(path) as archive:
            for name in KEPT:
                (RECORDED / name).write_bytes(archive.read(f"{run.id}/{name}"))
    (RECORDED / "evaluations").mkdir()
    for path in sorted((run.folder / "evaluations").glob("*.json")):
        text = path.read_text("utf-8").replace(f"{run.model}", Path(run.model).name)
        (RECORDED / "evaluations" / path.name).write_text(text, "utf-8")
    write_report(make_report(read_run(RECORDED)), PAGE, kind="markdown")


if __name__ == "__main__":
    record(Path(sys.argv[1]))
