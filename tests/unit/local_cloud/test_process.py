"""Detached processes, known by pid and start time."""

import dataclasses
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_cloud.process import (
    Launch,
    Process,
    forget_process,
    marked_processes,
    read_process,
    session_members,
    start,
    start_ticks,
    stop,
)

STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); "


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Process]]:
    processes: list[Process] = []
    yield processes
    for process in processes:
        stop(process, signal.SIGKILL, 5)


def launch(code: str, tmp_path: Path, started: list[Process]) -> Process:
    command = Launch([sys.executable, "-c", code], environment={"COLOUR": "blue"})
    process = start("part", command, tmp_path / "part.log", 1, str(tmp_path), "1.0")
    started.append(process)
    return process


def wait_for(log: Path, text: str) -> None:
    deadline = time.monotonic() + 10
    while text not in log.read_text():
        assert time.monotonic() < deadline, f"never saw {text!r}"
        time.sleep(0.01)


def test_a_started_process_runs_in_a_session_of_its_own(
    tmp_path: Path, started: list[Process]
) -> None:
    process = launch("import time; time.sleep(60)", tmp_path, started)

    assert process.alive
    assert os.getsid(process.pid) == process.pid
    assert session_members(process.pid) == [process.pid]
    assert process.memory_bytes > 0


def test_its_output_goes_to_its_log_and_its_environment_is_small(
    tmp_path: Path, started: list[Process]
) -> None:
    launch("import os; print(sorted(os.environ), 'end', flush=True)", tmp_path, started)

    wait_for(tmp_path / "part.log", "end")
    text = (tmp_path / "part.log").read_text()
    assert "COLOUR" in text
    assert "PYTEST_CURRENT_TEST" not in text


def test_a_gentle_stop_is_enough_for_who_listens(tmp_path: Path, started: list[Process]) -> None:
    process = launch("import time; time.sleep(60)", tmp_path, started)

    assert stop(process, signal.SIGTERM, 5)
    assert not process.alive


def test_who_does_not_listen_is_killed_after_the_patience(
    tmp_path: Path, started: list[Process]
) -> None:
    process = launch(STUBBORN + "time.sleep(60)", tmp_path, started)
    wait_for(tmp_path / "part.log", "up")

    assert not stop(process, signal.SIGTERM, 0.2)
    assert not process.alive


def test_a_killed_session_takes_its_children_along(tmp_path: Path, started: list[Process]) -> None:
    code = "import subprocess, sys; c = [sys.executable, '-c', 'import time; time.sleep(60)']; "
    code += STUBBORN.replace("print('up'", "print('up', subprocess.Popen(c).pid")
    process = launch(code + "time.sleep(60)", tmp_path, started)
    wait_for(tmp_path / "part.log", "up")
    child = int((tmp_path / "part.log").read_text().split()[1])
    assert start_ticks(child) is not None

    stop(process, signal.SIGTERM, 0.2)

    deadline = time.monotonic() + 5
    while start_ticks(child) is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert start_ticks(child) is None


def test_a_recycled_pid_is_never_taken_for_ours() -> None:
    """This very test's pid, with another start time, stands for a recycled one."""
    ticks = start_ticks(os.getpid())
    assert ticks is not None
    recycled = Process("part", os.getpid(), ticks + 1, 0.0, 1)

    assert not recycled.alive
    assert stop(recycled, signal.SIGKILL, 0.1)  # and we live on to see it


def test_a_record_is_read_as_it_was_written_and_forgotten_whole(tmp_path: Path) -> None:
    process = Process("part", 42, 7, 1.5, 8080, "1.2")
    process.write(tmp_path)

    assert read_process(tmp_path, "part") == process
    assert (tmp_path / "part.pid").read_text() == "42\n"
    forget_process(tmp_path, "part")
    assert read_process(tmp_path, "part") is None
    assert not list(tmp_path.iterdir())


def test_a_damaged_record_is_no_record(tmp_path: Path) -> None:
    (tmp_path / "part.json").write_text('{"pid": 1')

    assert read_process(tmp_path, "part") is None


def test_leftovers_are_found_by_their_mark(tmp_path: Path, started: list[Process]) -> None:
    process = launch("import time; print('up', flush=True); time.sleep(60)", tmp_path, started)
    # Popen returns when the child's exec begins, before Linux shows its new environment.
    wait_for(tmp_path / "part.log", "up")

    found = marked_processes(str(tmp_path))

    assert [(one.pid, one.start_ticks) for one in found] == [(process.pid, process.start_ticks)]
    assert marked_processes(str(tmp_path / "other")) == []


def test_a_process_is_a_plain_value() -> None:
    process = Process("part", 1, 2, 3.0, 4)

    assert dataclasses.replace(process, port=5).port == 5
