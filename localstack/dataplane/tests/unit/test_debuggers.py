"""Which functions wait for a debugger, and what that changes for them."""

from __future__ import annotations

import importlib.util
import socket

import pytest

from dataplane import debuggers
from dataplane.config import Mode, mode_of
from dataplane.debuggers import invitations, lay_over, parse_debugged
from dataplane.model import Deployment, FunctionSpec
from dataplane.runtime import debugger


@pytest.fixture(autouse=True)
def debugpy_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())


def spec(name: str, timeout_s: int = 3) -> FunctionSpec:
    return FunctionSpec(name, "", name, "app.handler", "python3.11", "", "", timeout_s, 128)


def deployment(*names: str) -> Deployment:
    return Deployment({name: spec(name) for name in names}, None, ())


def test_a_port_is_as_given_or_free() -> None:
    ports = parse_debugged(["api=5678", "consume"])

    assert ports["api"] == 5678
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", ports["consume"]))


@pytest.mark.parametrize("entry", ["", "=5678", "api=", "api=no", "api=0", "api=65536"])
def test_an_entry_that_names_no_function_or_port_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"say NAME or NAME=PORT|is not a port"):
        parse_debugged([entry])


def test_without_debugpy_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    assert parse_debugged([]) == {}
    with pytest.raises(ValueError, match=r"pip install 'local-lambda-dataplane\[debug\]'"):
        parse_debugged(["api"])


def test_only_the_named_functions_are_debugged_and_unknown_names_are_told() -> None:
    found = lay_over(deployment("api", "consume"), {"api": 5678, "nobody": 5679})

    assert found.functions["api"].debug_port == 5678
    assert found.functions["consume"].debug_port is None
    assert found.warnings == ("--debug nobody: there is no such function",)
    assert invitations(found) == ["api: attach a debugger to 127.0.0.1:5678"]
    assert Deployment.from_json(found.to_json()) == found


def test_a_debugged_function_has_no_timeout_and_one_process() -> None:
    found = lay_over(deployment("api", "consume"), {"api": 5678}).functions

    assert found["consume"].time_limit_s == 3
    assert found["api"].time_limit_s >= 24 * 3600
    assert found["api"].timeout_s == 3
    assert mode_of(found["api"], {"api": Mode("concurrent", 2)}) == Mode("strict", 1)
    assert mode_of(found["consume"], {"*": Mode("strict", 2)}) == Mode("strict", 2)


def test_nothing_changes_where_nothing_is_debugged() -> None:
    made = deployment("api")

    assert debuggers.lay_over(made, {}) is made


def test_a_port_that_another_worker_keeps_is_not_waited_for_forever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(debugger, "_PATIENCE_S", 0.01)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        assert not debugger._waited_for(taken.getsockname()[1])
