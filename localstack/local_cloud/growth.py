"""`make grow-partitions`: grow the log and store the instance's new partition count."""

from __future__ import annotations

from local_cloud.config import Instance
from local_cloud.errors import LocalCloudError
from local_cloud.stack import exclusive
from local_cloud.tools import run_module
from local_cloud.variables import read_partitions

MODULE = "functions.grow"


def grow(instance: Instance, wanted: str | None, *, give_up: bool = False) -> int:
    """Grow the running instance's log with the application's tool, or cancel a growth.

    Parameters
    ----------
    wanted : str or None
        The new count.
    give_up : bool
        Cancel a growth instead, even one that is still running, and lift its fence.

    Returns
    -------
    int
        The tool's exit status.

    Raises
    ------
    LocalCloudError
        If neither or both are given, or the count is invalid.
    """
    if (wanted is None) != give_up:
        raise LocalCloudError(
            "give either a partition count or --give-up",
            "run `make grow-partitions TO=24` or `make grow-partitions GIVE_UP=1`",
        )
    if wanted is None:
        # The topics keep their new partitions, so the stored count must not change.
        return run_module(instance, MODULE, ["--give-up"])
    partitions = read_partitions({"PARTITIONS": wanted})
    with exclusive(instance):
        # Saved first, so that `make up` accepts the topics of an interrupted growth.
        instance.growing_to = max(partitions, instance.growing_to or 0)
        instance.save()
        status = run_module(instance, MODULE, [str(partitions)])
        if status == 0:
            instance.partitions = partitions
            instance.growing_to = None
            instance.save()
    return status
