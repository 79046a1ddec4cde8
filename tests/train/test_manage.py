"""Runs are drawn, compared, handed on without this machine's paths, and deleted whole."""

from __future__ import annotations

import os
import sys
import types
import xml.etree.ElementTree as ET
import zipfile

import msgspec
import pytest

from curator.errors import ConfigError, TrainingError
from curator.train import (
    Continued,
    LossCurves,
    Progress,
    Started,
    TrainingSpec,
    Validation,
    compare_runs,
    delete_run,
    export_run,
    loss_curves,
    plot_svg,
    read_mixture,
    read_run,
    runfolder,
    runs,
    write_plot,
)

SVG = "{http://www.w3.org/2000/svg}"


def progress(iteration, loss):
    return Progress(
        iteration=iteration,
        iters=10,
        train_loss=loss,
        learning_rate=1e-3,
        iterations_per_second=1.0,
        tokens_per_second=1.0,
        trained_tokens=1,
        peak_memory_gb=0.1,
        epoch=0.5,
    )


def validation(iteration, loss):
    return Validation(iteration=iteration, val_loss=loss, seconds=0.1, best=False)


@pytest.fixture
def make(tmp_path, mixture):
    """An ended run with an adapter and a few losses."""

    def run(model="org/name", **changes):
        made, lock = runs.create_run(
            tmp_path / "runs", read_mixture(mixture), TrainingSpec(**changes), model=model
        )
        os.close(lock)
        (made.folder / "adapter" / "adapters.safetensors").write_bytes(b"weights")
        (made.folder / "adapter" / "adapter_config.json").write_text("{}")
        runfolder.append_events(made.folder, [progress(1, 2.0), validation(1, 2.5)])
        ended = msgspec.structs.replace(made.record, status="stopped", iteration=1)
        runfolder.write_record(made.folder, ended)
        return read_run(made.folder)

    return run


def test_what_was_said_before_a_run_was_taken_up_gives_way_to_what_was_said_after():
    events = [
        *(progress(n, float(n)) for n in (1, 2, 3, 4)),
        validation(0, 9.0),
        validation(4, 1.0),
        Continued(iteration=2),
        progress(3, 30.0),
    ]

    curves = loss_curves(events)

    assert curves.train == ((1, 1.0), (2, 2.0), (3, 30.0))
    assert curves.valid == ((0, 9.0),)
    assert curves.best == (0, 9.0)


def test_a_plot_is_a_picture_with_every_point_inside_and_names_made_safe():
    curves = LossCurves(((1, 3.0), (50, 1.0)), ((0, 3.5), (25, 0.5), (50, 1.5)))

    root = ET.fromstring(plot_svg([("<script>\x1b[31m", curves), ("second", curves)]))

    width, height = float(root.get("width")), float(root.get("height"))
    lines = root.findall(f"{SVG}polyline")
    assert len(lines) == 4, "training and validation of two runs"
    for line in lines:
        for pair in line.get("points").split():
            x, y = map(float, pair.split(","))
            assert 0 < x < width
            assert 0 < y < height
    texts = [text.text for text in root.findall(f"{SVG}text")]
    assert any("lowest 0.500 at 25" in text for text in texts)
    assert any(text.startswith("<script>␛[31m") for text in texts)
    assert not root.findall(f"{SVG}script")


@pytest.mark.parametrize(
    "points",
    [((0, 1.0),), ((0, 0.0), (1, 0.0)), ((0, 1e-9), (3, 2e-9)), ((0, 5.0), (10**6, 1e6))],
)
def test_odd_losses_can_be_plotted(points):
    root = ET.fromstring(plot_svg([("run", LossCurves((), points))]))

    assert len(root.findall(f"{SVG}circle")) == len(points) + 1, "a dot each, a ring for the best"


def test_without_losses_and_for_other_kinds_of_pictures_there_is_no_plot(tmp_path, monkeypatch):
    curves = LossCurves(((1, 1.0),), ())
    with pytest.raises(ConfigError, match="no losses"):
        plot_svg([("run", LossCurves((), ()))])
    with pytest.raises(ConfigError, match=r"svg or \.png"):
        write_plot([("run", curves)], tmp_path / "loss.gif")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match="resvg-py"):
        write_plot([("run", curves)], tmp_path / "loss.png")
    assert list(tmp_path.iterdir()) == []


def test_png_is_made_from_the_svg(tmp_path, monkeypatch):
    fake = types.ModuleType("resvg_py")
    fake.svg_to_bytes = lambda *, svg_string, zoom: [*b"PNG", zoom, len(svg_string) % 251]
    fake.__spec__ = types.SimpleNamespace()
    monkeypatch.setitem(sys.modules, "resvg_py", fake)
    curves = [("run", LossCurves(((1, 1.0),), ()))]

    write_plot(curves, tmp_path / "loss.png")

    made = (tmp_path / "loss.png").read_bytes()
    assert made == b"PNG" + bytes([2, len(plot_svg(curves)) % 251])


def test_a_comparison_names_only_what_differs(make):
    first, second = make(rank=8), make(rank=16, alpha=32.0)

    comparison = compare_runs([first, second])

    assert comparison.spec == {"rank": (8, 16), "alpha": (16.0, 32.0)}
    assert comparison.results["val_loss"] == (None, None)
    assert compare_runs([first, first]).spec == {}


def test_an_export_holds_what_is_needed_and_no_path_of_this_machine(make, tmp_path):
    model = tmp_path / "models" / "mine"
    run = make(model=str(model))
    started = Started(
        model=str(model),
        device="cpu",
        blas="",
        parameters=1,
        trainable_parameters=1,
        iters=1,
        batches_per_epoch=1,
        train_rows=1,
        valid_rows=1,
        left_out_rows=0,
        cut_rows=0,
        train_tokens=1,
        learned_tokens=1,
    )
    runfolder.append_events(run.folder, [started])
    out = tmp_path / "run.zip"

    export_run(run, out)

    with zipfile.ZipFile(out) as archive:
        names = {name.removeprefix(f"{run.id}/") for name in archive.namelist()}
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert names >= {"run.json", "spec.json", "manifest.json", "events.jsonl", "loss.svg"}
    assert {"adapter/adapters.safetensors", "adapter/adapter_config.json"} <= names
    assert str(tmp_path).encode() not in whole
    assert b'"mine"' in whole
    with pytest.raises(ConfigError, match="already"):
        export_run(run, out)
    export_run(run, out, overwrite=True)
    with pytest.raises(ConfigError, match="zip"):
        export_run(run, tmp_path / "run.tar")


def test_an_active_run_is_not_deleted_and_an_ended_one_is_gone_whole(make, tmp_path, monkeypatch):
    # Its record says that it ended, so that its child is waited for: not for long here.
    monkeypatch.setattr(runfolder, "_END_SECONDS", 0.2)
    run = make()
    (run.folder / "checkpoints" / "0000001").mkdir(parents=True)
    os.mkfifo(run.folder / "control")
    outside = tmp_path / "outside"
    outside.mkdir()
    (run.folder / "linked").symlink_to(outside)
    lock = runfolder.take_lock(run.folder)
    with pytest.raises(TrainingError, match="at work"):
        delete_run(run)
    os.close(lock)

    delete_run(run)

    assert not run.folder.exists()
    assert outside.exists(), "what a link leads to is not the run's"
