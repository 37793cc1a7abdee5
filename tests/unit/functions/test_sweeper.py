"""The sweeper function measures what was done, and fails if a stage did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions import sweeper, wiring
from handlers.applying.sweeper import SweepFailed, Swept
from tests.support.settings import settings_with


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Swept]:
    made = Swept(published=3, holds=2, refused=1, awaited=4, fullness=12.5)
    wiring.reset()
    wiring.settings.replace(settings_with())
    unused: Any = None
    wiring.database.replace(unused)
    wiring.producer.replace(unused)
    monkeypatch.setattr(sweeper, "sweep", lambda *_, **__: made)
    yield made
    wiring.reset()


def metrics_of(capsys: pytest.CaptureFixture[str]) -> dict[str, list[float]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = next(line for line in lines if "_aws" in line)
    names = [one["Name"] for one in found["_aws"]["CloudWatchMetrics"][0]["Metrics"]]
    return {name: found[name] for name in names}


MEASURED = {
    "SweptOutbox": [3.0],
    "SweptHolds": [2.0],
    "OutboxRefused": [1.0],
    "OutboxAwaited": [4.0],
    "SystemAccountFullness": [12.5],
}


def test_what_was_done_is_told_and_measured(
    swept: Swept, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sweeper.handler({"source": "aws.events"}, None) == {"published": 3, "holds": 2}
    assert metrics_of(capsys) == MEASURED


def test_a_stage_that_failed_fails_the_function_once_the_rest_is_measured(
    swept: Swept, capsys: pytest.CaptureFixture[str]
) -> None:
    swept.failures["outbox"] = "Unavailable: the log is away"
    with pytest.raises(SweepFailed, match="outbox: Unavailable: the log is away"):
        sweeper.handler({"source": "aws.events"}, None)
    assert metrics_of(capsys) == MEASURED
