"""The system of record's secret; on AWS later the database and its proxy too."""

from __future__ import annotations

from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.cdk.config import StageConfig


def database_secret(scope: Construct, config: StageConfig) -> secretsmanager.ISecret:
    """Return the database's secret, which exists before the stack.

    The stack only refers to it by its name: so its value is in no template, no parameter and
    no command line, and the migrations can use it in the very deployment that is the first.
    """
    return secretsmanager.Secret.from_secret_name_v2(
        scope, "DatabaseSecret", config.database.secret_name
    )
