"""The poller's process, which runs all enabled Kafka mappings of the deployment."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from dataplane.discovery.emulator import Emulator
from dataplane.journal import Journal
from dataplane.keeper import Keeper
from dataplane.model import Deployment, KafkaMapping
from dataplane.poller import security
from dataplane.poller.mapping import MappingPoller
from dataplane.pool import StrictPool
from dataplane.process import Room, collect_less, die_with_parent, work_in_batches
from dataplane.state_folder import StateFolder, write_atomically
from dataplane.worker import Site, WorkerFailedError

# Lambda then throttles every invocation, so the records wait.
_THROTTLED = "its function's reserved concurrency is 0"


class PollerProcess:
    """Runs the mappings of the deployment file, and reloads it on request.

    Parameters
    ----------
    settings
        ``root``, ``deployment`` (a file), ``endpoint``, ``region``, ``strict_limits``, ``rest_s``,
        ``busy_gateways``, ``grace_s``, ``keep``, ``ready_fd``, ``parent_pid``.
    room
        The machine's cores.
    """

    def __init__(self, settings: dict[str, Any], room: Room) -> None:
        self._settings = settings
        self._room = room
        self._layout = StateFolder(Path(settings["root"]))
        self._journal = Journal(self._layout.logs / "poller.log", "poller")
        self._site = Site(self._layout, settings["endpoint"], settings["region"])
        self._keeper = Keeper.of_process(
            self._layout, {**settings, "name": "poller"}, self._journal.write
        )
        self._emulator = Emulator(settings["endpoint"], settings["region"])
        self._pools: dict[str, StrictPool] = {}
        self._pollers: dict[str, MappingPoller] = {}
        self._refused: dict[str, str] = {}
        self._since = time.time()

    def follow(self) -> None:
        """Start, stop and update mappings to match the deployment file."""
        deployment = Deployment.from_json(Path(self._settings["deployment"]).read_text())
        wanted = {
            mapping.uuid: mapping
            for mapping in deployment.mappings
            if mapping.enabled and mapping.function in deployment.functions
        }
        throttled = {
            uuid
            for uuid, mapping in wanted.items()
            if deployment.functions[mapping.function].reserved_concurrency == 0
        }
        self._refused = {wanted.pop(uuid).logical_id: _THROTTLED for uuid in throttled}
        changed = {
            uuid for uuid, poller in self._pollers.items() if wanted.get(uuid) != poller.mapping
        }
        for uuid in changed:
            poller = self._pollers.pop(uuid)
            self._journal.write(f"{poller.mapping.logical_id}: stopping; it was changed or removed")
            poller.stop(self._settings["grace_s"])
        old = self._refresh_pools(deployment, {mapping.function for mapping in wanted.values()})
        for uuid, mapping in wanted.items():
            if uuid in self._pollers:
                self._pollers[uuid].use(self._pools[mapping.function])
            else:
                self._start(mapping)
        for pool in old:
            # Nothing uses the pool any more. Its busy workers finish their work, then end.
            threading.Thread(target=pool.close, daemon=True).start()

    def write_status(self) -> None:
        """Rewrite the status file."""
        status = {
            "pid": os.getpid(),
            "since": self._since,
            "at": time.time(),
            "mappings": {p.mapping.logical_id: p.describe() for p in self._pollers.values()},
            "refused": self._refused,
            "invocations": {name: pool.describe() for name, pool in self._pools.items()},
        }
        write_atomically(self._layout.status_file("poller"), json.dumps(status))

    def stop(self) -> bool:
        """Stop all mappings in parallel, then the workers; return whether all finished in time."""
        results: list[bool] = []

        def stop(poller: MappingPoller) -> None:
            results.append(poller.stop(self._grace_s))

        threads = [
            threading.Thread(target=stop, args=(poller,)) for poller in self._pollers.values()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(self._grace_s + 3)
        for pool in self._pools.values():
            pool.close()
        finished = len(results) == len(threads) and all(results)
        self._journal.write("stopped" if finished else "stopped with batches unfinished")
        return finished

    @property
    def _grace_s(self) -> float:
        return float(self._settings["grace_s"])

    def _refresh_pools(self, deployment: Deployment, names: set[str]) -> list[StrictPool]:
        """Keep pools of unchanged functions, replace or drop the others; return the old pools."""
        old = [
            self._pools.pop(name)
            for name in list(self._pools)
            if name not in names or self._pools[name].spec != deployment.functions[name]
        ]
        for pool in old:
            if pool.spec.debug_port is not None:
                # The new worker's debugger listens at the same port.
                pool.close()
        for name in names - self._pools.keys():
            limit = self._settings["strict_limits"].get(name, os.cpu_count() or 2)
            spec = deployment.functions[name]
            self._pools[name] = StrictPool(spec, self._site, limit, self._keeper)
            least = [m.minimum_pollers or 1 for m in deployment.mappings if m.function == name]
            try:
                self._pools[name].warm(max(least, default=1))
            except WorkerFailedError as error:
                self._journal.write(f"can't load {name}, will retry: {error}")
        return old

    def _start(self, mapping: KafkaMapping) -> None:
        try:
            settings = security.settings(mapping, self._read_secret)
            poller = MappingPoller(
                mapping,
                self._pools[mapping.function],
                settings,
                self._settings["rest_s"],
                self._room,
                self._journal.write,
                self._emulator.client,
            )
        except ValueError as error:
            self._refused[mapping.logical_id] = str(error)
            self._journal.write(f"not polled: {error}")
            return
        self._pollers[mapping.uuid] = poller
        poller.start()
        self._journal.write(
            f"{mapping.logical_id}: polling {', '.join(mapping.topics)} as {mapping.group_id} "
            f"for {mapping.function}"
        )

    def _read_secret(self, arn: str) -> str:
        answer = self._emulator.client("secretsmanager").get_secret_value(SecretId=arn)
        return str(answer["SecretString"])


def main(settings: dict[str, Any]) -> int:
    """Run the poller until SIGTERM. SIGHUP makes it reload the deployment."""
    die_with_parent(settings["parent_pid"])
    # Its children, including the functions' workers, inherit the policy.
    work_in_batches()
    room = Room.with_gateways(settings["busy_gateways"])
    stop, look = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    signal.signal(signal.SIGHUP, lambda *_: look.set())
    process = PollerProcess(settings, room)
    process.follow()
    process.write_status()
    os.write(settings["ready_fd"], b"ready\n")
    os.close(settings["ready_fd"])
    collect_less()
    while not stop.wait(1.0):
        if look.is_set():
            look.clear()
            process.follow()
        process.write_status()
    return 0 if process.stop() else 1


if __name__ == "__main__":
    status = main(json.loads(sys.argv[1]))
    sys.stdout.flush()
    # A thread that still waits for a function must not delay the exit.
    os._exit(status)
