"""Commands reach the loop between two iterations, and a stop while loading ends at once."""

from __future__ import annotations

import os
import threading

from curator.train.control import Control, read_commands


def nothing() -> None:
    return None


def test_commands_come_as_lines_and_half_a_line_waits():
    reader, writer = os.pipe()
    os.write(writer, b'{"command": "pau')
    os.write(writer, b'se"}\n{"command": "stop"}\n{"comm')
    os.close(writer)

    commands = list(read_commands(reader))

    os.close(reader)
    assert [command["command"] for command in commands] == ["pause", "stop"]


def test_a_stop_before_the_beginning_abandons_at_once():
    calls = []
    control = Control(lambda: calls.append("abandoned"))

    control.stop()

    assert calls == ["abandoned"]
    assert control.begin() is False


def test_a_stop_and_a_signal_at_the_same_time_do_not_wait_for_each_other():
    """The signal finds the main thread within an event, for whose end the other thread waits."""
    both = threading.Barrier(2)
    control = Control(lambda: both.wait(10) and None)
    threads = [threading.Thread(target=control.stop) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not both.broken


def test_a_stop_after_the_beginning_waits_for_the_loop():
    calls = []
    control = Control(lambda: calls.append("abandoned"))
    assert control.begin() is True

    control.stop()

    assert calls == []
    assert control.go_on(nothing, nothing) is False


def test_a_pause_lasts_until_resumed():
    control = Control(nothing)
    control.begin()
    control.pause()
    told = []
    paused = threading.Event()

    def loop():
        told.append(control.go_on(paused.set, lambda: told.append("resumed")))

    thread = threading.Thread(target=loop)
    thread.start()
    assert paused.wait(10)
    assert told == []
    control.resume()
    thread.join(10)

    assert told == ["resumed", True]
    assert control.go_on(nothing, nothing) is True


def test_a_stop_ends_a_pause_without_a_word_of_resuming():
    control = Control(nothing)
    control.begin()
    control.pause()
    told = []

    going = control.go_on(control.stop, lambda: told.append("resumed"))

    assert (going, told) == (False, [])
