"""Starting the supervisor, with every expected trouble told in one line."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

from local_cloud.dataplane.config import Options
from local_cloud.dataplane.layout import Layout, read_json
from local_cloud.dataplane.process import is_alive
from local_cloud.dataplane.supervisor import Supervisor


def start(options: Options) -> int:
    """Run the supervisor until it's told to stop.

    Raises
    ------
    OSError
        When the port is taken, the emulator can't be reached, or one runs in this folder already.
    """
    layout = Layout(options.state)
    pid = read_json(layout.pid_file("supervisor"))
    if isinstance(pid, int) and is_alive(pid) and read_json(layout.ready):
        raise OSError(f"pid {pid} serves from {options.state} already: stop it first")
    try:
        supervisor = Supervisor(options)
    except (BotoCoreError, ClientError) as error:
        raise OSError(f"the emulator at {options.emulator} doesn't answer: {error}") from error
    return supervisor.run()
