"""The data plane's status, as a table or as JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from dataplane.debuggers import address
from dataplane.process import is_alive
from dataplane.state_folder import StateFolder, read_json

_COLUMNS = (
    "partition",
    "next",
    "committed",
    "lag",
    "queued",
    "in flight",
    "batches",
    "errors",
    "given up",
)


def collect(layout: StateFolder) -> dict[str, Any]:
    """Read the status of every process, including whether it is running."""
    processes: dict[str, Any] = {}
    for path in sorted(layout.status.glob("*.json")):
        status = read_json(path) or {}
        status["alive"] = bool(status.get("pid")) and is_alive(status["pid"])
        processes[path.stem] = status
    return {"ready": read_json(layout.ready), "processes": processes}


def show(state: Path, *, as_json: bool, watch: bool) -> int:
    """Print the status; with ``watch``, update it each second until interrupted.

    Returns
    -------
    0 if the data plane is ready, else 1.
    """
    layout = StateFolder(state)
    if not layout.status.is_dir():
        raise LookupError(f"no data plane has run in {state}")
    seen = collect(layout)
    if as_json:
        print(json.dumps(seen, indent=1))
        return 0 if seen["ready"] else 1
    console = Console()
    if not watch:
        console.print(_render(seen))
        return 0 if seen["ready"] else 1
    try:
        with Live(_render(seen), console=console, auto_refresh=False) as live:
            while True:
                time.sleep(1)
                live.update(_render(collect(layout)), refresh=True)
    except KeyboardInterrupt:
        return 0


def _render(seen: dict[str, Any]) -> RenderableType:
    ready = seen["ready"]
    parts: list[RenderableType] = [
        Text(f"serving {ready['url']}" if ready else "not serving", "green" if ready else "red")
    ]
    if ready:
        parts += [Text(f"{api['name']}: {api['url']}") for api in ready.get("apis", ())]
        parts += [Text(warning, "red") for warning in ready["warnings"]]
    for name, status in seen["processes"].items():
        parts += _debuggers(status)
        state = f"pid {status.get('pid')}" if status["alive"] else "not running"
        if name == "poller":
            parts += [Text(f"{name}: {state}"), *_tables(status)]
        else:
            parts.append(
                Text(
                    f"{name}: {state}, {status.get('requests', 0)} requests, "
                    f"{status.get('in_flight', 0)} in flight, "
                    f"{status.get('connections', 0)} connections, {status.get('statuses', {})}"
                )
            )
    return Group(*parts)


def _debuggers(status: dict[str, Any]) -> Iterator[RenderableType]:
    for function, invoked in status.get("invocations", {}).items():
        port = invoked.get("debug_port")
        if port is not None and status["alive"]:
            yield Text(f"{function}: attach a debugger to {address(port)}", "yellow")


def _tables(status: dict[str, Any]) -> Iterator[RenderableType]:
    for name, reason in status.get("refused", {}).items():
        yield Text(f"{name} is not polled: {reason}", "red")
    for name, mapping in status.get("mappings", {}).items():
        table = Table(*_COLUMNS, title=f"{name} → {mapping['function']} ({mapping['group_id']})")
        for row in mapping["partitions"]:
            cells = (
                f"{row['topic']}-{row['partition']}",
                row["next_offset"],
                row["committed"],
                row["lag"],
                row["queued"],
                row["in_flight"],
                row["batches"],
                row["errors"],
                row["given_up"],
            )
            table.add_row(*["-" if cell is None else str(cell) for cell in cells])
        yield table
        for row in mapping["partitions"]:
            if row["undelivered"]:
                yield Text(
                    f"  {row['topic']}-{row['partition']}: the on-failure destination has not yet "
                    f"accepted {row['undelivered']} records",
                    "red",
                )
            if row["attempts"]:
                yield Text(f"  {row['topic']}-{row['partition']}: {row['last_error']}", "red")
