"""Run the repository's tools against the running instance.

A tool gets the environment of the deployed functions, read from the emulator, so it uses the same
settings and secret. It also gets the addresses that tests get.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handlers.platform.bounds import REGION
from local_cloud.addresses import addresses
from local_cloud.config import MODULES, ROOT, STACK, Instance
from local_cloud.errors import LocalCloudError
from local_cloud.services.dataplane import health_problem

# This function's environment has the settings of the database, the log and the cache.
FUNCTION = f"{STACK}-api"


def aws_environment(instance: Instance) -> dict[str, str]:
    """Return the variables that make AWS clients use the instance's emulator."""
    return {
        "AWS_ENDPOINT_URL": instance.emulator_url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


def emulator_client(instance: Instance, service: str, config: Config) -> Any:
    """Return a client of a service of the instance's emulated AWS."""
    environment = aws_environment(instance)
    # The stubs require a literal service name.
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=instance.emulator_url,
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        config=config,
    )


def deployed_environment(instance: Instance) -> dict[str, str]:
    """Return the environment that the functions were deployed with.

    Raises
    ------
    LocalCloudError
        If nothing is deployed, or the emulator does not respond.
    """
    config = Config(connect_timeout=2, read_timeout=10, retries={"max_attempts": 1})
    client = emulator_client(instance, "lambda", config)
    try:
        found = client.get_function_configuration(FunctionName=FUNCTION)
    except (BotoCoreError, ClientError) as error:
        raise LocalCloudError(
            f"{FUNCTION} is not deployed ({error})", "run `make up` first"
        ) from error
    return dict(found.get("Environment", {}).get("Variables", {}))


def run_module(instance: Instance, module: str, arguments: Sequence[str]) -> int:
    """Run `python -m module` in the clone against the running instance.

    Returns
    -------
    int
        The module's exit status.

    Raises
    ------
    LocalCloudError
        If the instance is not running.
    """
    problem = health_problem(instance.api_url)
    if problem is not None:
        raise LocalCloudError(
            f"the API at {instance.api_url} is not available: {problem}", "run `make up` first"
        )
    environment = {
        **os.environ,
        **deployed_environment(instance),
        **aws_environment(instance),
        **addresses(instance),
        "PYTHONPATH": MODULES,
    }
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
