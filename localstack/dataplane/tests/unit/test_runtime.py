from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from dataplane import cli
from dataplane.logs import trim
from dataplane.model import FunctionSpec
from dataplane.pool import PoolClosedError, StrictPool
from dataplane.runtime import frames
from dataplane.state_folder import StateFolder
from dataplane.worker import Site, WorkerFailedError

CODE = """
import os, time
def handler(event, context):
    what = event["do"]
    if what == "exit": os._exit(3)
    if what == "sleep": time.sleep(30)
    if what == "raise": raise KeyError("lost")
    if what == "import": __import__(event["name"])
    if what == "unwritable": return object()
    return {"pid": os.getpid(), "secret": os.environ.get("SHELL_ONLY"), "own": os.environ["OWN"]}
"""


@pytest.fixture
def layout(tmp_path: Path) -> StateFolder:
    made = StateFolder(tmp_path / "state")
    made.prepare()
    return made


def pool_of(
    layout: StateFolder,
    handler: str = "code_under_test.handler",
    limit: int = 1,
    timeout_s: int = 1,
) -> StrictPool:
    folder = layout.code / "one"
    folder.mkdir()
    (folder / "code_under_test.py").write_text(CODE)
    spec = FunctionSpec(
        "fn", "arn", "Fn", handler, "python3.11", str(folder), "sha", timeout_s, 128, {"OWN": "yes"}
    )
    return StrictPool(spec, Site(layout, "http://127.0.0.1:1", "eu-central-1"), limit)


@pytest.mark.parametrize("length", [0, 1, 64 * 1024, 64 * 1024 + 1, 5_000_000])
def test_an_event_of_any_size_arrives_whole(length: int) -> None:
    ours, theirs = socket.socketpair()
    sent = bytes(number % 251 for number in range(length))
    sender = threading.Thread(target=frames.send_request, args=(ours, "r" * 36, 1500, sent))
    with ours, theirs:
        sender.start()
        assert frames.receive_request(theirs) == ("r" * 36, 1500, sent)
        sender.join()


def event(do: str, **more: str) -> bytes:
    return json.dumps({"do": do, **more}).encode()


def test_a_worker_stays_warm_and_gets_only_its_deployed_environment(
    layout: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELL_ONLY", "leaked")
    pool = pool_of(layout)
    first, second = (json.loads(pool.invoke(event("")).payload) for _ in range(2))
    assert first == second
    assert (first["secret"], first["own"]) == (None, "yes")
    assert layout.pid_file("worker.Fn.0").read_text().strip() == str(first["pid"])
    pool.close()
    assert not Path(f"/proc/{first['pid']}").exists()
    assert not layout.pid_file("worker.Fn.0").exists()


@pytest.mark.parametrize(
    ("do", "error", "lost"),
    [
        ("exit", "Runtime.ExitError", True),
        ("sleep", "Sandbox.Timedout", True),
        ("raise", "KeyError", False),
        ("unwritable", "TypeError", False),
    ],
)
def test_an_invocation_that_fails_costs_nobody_else(
    layout: StateFolder, do: str, error: str, lost: bool
) -> None:
    pool = pool_of(layout)
    outcome = pool.invoke(event(do))
    assert (outcome.failed, outcome.worker_lost) == (True, lost)
    assert json.loads(outcome.payload)["errorType"] == error
    assert not pool.invoke(event("")).failed
    pool.close()


def test_a_worker_that_died_while_idle_costs_no_invocation(layout: StateFolder) -> None:
    pool = pool_of(layout)
    pid = json.loads(pool.invoke(event("")).payload)["pid"]
    os.kill(pid, 9)
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        pass
    assert not pool.invoke(event("")).failed
    assert pool.lost == 1
    pool.close()


def test_what_only_the_developers_environment_has_is_missing(layout: StateFolder) -> None:
    # Importing boto3 is slow on a busy machine.
    pool = pool_of(layout, timeout_s=10)
    outcome = pool.invoke(event("import", name="pytest"))
    assert json.loads(outcome.payload)["errorType"] == "ModuleNotFoundError"
    # Lambda's runtime has boto3, so an artefact can omit it.
    assert not pool.invoke(event("import", name="boto3")).failed
    pool.close()


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        ("code_under_test.nothing", "Runtime.HandlerNotFound"),
        ("not_there.handler", "Runtime.ImportModuleError"),
        ("handler", "Runtime.MalformedHandlerName"),
    ],
)
def test_a_handler_that_cannot_be_loaded_is_told_in_lambdas_words(
    layout: StateFolder, handler: str, kind: str
) -> None:
    pool = pool_of(layout, handler)
    with pytest.raises(WorkerFailedError, match=kind):
        pool.warm(1)


