"""`make bench` keeps what it has measured, whatever fails after it."""

from __future__ import annotations

import argparse
from typing import Any, cast

import pytest

from load.bench import __main__ as command
from load.bench import alone, road
from load.bench.target import Target


def test_a_part_that_fails_loses_nothing_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> Any:
        raise alone.BenchmarkFailed("no poller")

    measured: dict[str, Any] = {"options": {}, "scenarios": {"singles": 1}}
    monkeypatch.setattr(road, "run", lambda target, options: measured)
    monkeypatch.setattr(command, "stop_application", lambda target: None)
    monkeypatch.setattr(alone, "apply_alone", lambda *arguments: 2)
    monkeypatch.setattr(alone, "poller_alone", fail)
    options = argparse.Namespace(
        only="singles,apply,poller", rounds=1, yardstick_seconds=1, commands=1
    )

    report = command.measure(cast("Target", None), options)

    assert report["scenarios"] == {"singles": 1, "apply": 2}
    assert report["failed"] == "no poller"
