"""The sweeper function measures what was done, and fails if a stage did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions import sweeper, wiring
from handlers.applying.sweeper import SweepFailed, Swept
from handlers.platform.bounds import APPLY_GROUP, WEBHOOKS_GROUP
from handlers.platform.errors import Unavailable
from tests.support.settings import settings_with

COMMANDS, EVENTS = "commands", "events"
NOW_MS = 1_800_000_000_000
OLD_MS = NOW_MS - 5 * 60 * 1000


class Log:
    """A log of which groups have read a part."""

    def __init__(self) -> None:
        self.done: dict[str, dict[int, int]] = {}
        self.old: dict[str, dict[int, int]] = {}
        self.is_away = False

    def committed(self, name: str, group: str) -> dict[int, int]:
        if self.is_away:
            raise Unavailable("away")
        assert group == {COMMANDS: APPLY_GROUP, EVENTS: WEBHOOKS_GROUP}[name]
        return self.done.get(name, {})

    def older_than(self, name: str, at_ms: int) -> dict[int, int]:
        assert at_ms == OLD_MS
        return self.old.get(name, {})


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    made = Log()
    monkeypatch.setattr(sweeper, "TopicAdmin", lambda *_: made)
    monkeypatch.setattr(sweeper, "now_us", lambda: NOW_MS * 1000)
    return made


@pytest.fixture
def swept(log: Log, monkeypatch: pytest.MonkeyPatch) -> Iterator[Swept]:
    made = Swept(published=3, holds=2, refused=1, awaited=4, fullness=12.5)
    wiring.reset()
    wiring.settings.replace(settings_with(commands_topic=COMMANDS, events_topic=EVENTS))
    unused: Any = None
    wiring.database.replace(unused)
    wiring.producer.replace(unused)
    monkeypatch.setattr(sweeper, "sweep", lambda *_, **__: made)
    yield made
    wiring.reset()


def metrics_of(capsys: pytest.CaptureFixture[str]) -> dict[str, list[float]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {
        one["Name"]: line[one["Name"]]
        for line in lines
        if "_aws" in line
        for one in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    }


MEASURED = {
    "SweptOutbox": [3.0],
    "SweptHolds": [2.0],
    "OutboxRefused": [1.0],
    "OutboxAwaited": [4.0],
    "SystemAccountFullness": [12.5],
}
NOBODY_WAITS = {"WaitingPartitions": [0.0], "WaitingEventPartitions": [0.0]}


def test_what_was_done_is_told_and_measured(
    swept: Swept, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sweeper.handler({"source": "aws.events"}, None) == {"published": 3, "holds": 2}
    assert metrics_of(capsys) == MEASURED | NOBODY_WAITS


def test_a_stage_that_failed_fails_the_function_once_the_rest_is_measured(
    swept: Swept, capsys: pytest.CaptureFixture[str]
) -> None:
    swept.failures["outbox"] = "Unavailable: the log is away"
    with pytest.raises(SweepFailed, match="outbox: Unavailable: the log is away"):
        sweeper.handler({"source": "aws.events"}, None)
    assert metrics_of(capsys) == MEASURED | NOBODY_WAITS


def test_partitions_whose_next_record_is_old_are_counted_though_nobody_reports_them(
    swept: Swept, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    # Partition 0 is read to its end, 1 has a young record, 2 an old one, 3 was never read.
    log.done[COMMANDS] = {0: 7, 1: 5, 2: 5}
    log.old[COMMANDS] = {0: 7, 1: 5, 2: 6, 3: 1}
    log.old[EVENTS] = {0: 0, 1: 3}

    sweeper.handler({}, None)

    measured = metrics_of(capsys)
    assert measured["WaitingPartitions"] == [2.0]
    assert measured["WaitingEventPartitions"] == [1.0]


def test_a_log_that_does_not_answer_says_nothing_of_who_waits(
    swept: Swept, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    log.is_away = True

    sweeper.handler({}, None)

    assert metrics_of(capsys) == MEASURED
