"""Operate a stage, on AWS or locally, by invoking its operators' functions.

    python infra/cdk/ops.py --stage prod operator ada@example.com
    python infra/cdk/ops.py --stage prod audit|migrate
    python infra/cdk/ops.py --stage prod rebuild [restore]
    python infra/cdk/ops.py --stage prod grow 96|give-up
    python infra/cdk/ops.py --stage prod move 3 2|undo
    python infra/cdk/ops.py --stage prod offsets [reset]
    python infra/cdk/ops.py --stage prod replay [KEY]
    python infra/cdk/ops.py --stage prod resend [send]
    python infra/cdk/ops.py --stage prod verify-archive [PARTITION]

It prints the function's answer as JSON. The exit status is 0, 1 if the function failed or its
answer is that the books are wrong, or 2 if it could not be invoked. It uses the credentials of the
AWS command line, which must have the policy in the stage's output ``OperatorsPolicyArn``; the local
stage's emulator is the one in LEDGERLANE_EMULATOR_URL, which `make ops` sets.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

# In a script, this directory is first on the path, where `app` would be the CDK's.
if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from handlers.platform.bounds import REGION
from handlers.platform.setting import LOCAL
from infra.cdk.config import ConfigError
from infra.cdk.stages import aws_stage

#: Longer than any function may run, in seconds.
TIMEOUT_S: Final = 920
Event = dict[str, Any]


class UsageError(Exception):
    """The words after the stage name nothing that can be done."""


def _nothing(words: Sequence[str]) -> Event:
    if words:
        raise UsageError("takes nothing more")
    return {}


def _email(words: Sequence[str]) -> Event:
    if len(words) != 1 or "@" not in words[0]:
        raise UsageError("takes the email address of an existing user")
    return {"email": words[0]}


def _flag(word: str) -> Callable[[Sequence[str]], Event]:
    def event(words: Sequence[str]) -> Event:
        if list(words) not in ([], [word]):
            raise UsageError(f"takes nothing or `{word}`")
        return {word: True} if words else {}

    return event


def _growth(words: Sequence[str]) -> Event:
    if list(words) == ["give-up"]:
        return {"give_up": True}
    if len(words) != 1 or not words[0].isdecimal():
        raise UsageError("takes the new partition count, or `give-up`")
    return {"partitions": int(words[0])}


def _move(words: Sequence[str]) -> Event:
    if list(words) == ["undo"]:
        return {"undo": True}
    numbers = [word.removeprefix("shard") for word in words]
    if len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
        raise UsageError("takes a partition and a shard, or `undo`")
    return {"partition": int(numbers[0]), "to": int(numbers[1])}


def _key(words: Sequence[str]) -> Event:
    if len(words) > 1:
        raise UsageError("takes nothing, to list the batches, or the key of one")
    return {"key": words[0]} if words else {}


def _partition(words: Sequence[str]) -> Event:
    if len(words) > 1 or not all(word.isdecimal() for word in words):
        raise UsageError("takes nothing, or the number of the only partition to look at")
    return {"partition": int(words[0])} if words else {}


#: What can be done: the function's name, and how its event is made from the words.
ACTIONS: Final[Mapping[str, Callable[[Sequence[str]], Event]]] = {
    "audit": _nothing,
    "grow": _growth,
    "migrate": _nothing,
    "move": _move,
    "offsets": _flag("reset"),
    "operator": _email,
    "rebuild": _flag("restore"),
    "resend": _flag("send"),
    "replay": _key,
    "verify-archive": _partition,
}


def event_of(words: Sequence[str]) -> tuple[str, Event]:
    """Return the function and the event for what an operator wrote.

    Raises
    ------
    UsageError
        If it is nothing that can be done.
    """
    action, *rest = words or [""]
    if action not in ACTIONS:
        raise UsageError(f"{action!r} is not one of {', '.join(ACTIONS)}")
    try:
        return action, ACTIONS[action](rest)
    except UsageError as error:
        raise UsageError(f"{action} {error}") from None


def is_fine(answer: Any) -> bool:
    """Tell whether a function's answer says that the books are right, if it speaks of them."""
    return answer.get("sound", True) and answer.get("difference") is None


def client_of(stage: str) -> Any:
    """Return the client of Lambda in the stage's account."""
    # A second attempt would do the work twice.
    config = Config(read_timeout=TIMEOUT_S, retries={"total_max_attempts": 1})
    if stage != LOCAL:
        return boto3.client("lambda", region_name=aws_stage(stage).region, config=config)
    return boto3.client(
        "lambda",
        endpoint_url=os.environ["LEDGERLANE_EMULATOR_URL"],
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=config,
    )


def invoke(client: Any, function: str, event: Event) -> int:
    """Invoke a function and print its answer; return the exit status."""
    try:
        answered = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
    except (BotoCoreError, ClientError) as error:
        print(f"error: {function} can't be invoked: {error}", file=sys.stderr)
        return 2
    answer = json.loads(answered["Payload"].read() or b"{}")
    if "FunctionError" in answered:
        reason = f"{answer.get('errorType')}: {answer.get('errorMessage')}"
        print(f"error: {function} failed: {reason}", file=sys.stderr)
        return 1
    print(json.dumps(answer, indent=2))
    return 0 if is_fine(answer) else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the operator wrote; return the exit status."""
    parser = argparse.ArgumentParser(prog="ops", description="Operate a stage.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("do", nargs="*", help=", ".join(ACTIONS))
    options = parser.parse_args(arguments)
    try:
        function, event = event_of(options.do)
        client = client_of(options.stage)
    except (UsageError, ConfigError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return invoke(client, f"ledgerlane-{options.stage}-{function}", event)


if __name__ == "__main__":
    raise SystemExit(main())
