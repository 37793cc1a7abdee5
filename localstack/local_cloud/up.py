"""`up`, `down` and `clean`: start, stop and remove the local cloud."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from functools import partial

from local_cloud.config import Instance
from local_cloud.console import Progress
from local_cloud.deploy import deploy, deployed_source, last_one_failed
from local_cloud.errors import LocalCloudError
from local_cloud.install.npm import install_cdk
from local_cloud.interrupts import held_back
from local_cloud.lifecycle import (
    check_ports,
    restart,
    start_all,
    stop_all,
    stop_leftovers,
    tail,
)
from local_cloud.listeners import check_listeners
from local_cloud.outside_emulator import check_stack, remove_stack
from local_cloud.schema import check_schema
from local_cloud.services.accounts import remove_outside
from local_cloud.services.base import Service
from local_cloud.services.broker import Broker
from local_cloud.services.dataplane import DataPlane, health_problem
from local_cloud.services.emulator import started_emulator
from local_cloud.sharding import advice, give_up_shards
from local_cloud.stack import every_service, exclusive, services_of, stop_order

HEALTH_PATIENCE_S = 30.0
NOTICEABLE_S = 1.0


def up(instance: Instance, progress: Progress, only_services: bool = False) -> None:
    """Start the instance. Services that are already running keep running.

    Parameters
    ----------
    instance : Instance
        The instance to start.
    progress : Progress
        Shows the steps.
    only_services : bool
        Start only the services, without the deployment and the data plane.

    Raises
    ------
    LocalCloudError
        If a tool is missing, a port is taken, or a step fails. The services that this call
        started are then stopped again.
    """
    with exclusive(instance):
        services, reason = services_of(instance, os.environ)
        dataplane = DataPlane(instance)
        whole = services if only_services else [*services, dataplane]
        # First, because a taken port is the most common problem.
        check_ports([service for service in whole if service.process is None])
        _install(services, progress, with_cdk=not only_services)
        kept = instance.broker
        _announce(services, reason, progress)
        try:
            started = start_all(services, progress)
        except BaseException:
            # An instance that never started has no log yet, so it can still change its broker.
            if kept is None:
                instance.broker = None
                instance.save()
            raise
        try:
            left_out = give_up_shards(instance)
            if not only_services:
                _application(instance, dataplane, started, progress)
            stop_all(stop_order(left_out), progress)
            check_listeners(instance, [part.process for part in every_service(instance)])
        except BaseException:
            with held_back():
                stop_all(stop_order(started), Progress(quiet=True))
            raise
    _closing(instance, progress, only_services)


def _install(services: list[Service], progress: Progress, with_cdk: bool) -> None:
    """Install missing tools; print a line for each, or one line if none was missing."""
    wanted: list[tuple[str, Callable[[], object]]] = [
        (service.title, service.install) for service in services
    ]
    if with_cdk:
        wanted.append(("AWS CDK", partial(install_cdk, services[0].instance.cache)))
    began, installed = time.monotonic(), False
    for title, install in wanted:
        begin = time.monotonic()
        with progress.step(f"Get {title}", "installing what is missing") as step:
            install()
            step.text = "installed and cached"
            # A check takes milliseconds, an installation takes seconds.
            if time.monotonic() - begin < NOTICEABLE_S:
                step.hide()
            else:
                installed = True
    if not installed:
        with progress.step("Tools", began=began) as step:
            step.skip("all installed")


def _announce(services: list[Service], reason: str, progress: Progress) -> None:
    for service in services:
        instance = service.instance
        if isinstance(service, Broker) and service.name == Broker.name:
            instance.broker = service.kind
            progress.say(f"  Broker: {service.title} ({reason}); {service.durability}.")
        instance.save()


def _application(
    instance: Instance, dataplane: DataPlane, started: list[Service], progress: Progress
) -> None:
    emulator = started_emulator(instance)
    if emulator is None:
        check_stack(instance)
    elif not emulator.survives_failed_update and last_one_failed(instance):
        # What was deployed is deployed anew; the data plane serves the code from before meanwhile.
        restart(emulator, progress)
    deploy(instance, progress)
    for shard in instance.shard_numbers:
        check_schema(instance.database_url_of(shard), deployed_source())
    was_running = dataplane.process is not None
    try:
        start_all([dataplane], progress)
        with progress.step("Health", f"GET {instance.api_url}/health") as step:
            _await_health(instance, dataplane)
            if was_running and not started:
                step.skip("200 OK")
            else:
                step.text = "200 OK"
    except BaseException:
        if not was_running:
            with held_back():
                stop_all([dataplane], Progress(quiet=True))
        raise


def _await_health(instance: Instance, dataplane: DataPlane) -> None:
    deadline = time.monotonic() + HEALTH_PATIENCE_S
    while (problem := health_problem(instance.api_url)) is not None:
        if time.monotonic() >= deadline or dataplane.process is None:
            raise LocalCloudError(
                f"the API is not healthy: {problem}",
                f"see {dataplane.folder / 'logs'}",
                tail(dataplane.log),
            )
        time.sleep(0.1)


def _closing(instance: Instance, progress: Progress, only_services: bool) -> None:
    if not progress.changed:
        progress.say("Nothing to do: everything is already running.", "bold")
    else:
        progress.say(f"Ready in {progress.seconds:.1f} s.", "bold")
    if not only_services:
        if hint := advice(instance):
            progress.say(hint)
        progress.say(f"  API       {instance.api_url}")
        progress.say(f"  Docs      {instance.api_url}/docs")
    progress.say(f"  Emulator  {instance.emulator_url}")
    if instance.observed:
        progress.say(f"  Metrics   {instance.prometheus_url}")
    if instance.traces_endpoint and not only_services:
        progress.say(f"  Traces    {instance.traces_endpoint.removeprefix('file:')}")


def down(instance: Instance, progress: Progress) -> None:
    """Stop all processes of the instance, and check that none is left.

    Raises
    ------
    LocalCloudError
        If something still listens on its ports.
    """
    if not instance.exists:
        progress.say("Nothing to stop: there is no instance here.")
        return
    with exclusive(instance):
        services = every_service(instance)
        running = [service for service in services if service.process is not None]
        stop_all(stop_order(services), progress)
        left = stop_leftovers(instance)
        if left:
            progress.say(f"  Stopped {left} leftover processes of this instance.")
        if running:
            check_ports(running)
    if progress.changed:
        progress.say(f"Stopped in {progress.seconds:.1f} s; the data is kept.", "bold")
    else:
        progress.say("Nothing was running.", "bold")


def _only_a_lock(instance: Instance) -> bool:
    """Whether the state directory holds only the lock file that a refused `up` left."""
    return instance.state.is_dir() and {file.name for file in instance.state.iterdir()} == {"lock"}


def clean(instance: Instance, progress: Progress) -> None:
    """Stop the instance and remove all of its state.

    Raises
    ------
    LocalCloudError
        If it can't be stopped.
    """
    if not instance.exists:
        if _only_a_lock(instance):
            shutil.rmtree(instance.state)
        progress.say("Nothing to remove: there is no instance here.")
        return
    if started_emulator(instance) is None:
        # It outlives this instance, and would go on to run functions that nothing serves.
        remove_stack(instance, progress)
    down(instance, progress)
    for service in every_service(instance):
        service.clean()
    remove_outside(instance)
    shutil.rmtree(instance.state)
    progress.say("Removed all state; the downloaded tools are kept.", "bold")
