"""Only old stages of pull requests are removed by the schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.cdk import forgotten

NOW = datetime.now(UTC)


def stack(name: str, days: float) -> dict[str, Any]:
    return {"StackName": name, "CreationTime": NOW - timedelta(days=days)}


class CloudFormation:
    """A client whose listing has a page for each stack."""

    def __init__(self, *stacks: dict[str, Any]) -> None:
        self.stacks = stacks

    def get_paginator(self, name: str) -> CloudFormation:
        assert name == "describe_stacks"
        return self

    def paginate(self) -> list[dict[str, Any]]:
        return [{"Stacks": [one]} for one in self.stacks]


def test_old_stages_of_pull_requests_are_named_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    client = CloudFormation(
        stack("ledgerlane-pr-7-base", 4),
        # Its base failed to be made, or the rest was removed already.
        stack("ledgerlane-pr-12-base", 30),
        stack("ledgerlane-pr-12", 30),
        stack("ledgerlane-pr-9-base", 2),
        stack("ledgerlane-dev-base", 300),
        stack("ledgerlane-prod-base", 300),
        stack("ledgerlane-pr-0-base", 300),
        stack("ledgerlane-pr-1x-base", 300),
        stack("pr-3-base", 300),
        stack("CDKToolkit", 300),
    )

    assert forgotten.main(["--days", "3"], client) == 0

    assert capsys.readouterr().out.split() == ["pr-12", "pr-7"]
