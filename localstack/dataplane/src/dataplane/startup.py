"""Start the supervisor, and report expected errors in one line."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from dataplane.config import Options
from dataplane.process import is_alive
from dataplane.state_folder import StateFolder, read_json
from dataplane.supervisor import Supervisor


def start(options: Options) -> int:
    """Run the supervisor until it is stopped.

    Raises
    ------
    OSError
        If the port is taken, the emulator can't be reached, or another data plane already runs in
        this directory.
    """
    layout = StateFolder(options.state)
    pid = read_json(layout.pid_file("supervisor"))
    if isinstance(pid, int) and is_alive(pid) and read_json(layout.ready):
        raise OSError(f"pid {pid} already runs in {options.state}; stop it first")
    try:
        supervisor = Supervisor(options)
    except (BotoCoreError, ClientError) as error:
        raise OSError(f"the emulator at {options.emulator} does not respond: {error}") from error
    return supervisor.run()
