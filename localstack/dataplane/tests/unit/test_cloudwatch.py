from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dataplane.cloudwatch import LogShipper
from dataplane.state_folder import StateFolder


class Logs:
    """A fake of CloudWatch Logs."""

    def __init__(self) -> None:
        self.away = False
        self.groups: dict[str, list[str]] = {}

    def create_log_group(self, **names: str) -> None:
        if self.away:
            raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, "CreateLogGroup")
        if names["logGroupName"] in self.groups:
            raise ClientError(
                {"Error": {"Code": "ResourceAlreadyExistsException"}}, "CreateLogGroup"
            )
        self.groups[names["logGroupName"]] = []

    def create_log_stream(self, **names: str) -> None:
        pass

    def put_log_events(self, **sent: Any) -> None:
        self.groups[sent["logGroupName"]] += [event["message"] for event in sent["logEvents"]]


@pytest.fixture
def layout(tmp_path: Path) -> StateFolder:
    made = StateFolder(tmp_path)
    made.prepare()
    return made


def say(layout: StateFolder, text: str) -> None:
    with layout.function_log("fn").open("a") as log:
        log.write(text)


def test_whole_new_lines_are_sent_once_to_the_functions_group(layout: StateFolder) -> None:
    say(layout, "before\n")
    logs, notes = Logs(), list[str]()
    shipper = LogShipper(layout, logs, notes.append)
    say(layout, "one\n\ntw")
    shipper.ship()
    say(layout, "o\n")
    shipper.ship()
    shipper.ship()
    assert logs.groups == {"/aws/lambda/fn": ["one", "two"]}
    assert notes == []


def test_nothing_is_skipped_while_the_emulator_is_away_or_a_log_begins_anew(
    layout: StateFolder,
) -> None:
    logs, notes = Logs(), list[str]()
    shipper = LogShipper(layout, logs, notes.append)
    logs.away = True
    say(layout, "a long first line\n")
    shipper.ship()
    shipper.ship()
    logs.away = False
    shipper.ship()
    layout.function_log("fn").write_text("new\n")
    shipper.ship()
    assert logs.groups == {"/aws/lambda/fn": ["a long first line", "new"]}
    assert len(notes) == 1
