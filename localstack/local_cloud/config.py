"""An instance of the local cloud: its state directory, its ports, its passwords.

An instance is a state directory and a set of ports. Environment variables can set both. The
instance stores its settings in ``instance.json``, so ``make down`` and ``make url`` need no
variables to find what ``GATEWAY_PORT=9000 make up`` started.
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

from handlers.platform import bounds
from local_cloud.errors import LocalCloudError
from local_cloud.variables import (
    read_brokers,
    read_observed_each_s,
    read_partitions,
    read_shards,
    read_switch,
    read_traces,
)

ROOT = Path(__file__).resolve().parents[2]
#: What a process of this package, or of the clone, finds its modules by, wherever it runs.
MODULES = os.pathsep.join([str(ROOT), str(ROOT / "localstack")])
LOOPBACK = "127.0.0.1"
STACK = "ledgerlane-local"
APPLICATION_ROLE = "ledgerlane"
ADMIN_ROLE = "postgres"
#: Can read only statistics.
WATCHER_ROLE = "ledgerlane_watcher"
NATIVE, COMPOSE = "native", "compose"


@dataclass(frozen=True)
class Ports:
    """The loopback ports of an instance. Each has a variable named after it."""

    gateway: int = 8080
    emulator: int = 4566
    postgres: int = 15432
    pgbouncer: int = bounds.POOLER_PORT
    redis: int = bounds.REDIS_PORT
    kafka: int = bounds.KAFKA_PORT
    kafka_controller: int = 19093
    prometheus: int = 19090
    metrics: int = 19100
    postgres_exporter: int = 19187
    pgbouncer_exporter: int = 19127
    redis_exporter: int = 19121
    kafka_metrics: int = 19404
    load_metrics: int = 19105
    grafana: int = 13000
    grafana_prometheus: int = 19091
    kafka_2: int = 19192
    kafka_controller_2: int = 19193
    kafka_metrics_2: int = 19504
    kafka_3: int = 19292
    kafka_controller_3: int = 19293
    kafka_metrics_3: int = 19604
    postgres_2: int = 15433
    pgbouncer_2: int = 16433
    postgres_exporter_2: int = 19188
    pgbouncer_exporter_2: int = 19128
    postgres_3: int = 15434
    pgbouncer_3: int = 16434
    postgres_exporter_3: int = 19189
    pgbouncer_exporter_3: int = 19129
    postgres_4: int = 15435
    pgbouncer_4: int = 16435
    postgres_exporter_4: int = 19190
    pgbouncer_exporter_4: int = 19130

    @staticmethod
    def variable(name: str) -> str:
        """Return the environment variable that sets the port called `name`."""
        return f"{name.upper()}_PORT"

    @classmethod
    def names(cls) -> list[str]:
        """Return the ports' names in display order."""
        return [port.name for port in dataclasses.fields(cls)]

    @classmethod
    def block(cls, first: int) -> Ports:
        """Return consecutive ports from `first` on, for an additional instance."""
        return cls(**{name: first + place for place, name in enumerate(cls.names())})

    @classmethod
    def read(cls, environment: Mapping[str, str], remembered: Mapping[str, int]) -> Ports:
        """Return the ports from the environment, else the remembered ones, else the defaults.

        Raises
        ------
        LocalCloudError
            If a variable is not a port number, or two services have the same port.
        """
        chosen = {name: remembered[name] for name in cls.names() if name in remembered}
        for name in cls.names():
            text = environment.get(cls.variable(name), "").strip()
            if text:
                chosen[name] = _port_number(cls.variable(name), text)
        if remembered:
            chosen = cls._with_added(chosen)
        ports = cls(**chosen)
        ports._check_distinct()
        return ports

    @classmethod
    def _with_added(cls, chosen: Mapping[str, int]) -> dict[str, int]:
        """Return an older instance's ports with those that it lacks, clear of those that it has."""
        taken, added = set(chosen.values()), {}
        for name, default in cls().items():
            if name not in chosen:
                free = (port for port in range(default, bounds.MAX_PORT) if port not in taken)
                added[name] = next(free)
                taken.add(added[name])
        return {**chosen, **added}

    def items(self) -> Iterator[tuple[str, int]]:
        """Yield each port's name and number."""
        return iter(dataclasses.asdict(self).items())

    def of_node(self, name: str, node: int) -> int:
        """Return the port called `name` of the broker's node or the shard `node`, from 1 on."""
        return int(getattr(self, of_node(name, node)))

    def _check_distinct(self) -> None:
        holder: dict[int, str] = {}
        for name, port in self.items():
            if port in holder:
                raise LocalCloudError(
                    f"port {port} is assigned to both {holder[port]} and {name}",
                    f"set {self.variable(name)} to another port",
                )
            holder[port] = name


