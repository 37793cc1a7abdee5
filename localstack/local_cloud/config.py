"""One instance of the local cloud: its folder, its ports, its passwords.

An instance is a state directory and a set of ports. Both may be set by environment variables;
what an instance was made with is remembered in its ``instance.json``, so that ``make down`` or
``make url`` need no variables to find what ``GATEWAY_PORT=9000 make up`` started.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import os
import secrets
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_cloud.errors import LocalCloudError

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"
REGION = "eu-central-1"
STACK = "ledgerlane-local"
API_STAGE = "v1"
DATABASE = "ledgerlane"
APPLICATION_ROLE = "ledgerlane"
ADMIN_ROLE = "postgres"
MAX_PORT = 65535
NATIVE, COMPOSE = "native", "compose"
#: Few enough that a laptop's traffic still comes in batches; the count grows by a command.
DEFAULT_PARTITIONS = 4


@dataclass(frozen=True)
class Ports:
    """The loopback ports of one instance; each is set by the variable of its name."""

    gateway: int = 8080
    emulator: int = 4566
    postgres: int = 15432
    pgbouncer: int = 16432
    redis: int = 16379
    kafka: int = 19092
    kafka_controller: int = 19093

    @staticmethod
    def variable(name: str) -> str:
        """Return the environment variable that sets the port called `name`."""
        return f"{name.upper()}_PORT"

    @classmethod
    def names(cls) -> list[str]:
        """Return the ports' names in the order they are shown."""
        return [port.name for port in dataclasses.fields(cls)]

    @classmethod
    def block(cls, first: int) -> Ports:
        """Return consecutive ports from `first` on, for an instance beside another."""
        return cls(**{name: first + place for place, name in enumerate(cls.names())})

    @classmethod
    def read(cls, environment: Mapping[str, str], remembered: Mapping[str, int]) -> Ports:
        """Return the ports from the environment, else as remembered, else the defaults.

        Raises
        ------
        LocalCloudError
            If a variable is not a port number, or two parts have the same port.
        """
        chosen = {name: remembered[name] for name in cls.names() if name in remembered}
        for name in cls.names():
            text = environment.get(cls.variable(name), "").strip()
            if text:
                chosen[name] = _port_number(cls.variable(name), text)
        ports = cls(**chosen)
        ports._check_distinct()
        return ports

    def items(self) -> Iterator[tuple[str, int]]:
        """Yield each port's name and number."""
        return iter(dataclasses.asdict(self).items())

    def _check_distinct(self) -> None:
        holder: dict[int, str] = {}
        for name, port in self.items():
            if port in holder:
                raise LocalCloudError(
                    f"port {port} is given to both {holder[port]} and {name}",
                    f"set {self.variable(name)} to another port",
                )
            holder[port] = name


