"""Custom resources' requests and answers are those of the CloudFormation User Guide."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hostmode.messages import Answer, State, make_request, read_answer, timeout_s

WANTED = {"ServiceToken": "arn:function", "Size": "2"}
WHO: dict[str, Any] = {
    "answer_url": "http://127.0.0.1/answer",
    "stack_id": "arn:stack",
    "logical_id": "Migration",
    "resource_type": "Custom::Migration",
}


def test_a_creation_names_no_physical_id() -> None:
    request = make_request("Create", WANTED, None, **WHO)

    assert request.pop("RequestId")
    assert request == {
        "RequestType": "Create",
        "ResponseURL": "http://127.0.0.1/answer",
        "StackId": "arn:stack",
        "LogicalResourceId": "Migration",
        "ResourceType": "Custom::Migration",
        "ServiceToken": "arn:function",
        "ResourceProperties": WANTED,
    }


def test_an_update_tells_the_properties_before_and_after() -> None:
    before = State("id-1", {**WANTED, "Size": "1"})

    request = make_request("Update", WANTED, before, **WHO)

    assert request["PhysicalResourceId"] == "id-1"
    assert request["ResourceProperties"]["Size"] == "2"
    assert request["OldResourceProperties"]["Size"] == "1"


def test_a_deletion_has_no_old_properties() -> None:
    request = make_request("Delete", WANTED, State("id-1", WANTED), **WHO)

    assert request["PhysicalResourceId"] == "id-1"
    assert "OldResourceProperties" not in request


def test_the_state_of_a_resource_is_kept_among_its_attributes() -> None:
    kept = State("id-1", WANTED).with_attributes({"Version": "22"})

    assert kept["Version"] == "22"
    assert State.of(kept) == State("id-1", WANTED)


@pytest.mark.parametrize("attributes", [None, {}, WANTED])
def test_a_resource_that_was_never_created_has_no_state(attributes: dict[str, Any] | None) -> None:
    assert State.of(attributes) is None


def test_a_success_brings_the_attributes() -> None:
    body = {"Status": "SUCCESS", "PhysicalResourceId": "id-1", "Data": {"Version": "22"}}

    assert read_answer(json.dumps(body).encode()) == Answer(True, "", "id-1", {"Version": "22"})


def test_a_failure_brings_its_reason() -> None:
    body = {"Status": "FAILED", "PhysicalResourceId": "id-1", "Reason": "no database"}

    answer = read_answer(json.dumps(body).encode())

    assert not answer.succeeded
    assert answer.reason == "no database"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"Status": "SUCCESS"}', b"\xff"])
def test_an_answer_that_cannot_be_read_is_a_failure_that_says_so(body: bytes) -> None:
    answer = read_answer(body)

    assert not answer.succeeded
    assert "can't be read" in answer.reason


def test_a_resource_has_its_service_timeout_or_an_hour() -> None:
    assert timeout_s({**WANTED, "ServiceTimeout": "90"}) == 90
    assert timeout_s(WANTED) == 3600
