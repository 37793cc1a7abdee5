"""The poller: order, partial responses, crashes, redelivery, redeploys."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx
import pytest

from tests.integration.dataplane.conftest import PARTITIONS, Toy, first_occurrences, wait_for

pytestmark = pytest.mark.integration


def numbered(count: int, prefix: str = "v") -> list[str]:
    return [f"{prefix}{number:06d}" for number in range(count)]


def partitions(toy: Toy) -> list[dict[str, Any]]:
    """How the mapping's partitions do; empty until they are assigned."""
    found: list[dict[str, Any]] = toy.status("poller")["mappings"]["Mapping"]["partitions"]
    return found


def test_every_record_is_delivered_in_order_and_committed(toy: Toy) -> None:
    toy.produce(numbered(4000))
    toy.wait_applied(4000)
    for partition in range(PARTITIONS):
        assert toy.applied(partition) == numbered(4000)[partition::PARTITIONS]

    def committed() -> bool:
        return [partition["committed"] for partition in partitions(toy)] == [1000] * PARTITIONS

    wait_for(committed, 10, "all committed")


@pytest.mark.parametrize("kind", ["report", "crash", "sleep"])
def test_a_failing_record_is_retried_before_what_is_behind_it(toy: Toy, kind: str) -> None:
    values = [*numbered(20, "a"), f"once:{kind}:1", *numbered(20, "b")]
    toy.produce(values, partition=2)
    toy.wait_applied(len(values))
    assert first_occurrences(toy.applied(2)) == values
    if kind == "report":
        # A partial response redelivers nothing that was done.
        assert toy.applied(2) == values


def test_a_failing_partition_does_not_hold_up_the_others(toy: Toy) -> None:
    wait_for(lambda: partitions(toy), 20, "assigned")
    toy.produce(["once:sleep:2"], partition=0)
    toy.produce(numbered(50), partition=1)
    wait_for(lambda: len(toy.applied(1)) == 50, 2.5, "partition 1 flows")
    assert toy.applied(0) == []
    wait_for(lambda: toy.applied(0) == ["once:sleep:2"], 15, "partition 0 recovers")


def test_a_new_version_is_served_within_seconds_and_no_request_fails(toy: Toy) -> None:
    stop, statuses = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            statuses.append(httpx.get(f"{toy.url}/fast", timeout=10).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        toy.deploy(version="2")
        wait_for(
            lambda: httpx.get(f"{toy.url}/echo", timeout=10).json()["version"] == "2",
            10,
            "version 2 answers",
        )
    finally:
        stop.set()
        asking.join()
    assert set(statuses) == {200}
    toy.produce(numbered(100))
    toy.wait_applied(100)


def test_a_disabled_mapping_stops_and_an_enabled_one_goes_on(toy: Toy) -> None:
    functions = toy.emulator.client("lambda")
    toy.produce(numbered(40, "a"))
    toy.wait_applied(40)
    (uuid,) = [
        entry["UUID"]
        for entry in functions.list_event_source_mappings()["EventSourceMappings"]
        if toy.name in entry["FunctionArn"]
    ]
    functions.update_event_source_mapping(UUID=uuid, Enabled=False)
    wait_for(lambda: not toy.status("poller")["mappings"], 10, "the mapping is not polled")
    toy.produce(numbered(40, "b"))
    time.sleep(1)
    assert sum(len(toy.applied(partition)) for partition in range(PARTITIONS)) == 40
    functions.update_event_source_mapping(UUID=uuid, Enabled=True)
    toy.wait_applied(80)


def test_a_restart_goes_on_where_it_stopped(toy: Toy) -> None:
    toy.produce(numbered(400, "a"))
    toy.wait_applied(400)
    toy.stop()
    toy.produce(numbered(400, "b"))
    toy.start()
    toy.wait_applied(800)
    for partition in range(PARTITIONS):
        # A graceful stop commits everything that is done: no redelivery.
        assert len(toy.applied(partition)) == 200


def test_a_mapping_that_lambda_would_not_take_is_not_polled_and_it_is_said(
    undeployed: Toy,
) -> None:
    undeployed.deploy(FilterCriteria={"Filters": [{"Pattern": '{"key": ["a"]}'}]})
    undeployed.start()
    refused = wait_for(lambda: undeployed.status("poller")["refused"], 10, "refused")
    assert "can't be filtered by 'key'" in refused["Mapping"]


def test_a_record_that_never_succeeds_is_given_up_after_its_retries(undeployed: Toy) -> None:
    undeployed.deploy(MaximumRetryAttempts=0, BisectBatchOnFunctionError=True)
    undeployed.start()
    undeployed.produce([*numbered(10, "a"), "always:raise:1", *numbered(10, "b")], partition=1)
    undeployed.wait_applied(20)
    wait_for(
        lambda: sum(partition["given_up"] for partition in partitions(undeployed)) == 1,
        5,
        "given up",
    )
    # Split down to the bad record: none of the good ones went with it.
    assert first_occurrences(undeployed.applied(1)) == [*numbered(10, "a"), *numbered(10, "b")]
