"""The base class of the local cloud's services."""

from __future__ import annotations

import signal
from abc import ABC, abstractmethod
from pathlib import Path

from local_cloud.config import Instance
from local_cloud.ports import accepts
from local_cloud.process import Launch, Process, forget_process, read_process


class Service(ABC):
    """A part of the local cloud that runs as its own process.

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
        """The loopback port that it listens on."""
        return int(getattr(self.instance.ports, self.port_name))

    @property
    def port_names(self) -> list[str]:
        """The names of all its ports, the main one first."""
        return [self.port_name]

    @property
    def log(self) -> Path:
        """The file that its output goes to."""
        return self.instance.logs / f"{self.name}.log"

    @property
    def process(self) -> Process | None:
        """The recorded process, None if it no longer runs."""
        recorded = read_process(self.instance.run, self.name)
        return recorded if recorded is not None and recorded.alive else None

    @abstractmethod
    def install(self) -> None:
        """Install its program if it is missing.

        Raises
        ------
        LocalCloudError
            If it can't be installed. The remedy says what to do.
        """

    @abstractmethod
    def version(self) -> str:
        """Return the version of the installed program."""

    @abstractmethod
    def prepare(self) -> Launch:
        """Create its directories and settings, and return how to start it."""

    def ready(self) -> bool:
        """Whether it is ready for clients."""
        return accepts(self.port)

    def after_start(self) -> None:
        """Set up what needs it running, such as roles and topics. Must be idempotent."""
        return

    def check(self) -> None:
        """Check that the running service matches the instance's settings."""
        return

    def before_stop(self) -> None:
        """Do what must happen while it still runs."""
        return

    def after_stop(self) -> None:
        """Remove what the stopped process leaves behind."""
        forget_process(self.instance.run, self.name)

    def clean(self) -> None:
        """Remove what it stores outside the state directory."""
        return

    def note(self) -> str:
        """Return a short note for the user, shown at the start."""
        return ""
