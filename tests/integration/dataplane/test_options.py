"""What a person may ask for beside the plain command, and what a stage and a cluster say."""

from __future__ import annotations

import httpx
import pytest

from dataplane.keeper import kept_invocations
from dataplane.state_folder import StateFolder
from tests.integration.dataplane.conftest import PARTITIONS, Toy, wait_for

pytestmark = pytest.mark.integration

CLUSTER = "arn:aws:kafka:eu-central-1:000000000000:cluster/toy/1"


def test_throttling_msk_cloudwatch_kept_events_and_a_configuration_file(undeployed: Toy) -> None:
    """In one test, because a stack of its own for each would take too long."""
    toy = undeployed
    throttled = {"ResourcePath": "/fast", "HttpMethod": "GET"}
    toy.deploy(
        method_settings=[{**throttled, "ThrottlingRateLimit": 0.01, "ThrottlingBurstLimit": 3}],
        EventSourceArn=CLUSTER,
        SelfManagedEventSource={"Ref": "AWS::NoValue"},
    )
    file = toy.state.parent / "dataplane.toml"
    file.write_text(f'msk-brokers = "{toy.kafka}"\ncloudwatch-logs = true\nkeep-events = "all"\n')
    toy.start("--config", str(file))

    answers = [httpx.get(f"{toy.url}/fast", timeout=20) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 2
    assert answers[-1].json() == {"message": "Too Many Requests"}
    assert answers[-1].headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert httpx.get(f"{toy.url}/echo", timeout=20).status_code == 201

    toy.produce([f"v{number}" for number in range(4 * PARTITIONS)])
    toy.wait_applied(4 * PARTITIONS)

    kept = kept_invocations(StateFolder(toy.state))
    assert [one.event["path"] for one in kept if "path" in one.event][-1] == "/echo"
    assert {one.event["eventSource"] for one in kept if "path" not in one.event} == {"aws:kafka"}

    logs = toy.emulator.client("logs")

    def printed() -> list[str]:
        found = []
        for group in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]:
            name = group["logGroupName"]
            if toy.name in name and "ToyApi" in name:
                events = logs.filter_log_events(logGroupName=name)["events"]
                found += [event["message"] for event in events]
        return [line for line in found if "echoing /echo" in line]

    wait_for(printed, 10, "the function's output is in CloudWatch Logs")
