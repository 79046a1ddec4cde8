"""The small parts: captured output, the wire, the filter, the profile, the command lines."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.sandbox import Backend, Kind, Limits, probe
from curator.sandbox.backends import bare, bubblewrap, seatbelt
from curator.sandbox.capture import Capture
from curator.sandbox.launch import _process_limit, interpreter
from curator.sandbox.seccomp import _CLONE, _DENIED, _SOCKET, filter_bytes
from curator.sandbox.wire import WireError, read_fields, read_report

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


@given(st.lists(st.binary(max_size=300), max_size=20), st.integers(2, 400))
def test_capture_keeps_both_ends_and_counts_all(pieces, room):
    capture = Capture(room)
    for piece in pieces:
        capture.add(piece)
    whole = b"".join(pieces)
    assert capture.total == len(whole)
    if len(whole) <= 2 * (room // 2):
        assert capture.text() == whole.decode("utf-8", "replace")
    else:
        assert "bytes left out" in capture.text()


@given(st.lists(st.text(max_size=30)))
def test_fields_come_back(texts):
    raw = [text.encode("utf-8", "replace") for text in texts]
    body = b"".join(b"%d:%s" % (len(text), text) for text in raw)
    assert read_fields(body) == [text.decode("utf-8") for text in raw]


@given(st.binary(max_size=200))
def test_no_report_without_the_nonce(text):
    nonce = b"n" * 32
    if text.removeprefix(b"S"):
        with pytest.raises(WireError):
            read_report(b"S" + text.removeprefix(b"S"), nonce)


@given(st.binary(max_size=200))
def test_damaged_records_make_a_report_unsound_and_nothing_worse(records):
    nonce = b"n" * 32
    report = read_report(b"S" + nonce + b"0 100 1 1 \n" + records, nonce)
    assert report is not None
    assert report.status == 0


def test_a_start_without_more_is_no_report():
    assert read_report(b"S", b"n" * 32) is None


def execute(program: bytes, number: int, audit: int, argument: int = 0) -> int:
    """Run a filter as the kernel would and return its verdict."""
    steps = list(struct.iter_unpack("=HBBI", program))
    data = {0: number, 4: audit, 16: argument & 0xFFFFFFFF}
    place, accumulator = 0, 0
    while True:
        code, if_true, if_false, value = steps[place]
        place += 1
        if code == 0x20:
            accumulator = data[value]
        elif code == 0x06:
            return value
        else:
            holds = {
                0x15: accumulator == value,
                0x35: accumulator >= value,
                0x45: bool(accumulator & value),
            }[code]
            place += if_true if holds else if_false


@pytest.mark.parametrize(
    ("machine", "audit", "column"), [("x86_64", 0xC000003E, 0), ("aarch64", 0xC00000B7, 1)]
)
class TestFilter:
    def test_denied_calls_are_refused(self, machine, audit, column):
        rules = filter_bytes(machine)
        for name, numbers in _DENIED.items():
            if numbers[column] >= 0:
                assert execute(rules, numbers[column], audit) & 0xFFFF0000 == ERRNO, name

    def test_ordinary_calls_are_allowed(self, machine, audit, column):
        rules = filter_bytes(machine)
        denied = {numbers[column] for numbers in _DENIED.values()} | {435}
        for number in set(range(300)) - denied - {_SOCKET[column]}:
            assert execute(rules, number, audit) == ALLOW, number

    def test_clone_makes_processes_but_no_namespaces(self, machine, audit, column):
        rules = filter_bytes(machine)
        assert execute(rules, _CLONE[column], audit, 0x01200011) == ALLOW
        for flag in (0x00000080, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000,
                     0x40000000):  # fmt: skip
            assert execute(rules, _CLONE[column], audit, flag | 17) & 0xFFFF0000 == ERRNO

    def test_only_some_socket_families_open(self, machine, audit, column):
        rules = filter_bytes(machine)
        allowed = [n for n in range(46) if execute(rules, _SOCKET[column], audit, n) == ALLOW]
        assert allowed == [1, 2, 10, 16]

    def test_another_architecture_is_killed(self, machine, audit, column):
        assert execute(filter_bytes(machine), 0, 0x40000003) == KILL


def test_the_x32_calls_of_x86_are_killed():
    assert execute(filter_bytes("x86_64"), 0x40000000 + 101, 0xC000003E) == KILL


def test_an_unknown_machine_has_no_filter():
    assert filter_bytes("vax") == b""


def test_the_mac_profile_denies_by_default_and_opens_one_folder_for_writing(tmp_path):
    text = seatbelt.profile("/private/tmp/run", Limits(venv=tmp_path))
    lines = text.splitlines()
    assert lines[:3] == ["(version 1)", "(deny default)", "(deny network*)"]
    writable = [line for line in lines if "file-write" in line]
    assert writable == [
        '(allow file-write-data (literal "/dev/null"))',
        '(allow file-read* file-write* (subpath "/private/tmp/run"))',
    ]
    assert f'(subpath "{tmp_path.resolve()}")' in text
    assert text.count("(") == text.count(")")
    assert "(allow network" not in text


def test_the_mac_profile_shows_no_home_and_no_whole_disk():
    readable = [line for line in seatbelt.profile("/x", Limits()).splitlines() if "read*" in line]
    assert not any('(subpath "/")' in line or '(subpath "/Users' in line for line in readable)
    assert any(f'(subpath "{interpreter().roots[0]}")' in line for line in readable)


def test_a_path_cannot_break_out_of_the_mac_profile():
    text = seatbelt.profile('/tmp/a")(allow default)("b', Limits())
    assert '(subpath "/tmp/a\\")(allow default)(\\"b")' in text


def test_the_mac_command_line():
    backend = Backend(Kind.SEATBELT, "", command="/usr/bin/sandbox-exec")
    words = seatbelt.arguments(backend, Limits(), "/private/tmp/run")
    assert words[:2] == ["/usr/bin/sandbox-exec", "-p"]


def test_memory_is_summed_over_a_group_and_all_below_it():
    listing = "10 10 1 100\n10 11 10 200\n99 12 11 400\n98 13 12 800\n50 50 1 5000\n"
    assert seatbelt.resident(listing, 10) == 1500 << 10


def test_memory_is_looked_at_by_the_parent_on_a_mac_only():
    linux = Backend(Kind.BUBBLEWRAP, "")
    assert not seatbelt.over_memory(linux, 1, Limits(memory=0), 5.0)


@pytest.mark.parametrize("own_user", [True, False])
def test_the_linux_command_line_unshares_all_and_binds_nothing_for_writing(own_user):
    backend = Backend(Kind.BUBBLEWRAP, "", command="bwrap", own_user=own_user)
    words = bubblewrap.arguments(backend, Limits(), 9)
    for option in ("--unshare-net", "--unshare-pid", "--unshare-ipc", "--die-with-parent",
                   "--new-session", "--clearenv", "--as-pid-1"):  # fmt: skip
        assert option in words
    assert "--bind" not in words
    assert ("--unshare-user" in words) is not own_user
    assert (bubblewrap.pick_user(backend) is not None) is own_user


def test_processes_are_limited_where_the_kernel_counts_this_run_alone():
    limits = Limits(processes=7)
    said = [("RLIMIT_NPROC", 7, 7)]
    assert _process_limit(limits, init=True, own_user=True, release="4.19.0") == said
    assert _process_limit(limits, init=True, own_user=False, release="5.14.0-arch1") == said
    assert _process_limit(limits, init=True, own_user=False, release="5.10.0-26-amd64") == []
    assert _process_limit(limits, init=False, own_user=False, release="23.1.0") == []


def test_a_processor_without_a_filter_gets_none():
    words = bubblewrap.arguments(Backend(Kind.BUBBLEWRAP, "", command="bwrap"), Limits(), None)
    assert "--seccomp" not in words


def test_the_unsafe_way_keeps_nothing_of_the_environment():
    assert set(bare.environment("/x")) == {"HOME", "LANG", "PATH", "TMPDIR"}


def test_the_probe_says_why_and_what_to_do():
    backend = probe()
    assert backend.reason.endswith(".") or ":" in backend.reason
    assert backend.usable or backend.hint
    assert probe() is backend
