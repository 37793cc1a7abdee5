"""What every service of the local cloud has in common."""

from __future__ import annotations

import signal
from abc import ABC, abstractmethod
from pathlib import Path

from local_cloud.config import Instance
from local_cloud.ports import accepts
from local_cloud.process import Launch, Process, forget_process, read_process


class Service(ABC):
    """A part of the local cloud that is a process of its own.

    Parameters
    ----------
    instance : Instance
        The instance it belongs to.
    """

    name: str
    title: str
    port_name: str
    stop_signal = signal.SIGTERM
    stop_patience_s = 15.0
    start_patience_s = 30.0

    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    @property
    def port(self) -> int:
        """The loopback port it listens on."""
        return int(getattr(self.instance.ports, self.port_name))

    @property
    def port_names(self) -> list[str]:
        """The names of all ports it takes, its main one first."""
        return [self.port_name]

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.instance.logs / f"{self.name}.log"

    @property
    def process(self) -> Process | None:
        """The process as recorded, if it still runs."""
        recorded = read_process(self.instance.run, self.name)
        return recorded if recorded is not None and recorded.alive else None

    @abstractmethod
    def install(self) -> None:
        """See that its program is on this machine.

        Raises
        ------
        LocalCloudError
            If it isn't and can't be had; the remedy says how.
        """

    @abstractmethod
    def version(self) -> str:
        """Return the version of the installed program."""

    @abstractmethod
    def prepare(self) -> Launch:
        """Make its folders and settings, and return how to start it."""

    def ready(self) -> bool:
        """Whether it serves."""
        return accepts(self.port)

    def after_start(self) -> None:
        """Do what needs it running, and is harmless to do again: roles, topics."""
        return

    def before_stop(self) -> None:
        """Do what has to happen while it still runs."""
        return

    def after_stop(self) -> None:
        """Remove what a stopped process leaves behind."""
        forget_process(self.instance.run, self.name)

    def clean(self) -> None:
        """Remove what it keeps outside the state directory."""
        return

    def note(self) -> str:
        """What a person should know about it at start, in a few words."""
        return ""
