"""An emulator that somebody else runs: whose stack is in it, and its removal."""

from __future__ import annotations

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.config import STACK, Instance
from local_cloud.console import Progress
from local_cloud.deploy import last_one_failed, undeploy, was_deployed
from local_cloud.errors import LocalCloudError
from local_cloud.services.emulator import health, is_ministack
from local_cloud.tools import emulator_client

_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 2})


def check_stack(instance: Instance) -> None:
    """Check that the emulator's stack, if it has one, can be updated by this instance.

    An update of another instance's stack would point its functions to our database. It would not
    run the migrations there either, because they have not changed since that instance's
    deployment.

    Raises
    ------
    LocalCloudError
        If the stack is another instance's, an update of it has failed and the emulator can't update
        it again, or the emulator does not respond.
    """
    url = instance.emulator_url
    if not _has_stack(instance):
        return
    if not was_deployed(instance):
        raise LocalCloudError(
            f"the emulator at {url} has the stack {STACK} of another instance",
            f"`make clean` there; if that instance is gone: aws --endpoint-url {url} "
            f"cloudformation delete-stack --stack-name {STACK}",
        )
    if last_one_failed(instance) and not is_ministack(url):
        raise LocalCloudError(
            f"the last deployment failed, and the emulator at {url} can't update {STACK} again",
            "restart it, which empties it, and then `make up`",
        )


def remove_stack(instance: Instance, progress: Progress) -> None:
    """Remove what this instance deployed, as far as the emulator still has it.

    What can't be removed is said, and does not keep the instance from being removed.
    """
    url = instance.emulator_url
    if not was_deployed(instance):
        return
    if health(url) is None:
        progress.say(f"  No emulator answers at {url}; it may keep {STACK}.")
        return
    try:
        if _has_stack(instance):
            undeploy(instance, progress)
    except LocalCloudError as error:
        progress.say(f"  The emulator at {url} keeps parts of {STACK}: {error.problem}")


def _has_stack(instance: Instance) -> bool:
    """Return whether the emulator has our stack, or another instance's of the same name."""
    client = emulator_client(instance, "cloudformation", _CONFIG)
    try:
        stack = client.describe_stacks(StackName=STACK)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return False
        raise _silent(instance, error) from error
    except BotoCoreError as error:
        raise _silent(instance, error) from error
    # LocalStack goes on to list a removed stack.
    return bool(stack["StackStatus"] != "DELETE_COMPLETE")


def _silent(instance: Instance, error: Exception) -> LocalCloudError:
    return LocalCloudError(
        f"the emulator at {instance.emulator_url} can't say what is deployed ({error})",
        "look at its log",
    )