def of_node(name: str, node: int) -> str:
    """Return the name of the port of a broker's node or of a shard. The first has no number."""
    return name if node == 1 else f"{name}_{node}"


def service_of(name: str, node: int) -> str:
    """Return the name of the service of a shard. The first has no number."""
    return name if node == 1 else f"{name}-{node}"


def _port_number(variable: str, text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= bounds.MAX_PORT:
        return int(text)
    raise LocalCloudError(
        f"{variable}={text} is not a port",
        f"set it to a number from 1 to {bounds.MAX_PORT}, or unset it",
    )


@dataclass
class Instance:
    """A state directory, its ports, and the settings that must not change.

    Attributes
    ----------
    state : Path
        Holds everything the instance stores; ``make clean`` removes it.
    cache : Path
        Downloaded tools, shared by all instances of a clone.
    growing_to : int or None
        The partition count that the topics may already have, if a growth was started.
    broker : str or None
        The broker that holds this instance's log, once chosen.
    brokers : int
        How many nodes of it there are. With three, each record is on at least two of them before
        it is acknowledged.
    shards : int
        How many databases have the ledger's partitions, each with a server and a pooler.
    fewer_shards : int or None
        How many it shall have from now on, if that is fewer.
    emulator : str or None
        Which AWS emulator was used last: a kind, or the URL of one that somebody else started.
    services : str
        ``native`` for processes on this machine, ``compose`` for containers.
    observed : bool
        Whether Prometheus and the exporters run too.
    observed_each_s : int
        How often Prometheus scrapes and evaluates the alert rules, in seconds.
    traces : str
        0 for no traces of requests, 1 for a file of them, or a collector's URL.
    archived : bool
        Whether a function archives the log in the emulator's S3.
    archiving : bool
        Whether PostgreSQL archives its WAL for backups. The first backup switches it on.
    outside : Path or None
        A directory outside `state` for services that refuse to run as root, used if their user
        can't reach `state`. It is removed together with `state`.
    """

    state: Path
    cache: Path
    ports: Ports
    partitions: int = field(default_factory=lambda: read_partitions({}))
    growing_to: int | None = None
    broker: str | None = None
    brokers: int = 1
    shards: int = 1
    fewer_shards: int | None = None
    emulator: str | None = None
    services: str = NATIVE
    observed: bool = True
    observed_each_s: int = 5
    traces: str = "0"
    archived: bool = False
    archiving: bool = False
    outside: Path | None = None
    admin_password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    application_password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    watcher_password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    kafka_cluster_id: str = field(default_factory=lambda: _cluster_id())

    @property
    def identity(self) -> str:
        """A short name for this instance, unique on the machine."""
        return hashlib.sha256(str(self.state).encode()).hexdigest()[:10]

    @property
    def data(self) -> Path:
        """The directory of the services' data."""
        return self.state / "data"

    @property
    def unprivileged_data(self) -> Path:
        """The data directory of the services that drop root."""
        return self.outside or self.data

    @property
    def logs(self) -> Path:
        """The directory of the logs, one file per service."""
        return self.state / "logs"

    @property
    def run(self) -> Path:
        """The directory of the process records, one file per service."""
        return self.state / "run"

    @property
    def exists(self) -> bool:
        """Whether this instance was created."""
        return self._file.is_file()

    @property
    def _file(self) -> Path:
        return self.state / "instance.json"

    @property
    def api_url(self) -> str:
        """The base URL of the deployed API, including its stage."""
        return f"http://{LOOPBACK}:{self.ports.gateway}/{bounds.REST_STAGE}"

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
    def prometheus_url(self) -> str:
        """The URL of Prometheus."""
        return f"http://{LOOPBACK}:{self.ports.prometheus}"

    @property
    def traces_file(self) -> Path:
        """The file of traces, if they go to a file."""
        return self.state / "traces.jsonl"

    @property
    def traces_endpoint(self) -> str:
        """Where the functions send traces, as their setting has it; empty for nowhere."""
        if self.traces == "1":
            return f"file:{self.traces_file}"
        return "" if self.traces == "0" else self.traces

    @property
    def kafka_bootstrap(self) -> str:
        """The addresses of the broker's nodes, separated by commas."""
        ports = [self.ports.of_node("kafka", node) for node in self.nodes]
        return ",".join(f"{LOOPBACK}:{port}" for port in ports)

    @property
    def nodes(self) -> range:
        """The numbers of the broker's nodes."""
        return range(1, self.brokers + 1)

    @property
    def shard_numbers(self) -> range:
        """The numbers of the databases. The first is the home database."""
        return range(1, self.shards + 1)

    @property
    def further_shards(self) -> range:
        """The numbers of the databases beside the home database."""
        return self.shard_numbers[1:]

    @property
    def database_url(self) -> str:
        """The URL of the home database, as its administrator."""
        return self.database_url_of(1)

    @property
    def pooler_url(self) -> str:
        """The URL of the home database through the pooler, as the application."""
        return self.pooler_url_of(1)

    @property
    def database_urls(self) -> list[str]:
        """The URLs of all databases, as their administrator, the home database's first."""
        return [self.database_url_of(shard) for shard in self.shard_numbers]

    def database_url_of(self, shard: int) -> str:
        """Return the URL of a shard's database, as its administrator."""
        return _dsn(ADMIN_ROLE, self.admin_password, self.ports.of_node("postgres", shard))

    def pooler_url_of(self, shard: int) -> str:
        """Return the URL of a shard's database through its pooler, as the application."""
        port = self.ports.of_node("pgbouncer", shard)
        return _dsn(APPLICATION_ROLE, self.application_password, port)

    @property
    def further_poolers(self) -> str:
        """The addresses of the further shards' poolers, separated by commas."""
        ports = [self.ports.of_node("pgbouncer", shard) for shard in self.further_shards]
        return ",".join(f"{LOOPBACK}:{port}" for port in ports)

    def save(self) -> None:
        """Write ``instance.json`` atomically, readable only by its owner."""
        self.state.mkdir(parents=True, exist_ok=True)
        for folder in (self.data, self.logs, self.run):
            folder.mkdir(exist_ok=True)
        document = {
            "ports": dict(self.ports.items()),
            "partitions": self.partitions,
            "growing_to": self.growing_to,
            "broker": self.broker,
            "brokers": self.brokers,
            "shards": self.shards,
            "emulator": self.emulator,
            "services": self.services,
            "outside": str(self.outside) if self.outside else None,
            "admin_password": self.admin_password,
            "application_password": self.application_password,
            "watcher_password": self.watcher_password,
            "observed": self.observed,
            "observed_each_s": self.observed_each_s,
            "traces": self.traces,
            "archived": self.archived,
            "archiving": self.archiving,
            "kafka_cluster_id": self.kafka_cluster_id,
        }
        draft = self._file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            json.dump(document, stream, indent=2)
        draft.replace(self._file)


def _dsn(role: str, password: str, port: int) -> str:
    return f"postgresql://{role}:{password}@{LOOPBACK}:{port}/{bounds.DATABASE}"


def _cluster_id() -> str:
    # Kafka's format: 16 bytes in URL-safe base64 without padding, not starting with a dash.
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
    """Return the instance that the environment and its ``instance.json`` describe.

    Parameters
    ----------
    environment : mapping, optional
        ``LEDGERLANE_STATE``, ``LEDGERLANE_CACHE``, ``PARTITIONS``, ``BROKERS``, ``SHARDS`` and the
        port variables; by default those of this process.
    state : Path, optional
        The state directory, which overrides ``LEDGERLANE_STATE`` and the default.
    ports_from : int, optional
        The first of the instance's consecutive ports.

    Raises
    ------
    LocalCloudError
        If a setting is invalid or ``instance.json`` can't be read.
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
    observed = read_switch(environment, "OBSERVE")
    archived = read_switch(environment, "ARCHIVE")
    partitions = (
        read_partitions(environment)
        if environment.get("PARTITIONS") or "partitions" not in remembered
        else int(remembered["partitions"])
    )
    has_shards = int(remembered.get("shards", 1))
    shards = read_shards(environment) or has_shards
    return Instance(
        state=folder,
        cache=cache,
        ports=ports,
        partitions=partitions,
        brokers=read_brokers(environment, _remembered_brokers(remembered)),
        # What runs with more keeps running, until it is known that nothing is on them.
        shards=max(shards, has_shards),
        fewer_shards=shards if shards < has_shards else None,
        observed=bool(remembered.get("observed", True)) if observed is None else observed,
        archived=bool(remembered.get("archived", False)) if archived is None else archived,
        observed_each_s=read_observed_each_s(environment) or remembered.get("observed_each_s", 5),
        traces=read_traces(environment) or str(remembered.get("traces", "0")),
        outside=Path(outside) if outside else None,
        **known,
    )


_KEPT = (
    "growing_to",
    "broker",
    "emulator",
    "services",
    "archiving",
    "admin_password",
    "application_password",
    "watcher_password",
    "kafka_cluster_id",
)


def _remembered_brokers(remembered: Mapping[str, Any]) -> int | None:
    """Return how many brokers the instance has, None if it is not bound to a number yet.

    Instances of before had one, and did not say so.
    """
    has_log = remembered.get("broker") or remembered.get("services") == COMPOSE
    return int(remembered.get("brokers", 1)) if has_log else None


def _remembered(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise LocalCloudError(
            f"can't read {file} ({error})", "restore it, or run `make clean` to start over"
        ) from error
    if not isinstance(document, dict):
        raise LocalCloudError(
            f"{file} does not describe an instance", "run `make clean` to start over"
        )
    return document
