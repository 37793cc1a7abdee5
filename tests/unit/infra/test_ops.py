"""`make ops`: what an operator writes, what is invoked, and what the exit status says."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.cdk import ops, specs
from infra.cdk.build_asset import ROOT
from infra.cdk.stages import AWS_STAGES
from tests.support.reviewed import reviewed


class Lambda:
    """A client that answers with what it is told to."""

    def __init__(self, answer: Any, error: str | None = None) -> None:
        self.answer, self.error = answer, error
        self.asked: dict[str, Any] = {}

    def invoke(self, **asked: Any) -> dict[str, Any]:
        self.asked = asked
        if isinstance(self.answer, Exception):
            raise self.answer
        answered: dict[str, Any] = {"Payload": io.BytesIO(json.dumps(self.answer).encode())}
        return answered | ({"FunctionError": self.error} if self.error else {})


@pytest.mark.parametrize(
    ("words", "event"),
    [
        ("audit", {}),
        ("migrate", {}),
        ("operator ada@example.com", {"email": "ada@example.com"}),
        ("rebuild", {}),
        ("rebuild restore", {"restore": True}),
        ("grow 96", {"partitions": 96}),
        ("grow give-up", {"give_up": True}),
        ("move 3 2", {"partition": 3, "to": 2}),
        ("move 3 shard2", {"partition": 3, "to": 2}),
        ("move undo", {"undo": True}),
        ("offsets", {}),
        ("offsets reset", {"reset": True}),
        ("replay", {}),
        ("replay aws/lambda/some/batch", {"key": "aws/lambda/some/batch"}),
        ("resend", {}),
        ("resend send", {"send": True}),
        ("verify-archive", {}),
        ("verify-archive 3", {"partition": 3}),
    ],
)
def test_words_are_the_event_of_a_function(words: str, event: dict[str, Any]) -> None:
    assert ops.event_of(words.split()) == (words.split()[0], event)


@pytest.mark.parametrize(
    "words",
    [
        *("", "apply", "audit now", "operator", "operator ada", "grow", "grow -1", "grow 9 9"),
        *("move", "move 3", "move 3 two", "move undo 3"),
        *("offsets forward", "rebuild check", "replay a b"),
        *("verify-archive now", "verify-archive 1 2"),
    ],
)
def test_words_that_mean_nothing_invoke_nothing(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ops.main(["--stage", "prod", "--", *words.split()]) == 2
    assert capsys.readouterr().err.startswith("error: ")


@pytest.mark.parametrize(
    ("answer", "error", "status"),
    [
        ({"sound": True}, None, 0),
        ({"sound": False}, None, 1),
        ({"difference": None}, None, 0),
        ({"difference": "accounts"}, None, 1),
        ({"partitions": 96}, None, 0),
        ({"errorType": "NotFound", "errorMessage": "no user"}, "Unhandled", 1),
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Invoke"), None, 2),
    ],
)
def test_the_exit_status_says_how_it_went(
    answer: Any, error: str | None, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    client = Lambda(answer, error)

    assert ops.invoke(client, "ledgerlane-prod-audit", {}) == status

    assert client.asked == {"FunctionName": "ledgerlane-prod-audit", "Payload": b"{}"}
    out, err = capsys.readouterr()
    assert (json.loads(out) == answer) if out else err.startswith("error: ledgerlane-prod-audit")


@pytest.mark.parametrize("stage", ["dev", "staging", "prod"])
def test_every_action_is_a_function_that_operators_may_invoke(stage: str) -> None:
    resources = reviewed(f"ledgerlane-{stage}")
    (policy,) = (r for r in resources.values() if r["Type"] == "AWS::IAM::ManagedPolicy")
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    allowed = {
        resources[arn["Fn::GetAtt"][0]]["Properties"]["FunctionName"]
        for arn in statement["Resource"]
    }

    assert statement["Action"] == "lambda:InvokeFunction"
    there = ops.ACTIONS.keys() - (
        set() if AWS_STAGES[stage].archive else {"verify-archive", "resend"}
    )
    assert allowed == {f"ledgerlane-{stage}-{action}" for action in there}


def test_every_function_for_operators_is_in_a_runbook() -> None:
    pages = "".join((ROOT / "docs" / page).read_text() for page in ("runbooks.md", "aws.md"))
    named = set(re.findall(r"make ops STAGE=\S+ DO=\"?([\w-]+)", pages))

    assert named == ops.ACTIONS.keys()
    assert {spec.name for spec in specs.OPERATORS} <= ops.ACTIONS.keys()
