"""Why a child died, told from what the system says, and a machine kept awake where it can be."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess

import msgspec
import pytest

from curator.train import TrainingSpec, machine, read_mixture, read_run, runfolder, runs
from curator.train.child import explain_death


@pytest.mark.parametrize(
    ("system", "there", "expected"),
    [
        ("Darwin", {"caffeinate"}, ["/bin/caffeinate", "-i", "-w", "{pid}"]),
        (
            "Linux",
            {"systemd-inhibit", "tail", "caffeinate"},
            [
                *("/bin/systemd-inhibit", "--what=sleep:idle", "--mode=block", "--who=curator"),
                *("--why=A training is at work.", "/bin/tail", "--pid={pid}", "-f", "/dev/null"),
            ],
        ),
        ("Linux", {"caffeinate", "tail"}, None),
        ("Darwin", {"systemd-inhibit", "tail"}, None),
        ("Windows", {"caffeinate", "systemd-inhibit", "tail"}, None),
    ],
)
def test_the_systems_own_tool_watches_this_process(monkeypatch, system, there, expected):
    started = []
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name in there else None)
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_options: started.append(command))
    monkeypatch.setattr(platform, "system", lambda: system)

    assert machine.keep_awake() is (expected is not None)

    pid = str(os.getpid())
    assert started == ([[part.format(pid=pid) for part in expected]] if expected else [])


def test_where_the_system_says_nothing_nothing_is_made_up(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "_BOOT_ID", tmp_path / "none")
    monkeypatch.setattr(machine, "_VMSTAT", tmp_path / "none")
    assert machine.boot_id() == ""
    assert machine.oom_kills() is None

    (tmp_path / "vmstat").write_text("pgfault 12\noom_kill 3\n")
    monkeypatch.setattr(machine, "_VMSTAT", tmp_path / "vmstat")
    assert machine.oom_kills() == 3


@pytest.mark.parametrize(
    ("status", "log", "oom", "cause"),
    [
        (-signal.SIGKILL, "", False, "killed"),
        (-signal.SIGKILL, "", True, "memory"),
        (-signal.SIGTERM, "", False, "killed"),
        (-signal.SIGSEGV, "", False, "crashed"),
        (-signal.SIGABRT, "[METAL] Command buffer execution failed: Insufficient Memory", False,
         "memory"),
        (1, "RuntimeError: [malloc] Unable to allocate 9 bytes.", False, "memory"),
        (1, "ImportError: libmlx.so", False, "crashed"),
    ],
)  # fmt: skip
def test_each_way_to_die_has_its_cause_and_advice(tmp_path, status, log, oom, cause):
    (tmp_path / "log.txt").write_text(log)

    death = explain_death(status, tmp_path / "log.txt", out_of_memory=oom)

    assert death.cause == cause
    assert death.hint
    if cause == "memory":
        assert "batch_size" in death.hint


def test_a_crash_is_named_by_what_python_said_and_not_by_the_end_of_its_trace(tmp_path):
    (tmp_path / "log.txt").write_text(
        "loading\nFatal Python error: Segmentation fault\n\nThread 1:\n  File x, line 3 in f\n"
    )

    death = explain_death(-signal.SIGSEGV, tmp_path / "log.txt")

    assert "Segmentation fault" in death.message


@pytest.mark.parametrize(
    ("changes", "log", "cause"),
    [
        ({}, "", "killed"),
        ({"boot": "another"}, "", "machine"),
        ({"oom_kills": -1}, "", "memory"),
        ({}, "std::bad_alloc", "memory"),
        ({}, "Fatal Python error: Bus error\n  File x", "crashed"),
    ],
)
def test_a_run_found_dead_says_how_as_far_as_can_be_told(
    mixture, tmp_path, monkeypatch, changes, log, cause
):
    monkeypatch.setattr(runs, "boot_id", lambda: "this one")
    monkeypatch.setattr(runs, "oom_kills", lambda: 0)
    run, lock = runs.create_run(
        tmp_path / "runs", read_mixture(mixture), TrainingSpec(), model="org/name"
    )
    record = msgspec.structs.replace(run.record, status="running", **changes)
    runfolder.write_record(run.folder, record)
    run.log.write_text(log)
    os.close(lock)

    found = read_run(run.folder)

    assert found.status == "failed"
    assert found.record.cause == cause
    assert found.record.hint
