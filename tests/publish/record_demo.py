"""Record a run of ``curator demo`` for the report in the documentation.

``python -m tests.publish.record_demo DEMO_FOLDER`` takes the run in that folder as `curator runs
export` would hand it on, without its weights, its day and the folders of this machine, into
``tests/publish/demo``, and lets the tool write ``docs/report-demo.md`` and its picture from that.
"""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from curator.publish.naming import base_name
from curator.publish.report import make_report, write_report
from curator.train import export_run, read_run

RECORDED = Path(__file__).parent / "demo"
PAGE = Path(__file__).parents[2] / "docs" / "report-demo.md"
KEPT = ("run.json", "spec.json", "manifest.json", "events.jsonl")


def record(folder: Path) -> None:
    """Record the newest run in a folder, and write the page from the record."""
    run = read_run("latest", runs_dir=folder / "runs")
    base = base_name(run.model)
    shutil.rmtree(RECORDED, ignore_errors=True)
    RECORDED.mkdir()
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "run.zip"
        export_run(run, path)
        with zipfile.ZipFile(path) as archive:
            for name in KEPT:
                told = archive.read(f"{run.id}/{name}").decode()
                told = told.replace(f'"model": "{Path(run.model).name}"', f'"model": "{base}"')
                (RECORDED / name).write_text(_without_times(name, told), "utf-8")
    (RECORDED / "evaluations").mkdir()
    for path in sorted((run.folder / "evaluations").glob("*.json")):
        text = path.read_text("utf-8").replace(run.model, base)
        small = json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
        (RECORDED / "evaluations" / path.name).write_text(small + "\n", "utf-8")
    write_report(make_report(read_run(RECORDED)), PAGE, kind="markdown")


def _without_times(name: str, text: str) -> str:
    """Return a file without the day it was made on; events keep their distances."""
    if name == "run.json":
        told = {**json.loads(text), "id": "demo", "created": "", "ended": None}
        return json.dumps(told, indent=1) + "\n"
    if name != "events.jsonl":
        return text
    events = [json.loads(line) for line in text.splitlines()]
    first = events[0]["time"]
    return "".join(json.dumps({**one, "time": one["time"] - first}) + "\n" for one in events)


if __name__ == "__main__":
    record(Path(sys.argv[1]))
