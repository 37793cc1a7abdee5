"""Name the stages of pull requests that are older than they should be, one a line.

    python infra/cdk/forgotten.py --days 3

A stage is removed when its pull request is closed; a schedule removes what was forgotten. It reads
with the lookup role of the CDK's bootstrap, by the credentials of the AWS command line.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import boto3

# In a script, this directory is first on the path, where `app` would be the CDK's.
if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from infra.cdk.stages import DEV, EPHEMERAL

PREFIX: Final = "ledgerlane-"
#: The base stack is made first and removed last, so it shows a stage that failed on the way too.
SUFFIX: Final = "-base"


def forgotten(stacks: Iterable[dict[str, Any]], before: datetime) -> list[str]:
    """Return the stages of pull requests whose base stack was made before a time.

    Parameters
    ----------
    stacks
        As CloudFormation describes them.
    before
        The time, with its offset from UTC.
    """
    names = []
    for stack in stacks:
        stage = stack["StackName"].removeprefix(PREFIX).removesuffix(SUFFIX)
        is_base = stack["StackName"] == f"{PREFIX}{stage}{SUFFIX}"
        if is_base and EPHEMERAL.fullmatch(stage) and stack["CreationTime"] < before:
            names.append(stage)
    return sorted(names)


def _client() -> Any:
    """Return CloudFormation's client, in dev's account, with rights that only read."""
    suffix = f"{DEV.account}-{DEV.region}"
    role = f"arn:aws:iam::{DEV.account}:role/cdk-hnb659fds-lookup-role-{suffix}"
    assumed = boto3.client("sts", region_name=DEV.region).assume_role(
        RoleArn=role, RoleSessionName="ledgerlane-forgotten"
    )["Credentials"]
    return boto3.client(
        "cloudformation",
        region_name=DEV.region,
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
    )


def main(arguments: Sequence[str] | None = None, client: Any = None) -> int:
    """Print the forgotten stages; return the exit status."""
    parser = argparse.ArgumentParser(prog="forgotten", description="Name forgotten stages.")
    parser.add_argument("--days", type=int, default=3, help="how old a stage may become")
    options = parser.parse_args(arguments)
    pages = (client or _client()).get_paginator("describe_stacks").paginate()
    stacks = [stack for page in pages for stack in page["Stacks"]]
    for name in forgotten(stacks, datetime.now(UTC) - timedelta(days=options.days)):
        print(name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
