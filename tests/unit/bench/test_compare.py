"""Comparing revisions or settings: neither side always comes second, and each has its own."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path
from typing import Any, cast

import pytest

from load.bench import compare
from load.bench.compare import Side, in_turn


def test_each_side_comes_first_as_often_as_second() -> None:
    sites = cast(Any, {"A": object(), "B": object()})

    first = Counter(in_turn(sites, number)[0][0] for number in range(1, 5))

    assert first == {"A": 2, "B": 2}


def test_a_sides_variables_reach_its_own_instance_only(monkeypatch: pytest.MonkeyPatch) -> None:
    environments: list[dict[str, str]] = []

    def run(command: list[str], env: dict[str, str], **_: Any) -> object:
        environments.append(env)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("load.bench.compare.subprocess.run", run)
    monkeypatch.delenv("TRACES", raising=False)
    plain = Side("A", "0123456789", Path(), Path("python"))
    traced = Side("B", "0123456789", Path(), Path("python"), {"TRACES": "1"})
    for side in (plain, traced):
        side.local_cloud("up")

    assert [env.get("TRACES") for env in environments] == [None, "1"]
    assert (plain.title, traced.title) == ("0123456789", "0123456789 TRACES=1")


@pytest.mark.parametrize("wrong", ["TRACES", "=1", ""])
def test_a_variable_without_a_name_or_a_value_is_refused(
    wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        compare.main([".", ".", "--env-b", wrong])
    assert "is not of the form NAME=VALUE" in capsys.readouterr().err
