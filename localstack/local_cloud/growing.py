"""`make grow-partitions`: grows the log, and remembers how many partitions the instance has."""

from __future__ import annotations

from collections.abc import Sequence

from local_cloud.config import Instance, read_partitions
from local_cloud.stack import exclusive
from local_cloud.tools import run_module

MODULE = "functions.grow"


def grow(instance: Instance, arguments: Sequence[str]) -> int:
    """Grow the running instance's log by the application's own tool.

    Parameters
    ----------
    arguments : sequence of str
        The new count, or what else `functions.grow` takes.

    Returns
    -------
    int
        The tool's exit status.
    """
    wanted = next((word for word in arguments if word.isdigit()), None)
    with exclusive(instance):
        if wanted is not None:
            # Before anything is done, so that an interrupted growth doesn't keep the instance down.
            instance.growing_to = read_partitions({"PARTITIONS": wanted})
            instance.save()
        status = run_module(instance, MODULE, arguments)
        if status == 0 and instance.growing_to is not None and wanted is not None:
            instance.partitions = instance.growing_to
            instance.growing_to = None
            instance.save()
    return status