def test_a_closed_pool_says_so(layout: StateFolder) -> None:
    pool = pool_of(layout)
    pool.close()
    with pytest.raises(PoolClosedError):
        pool.invoke(event(""))


def test_a_frame_that_ends_early_is_an_error_and_not_a_message() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        frames.send_reply(theirs, frames.OK, b"whole")
        assert frames.receive_reply(ours) == (frames.OK, b"whole")
        theirs.sendall(b"\x00\x00\x00\x09\x01half")
        theirs.close()
        with pytest.raises(frames.ClosedError):
            frames.receive_reply(ours)


def test_a_long_log_begins_anew_and_keeps_one_older_part(layout: StateFolder) -> None:
    log = layout.function_log("fn")
    log.write_text("x" * 100)
    trim(layout, maximum_bytes=50)
    assert (log.read_text(), log.with_suffix(".log.1").read_text()) == ("", "x" * 100)


def test_layers_are_found_behind_the_artefact_the_last_one_first(
    layout: StateFolder, tmp_path: Path
) -> None:
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for layer, places in {
        "first": ("python", f"python/lib/{version}/site-packages"),
        "last": ("python",),
    }.items():
        for place in places:
            folder = tmp_path / layer / place
            folder.mkdir(parents=True)
            for module in ("in_both", f"only_{layer}", "code_under_test"):
                (folder / f"{module}.py").write_text(f"FROM = {layer + '/' + place!r}")
    base = pool_of(layout)
    code = Path(base.spec.code_dir) / "code_under_test.py"
    code.write_text(
        "import in_both, only_first, only_last\n"
        "def handler(event, context): return [in_both.FROM, only_first.FROM, only_last.FROM]\n"
    )
    layers = (str(tmp_path / "last"), str(tmp_path / "first"))
    pool = StrictPool(replace(base.spec, layer_dirs=layers), base._site, 1)
    assert json.loads(pool.invoke(b"{}").payload) == [
        f"first/python/lib/{version}/site-packages",
        f"first/python/lib/{version}/site-packages",
        "last/python",
    ]
    pool.close()


def test_more_memory_than_the_function_has_is_said(layout: StateFolder) -> None:
    base = pool_of(layout)
    for memory_mb, is_said in ((1, True), (4096, False)):
        layout.function_log("fn").unlink(missing_ok=True)
        pool = StrictPool(replace(base.spec, memory_mb=memory_mb), base._site, 1)
        pool.invoke(event(""))
        pool.close()
        log = layout.function_log("fn").read_text()
        assert ("Lambda would have ended it" in log) is is_said


@pytest.mark.parametrize(
    ("variables", "region"),
    [
        ({}, "eu-central-1"),
        ({"AWS_DEFAULT_REGION": "us-west-2"}, "us-west-2"),
        ({"AWS_DEFAULT_REGION": "us-west-2", "AWS_REGION": "eu-west-1"}, "eu-west-1"),
    ],
)
def test_the_region_is_that_of_the_shell(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], region: str
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cli._parser({}).parse_args(["run", "--state", "x"]).region == region


def test_help_teaches() -> None:
    command = [sys.executable, "-m", "dataplane", "--help"]
    folder = Path(__file__).parents[2] / "src"
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    text = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "examples:" in text.stdout
    assert "--mode api=concurrent,consume=strict:4" in text.stdout


def test_a_worker_runs_where_it_is_told_to(layout: StateFolder) -> None:
    every = frozenset(os.sched_getaffinity(0))
    one = frozenset({min(every)})
    pool = pool_of(layout)
    pid = json.loads(pool.invoke(event("")).payload)["pid"]
    for cores, found in ((one, one), (None, one), (every, every)):
        pool.invoke(event(""), cores=cores)
        assert os.sched_getaffinity(pid) == found
    pool.close()