def _port_number(variable: str, text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= MAX_PORT:
        return int(text)
    raise LocalCloudError(
        f"{variable}={text} is not a port", f"give a number from 1 to {MAX_PORT}, or unset it"
    )


def read_partitions(environment: Mapping[str, str]) -> int:
    """Return the partition count of the topics (``PARTITIONS``, default 4).

    Raises
    ------
    LocalCloudError
        If it is not a whole number from 1 to 1000.
    """
    text = environment.get("PARTITIONS", "").strip() or str(DEFAULT_PARTITIONS)
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 1000:
        return int(text)
    raise LocalCloudError(f"PARTITIONS={text} is no partition count", "give a number, 1 to 1000")


@dataclass
class Instance:
    """A state directory, its ports, and what must stay the same over its life.

    Attributes
    ----------
    state : Path
        Everything the instance keeps; ``make clean`` removes it.
    cache : Path
        Downloaded tools, shared by all instances of a clone.
    growing_to : int or None
        The partition count that the topics may have already, if a growth was begun.
    broker : str or None
        Which broker holds the log of this instance, once chosen.
    emulator : str or None
        Which AWS emulator was used last: a kind, or the URL of one that somebody else started.
    services : str
        ``native`` for processes of this machine, ``compose`` for containers.
    outside : Path or None
        A folder outside `state` for the services that may not run as root, where their user
        can't reach `state`; removed with it.
    """

    state: Path
    cache: Path
    ports: Ports
    partitions: int = DEFAULT_PARTITIONS
    growing_to: int | None = None
    broker: str | None = None
    emulator: str | None = None
    services: str = NATIVE
    outside: Path | None = None
    admin_password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    application_password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    kafka_cluster_id: str = field(default_factory=lambda: _cluster_id())

    @property
    def identity(self) -> str:
        """A short name of this instance that is unique on the machine."""
        return hashlib.sha256(str(self.state).encode()).hexdigest()[:10]

    @property
    def data(self) -> Path:
        """The folder of the services' data."""
        return self.state / "data"

    @property
    def unprivileged_data(self) -> Path:
        """The folder of the services that run as another user when we are root."""
        return self.outside or self.data

    @property
    def logs(self) -> Path:
        """The folder of the logs, one file a service."""
        return self.state / "logs"

    @property
    def run(self) -> Path:
        """The folder of the process records, one file a service."""
        return self.state / "run"

    @property
    def exists(self) -> bool:
        """Whether this instance was ever made."""
        return self._file.is_file()

    @property
    def _file(self) -> Path:
        return self.state / "instance.json"

    @property
    def api_url(self) -> str:
        """The base URL of the deployed API, its stage included."""
        return f"http://{LOOPBACK}:{self.ports.gateway}/{API_STAGE}"

    @property
    def emulator_url(self) -> str:
        """The endpoint of the emulated AWS: the one of its own, or somebody else's."""
        if self.emulator and "://" in self.emulator:
            return self.emulator
        return f"http://{LOOPBACK}:{self.ports.emulator}"

    @property
    def redis_url(self) -> str:
        """The cache's URL."""
        return f"redis://{LOOPBACK}:{self.ports.redis}/0"

    @property
    def kafka_bootstrap(self) -> str:
        """The broker's address."""
        return f"{LOOPBACK}:{self.ports.kafka}"

    @property
    def database_url(self) -> str:
        """The database itself, as its administrator."""
        return _dsn(ADMIN_ROLE, self.admin_password, self.ports.postgres)

    @property
    def pooler_url(self) -> str:
        """The database through the pooler, as the application."""
        return _dsn(APPLICATION_ROLE, self.application_password, self.ports.pgbouncer)

    def save(self) -> None:
        """Write ``instance.json``, readable by its owner only, in one step."""
        self.state.mkdir(parents=True, exist_ok=True)
        for folder in (self.data, self.logs, self.run):
            folder.mkdir(exist_ok=True)
        document = {
            "ports": dict(self.ports.items()),
            "partitions": self.partitions,
            "growing_to": self.growing_to,
            "broker": self.broker,
            "emulator": self.emulator,
            "services": self.services,
            "outside": str(self.outside) if self.outside else None,
            "admin_password": self.admin_password,
            "application_password": self.application_password,
            "kafka_cluster_id": self.kafka_cluster_id,
        }
        draft = self._file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            json.dump(document, stream, indent=2)
        draft.replace(self._file)


def _dsn(role: str, password: str, port: int) -> str:
    return f"postgresql://{role}:{password}@{LOOPBACK}:{port}/{DATABASE}"


def _cluster_id() -> str:
    # Kafka's form: 16 bytes in URL-safe base64 without padding, never beginning with a dash.
    for _ in range(1000):
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text
    raise AssertionError("no cluster id")


def load_instance(
    environment: Mapping[str, str] | None = None,
    state: Path | None = None,
    ports_from: int | None = None,
) -> Instance:
    """Return the instance that the environment and what is remembered describe.

    Parameters
    ----------
    environment : mapping, optional
        ``LEDGERLANE_STATE``, ``LEDGERLANE_CACHE``, ``PARTITIONS`` and the port variables;
        the process's own by default.
    state : Path, optional
        The state directory, before ``LEDGERLANE_STATE`` and the default.
    ports_from : int, optional
        Give the instance consecutive ports from this one on.

    Raises
    ------
    LocalCloudError
        If a setting is wrong or the remembered instance can't be read.
    """
    environment = os.environ if environment is None else environment
    folder = state or Path(environment.get("LEDGERLANE_STATE") or ROOT / ".ledgerlane")
    folder = folder.expanduser().absolute()
    cache = Path(environment.get("LEDGERLANE_CACHE") or ROOT / ".cache").expanduser().absolute()
    remembered = _remembered(folder / "instance.json")
    if ports_from is None:
        ports = Ports.read(environment, remembered.get("ports", {}))
    else:
        ports = Ports.block(ports_from)
    known = {name: remembered[name] for name in _KEPT if name in remembered}
    outside = remembered.get("outside")
    partitions = (
        read_partitions(environment)
        if environment.get("PARTITIONS") or "partitions" not in remembered
        else int(remembered["partitions"])
    )
    return Instance(
        state=folder,
        cache=cache,
        ports=ports,
        partitions=partitions,
        outside=Path(outside) if outside else None,
        **known,
    )


_KEPT = (
    "growing_to",
    "broker",
    "emulator",
    "services",
    "admin_password",
    "application_password",
    "kafka_cluster_id",
)


def _remembered(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise LocalCloudError(
            f"{file} can't be read ({error})", "restore it, or `make clean` to start afresh"
        ) from error
    if not isinstance(document, dict):
        raise LocalCloudError(f"{file} is no instance", "`make clean` to start afresh")
    return document
