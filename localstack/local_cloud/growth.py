"""`make grow-partitions`: grows the log, and remembers how many partitions the instance has."""

from __future__ import annotations

from local_cloud.config import Instance, read_partitions
from local_cloud.errors import LocalCloudError
from local_cloud.stack import exclusive
from local_cloud.tools import run_module

MODULE = "functions.grow"


def grow(instance: Instance, wanted: str | None, *, give_up: bool = False) -> int:
    """Grow the running instance's log by the application's own tool, or give a growth up.

    Parameters
    ----------
    wanted : str or None
        The new count.
    give_up : bool
        Lift the fence of a growth that is under way instead, also of one that runs still.

    Returns
    -------
    int
        The tool's exit status.

    Raises
    ------
    LocalCloudError
        If neither is asked for, or both are, or the count is none.
    """
    if (wanted is None) != give_up:
        raise LocalCloudError(
            "say to how many partitions, or --give-up", "`make grow-partitions TO=24` or GIVE_UP=1"
        )
    if wanted is None:
        # The topics keep the partitions that they have got, so what is remembered stays.
        return run_module(instance, MODULE, ["--give-up"])
    partitions = read_partitions({"PARTITIONS": wanted})
    with exclusive(instance):
        # Before anything is done, so that an interrupted growth doesn't keep the instance down.
        instance.growing_to = max(partitions, instance.growing_to or 0)
        instance.save()
        status = run_module(instance, MODULE, [str(partitions)])
        if status == 0:
            instance.partitions = partitions
            instance.growing_to = None
            instance.save()
    return status
