"""A deployment is only as good as its stack's events say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.cdk.emulator import Emulator

STARTED = datetime(2026, 1, 1, tzinfo=UTC)
LATER = STARTED + timedelta(seconds=5)


def event(resource: str, status: str, when: datetime, reason: str | None = None) -> dict[str, Any]:
    told = {"ResourceStatusReason": reason} if reason else {}
    return {"LogicalResourceId": resource, "ResourceStatus": status, "Timestamp": when, **told}


def emulator_with(events: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Emulator:
    class Client:
        def get_paginator(self, name: str) -> Client:
            return self

        def paginate(self, **_: str) -> list[dict[str, Any]]:
            # CloudFormation tells the newest first.
            return [{"StackEvents": [one]} for one in reversed(events)]

    emulator = Emulator("http://127.0.0.1:1")
    monkeypatch.setattr(emulator, "_client", lambda service: Client())
    return emulator


def test_the_first_failure_is_the_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = emulator_with(
        [
            event("Migration", "UPDATE_FAILED", LATER, "migration 0002 failed"),
            event("stack", "UPDATE_FAILED", LATER, "another failed"),
            event("stack", "UPDATE_COMPLETE", LATER),
        ],
        monkeypatch,
    )

    assert emulator.failure_since("stack", STARTED) == "Migration: migration 0002 failed"


def test_an_earlier_deployments_failure_is_not_this_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    before = STARTED - timedelta(seconds=5)
    emulator = emulator_with(
        [
            event("Migration", "UPDATE_FAILED", before, "migration 0002 failed"),
            event("stack", "UPDATE_COMPLETE", LATER),
        ],
        monkeypatch,
    )

    assert emulator.failure_since("stack", STARTED) is None
