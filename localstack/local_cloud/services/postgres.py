"""PostgreSQL, the system of record, with every durability setting on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg import sql

from handlers.platform.bounds import DATABASE
from local_cloud.backup.pgbackrest import ARCHIVE_TIMEOUT_S, PgBackRest
from local_cloud.config import (
    ADMIN_ROLE,
    APPLICATION_ROLE,
    LOOPBACK,
    Instance,
    of_node,
    service_of,
)
from local_cloud.errors import LocalCloudError
from local_cloud.install.apt import require_packages
from local_cloud.process import Launch, start_ticks
from local_cloud.services.accounts import (
    choose_data_folder,
    service_account,
    service_folder,
    write_private,
)
from local_cloud.services.base import Service
from local_cloud.services.watcher import allow_to_watch

OLDEST_MAJOR = 15
#: A batch's statements have about a megabyte. By default, the C library returns that memory to the
#: system after each statement, and the kernel must clear the pages again for the next one.
_MALLOC = {"MALLOC_MMAP_THRESHOLD_": "67108864", "MALLOC_TRIM_THRESHOLD_": "134217728"}
SOCKET_PATH_LIMIT_BYTES = 100
ORPHAN_PATIENCE_S = 20.0
BURIAL_PATIENCE_S = 1.0

# Sized for a laptop with two cores. Durable: commits survive a power cut. docs/decisions has the
# reasons.
SETTINGS = """\
listen_addresses = '{loopback}'
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
password_encryption = scram-sha-256

fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = replica
max_wal_senders = 0
# Always on, because changing it needs a restart; the command does nothing until backups are made.
archive_mode = on
archive_command = '{archive}'
archive_timeout = {archive_timeout_s}
# Whoever connects finds the recovery finished.
hot_standby = off
wal_compression = lz4
wal_buffers = 16MB
min_wal_size = 1GB
max_wal_size = 4GB
checkpoint_timeout = 30min
checkpoint_completion_target = 0.9

shared_buffers = {buffers_mib}MB
effective_cache_size = {cache_mib}MB
work_mem = 8MB
maintenance_work_mem = 256MB
random_page_cost = 1.1
effective_io_concurrency = 100
jit = off
huge_pages = try
dynamic_shared_memory_type = posix

autovacuum_naptime = 15s
autovacuum_vacuum_scale_factor = 0.05
autovacuum_analyze_scale_factor = 0.02

logging_collector = off
log_destination = 'stderr'
log_line_prefix = '%m [%p] %q%u@%d '
log_lock_waits = on
log_min_duration_statement = 1s
log_timezone = 'UTC'
timezone = 'UTC'
idle_in_transaction_session_timeout = 60s
tcp_keepalives_idle = 30
"""

ACCESS = """\
# TYPE  DATABASE  USER  ADDRESS         METHOD
local   all       all                   scram-sha-256
host    all       all   127.0.0.1/32    scram-sha-256
"""


class Postgres(Service):
    """A PostgreSQL server with its own data directory.

    Parameters
    ----------
    instance : Instance
        The instance it belongs to.
    shard : int
        The number of its database among the instance's, from 1 on.
    """

    name = "postgres"
    title = "PostgreSQL"
    port_name = "postgres"
    # "Fast" shutdown: open transactions are rolled back, then a checkpoint.
    stop_signal = signal.SIGINT
    stop_patience_s = 60.0
    # After a crash, it first replays its WAL; after a restore, the archived WAL.
    start_patience_s = 600.0
    #: The size of the shared buffers in MiB, None for a size by the machine's memory.
    buffers_mib: int | None = None

    def __init__(self, instance: Instance, shard: int = 1) -> None:
        super().__init__(instance)
        self.shard = shard
        if shard > 1:
            self.name = service_of("postgres", shard)
            self.title = f"PostgreSQL {shard}"
            self.port_name = of_node("postgres", shard)

    def install(self) -> None:
        """Install the server if it is missing, and check its version."""
        if _newest_binaries() is None:
            require_packages({"postgresql": "PostgreSQL"})
        if _newest_binaries() is None:
            raise LocalCloudError(
                f"PostgreSQL {OLDEST_MAJOR} or newer is not installed",
                "apt-get install postgresql (Debian 12 or newer has it)",
            )

    def version(self) -> str:
        """Return the server's version."""
        text = subprocess.run(
            [_binaries() / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
        return text.split()[2]

    @property
    def folder(self) -> Path:
        """The directory of the cluster and its socket."""
        return service_folder(self.instance, self.name)

    @property
    def cluster(self) -> Path:
        """The data directory."""
        return self.folder / "cluster"

    @property
    def backups(self) -> PgBackRest:
        """The backups of its data."""
        return PgBackRest(self.instance, self.cluster, self.port, self.shard)

    def prepare(self) -> Launch:
        """Create the cluster at the first start, and write its settings."""
        choose_data_folder(self.instance)
        folder, cluster = self.folder, self.cluster
        if not (cluster / "PG_VERSION").exists():
            self._initialise(folder, cluster)
        self._check_major(cluster)
        _await_orphans(cluster)
        self.write_settings()
        return self._launch([str(_binaries() / "postgres"), "-D", str(cluster)], folder)

    def write_settings(self) -> None:
        """Write the server's settings, which it reads when it starts or is told to."""
        cluster = self.cluster
        sockets = _socket_folder(self.folder)
        buffers_mib = self.buffers_mib or _buffers_mib(_memory_mib(), self.instance.shards)
        settings = SETTINGS.format(
            loopback=LOOPBACK,
            port=self.port,
            sockets=sockets or "",
            buffers_mib=buffers_mib,
            cache_mib=2 * buffers_mib,
            **self._archiving(),
        )
        write_private(cluster / "postgresql.conf", settings)
        write_private(cluster / "pg_hba.conf", ACCESS)

    def run_alone(self, statements: str) -> None:
        """Run statements, one a line, in the stopped cluster, which asks for no password.

        Raises
        ------
        LocalCloudError
            If a statement fails.
        """
        command = [str(_binaries() / "postgres"), "--single", "-D", str(self.cluster), "postgres"]
        said = _run(self._launch(command, self.folder), command, statements + "\n")
        # In this mode, a statement that fails does not fail the command.
        if "ERROR:" in said or "FATAL:" in said:
            raise LocalCloudError("PostgreSQL refused a statement", "see below", said[-2000:])

    def _archiving(self) -> dict[str, str | int]:
        if not self.instance.archiving:
            return {"archive": "/bin/true", "archive_timeout_s": 0}
        command = self.backups.archive_command()
        # In PostgreSQL's quotes, only the quote itself is special.
        quoted = command.replace("'", "''")
        return {"archive": quoted, "archive_timeout_s": ARCHIVE_TIMEOUT_S}

    def _initialise(self, folder: Path, cluster: Path) -> None:
        password = folder / "password"
        write_private(password, self.instance.admin_password + "\n")
        # Use a draft directory, so that an interrupted initdb does not look like a cluster.
        draft = folder / "draft"
        launch = self._launch(
            [
                str(_binaries() / "initdb"),
                f"--pgdata={draft}",
                f"--username={ADMIN_ROLE}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--data-checksums",
            ],
            folder,
        )
        try:
            _run(launch, ["rm", "-rf", str(draft)])
            _run(launch, list(launch.argv))
            draft.rename(cluster)
        finally:
            password.unlink(missing_ok=True)

    def _check_major(self, cluster: Path) -> None:
        made_by = (cluster / "PG_VERSION").read_text().strip()
        installed = self.version().split(".")[0]
        if made_by != installed:
            raise LocalCloudError(
                f"the data belongs to PostgreSQL {made_by}, but {installed} is installed",
                f"install postgresql-{made_by}, or run `make clean` (which deletes the data)",
            )

    def _launch(self, argv: list[str], folder: Path) -> Launch:
        account = service_account()
        return Launch(
            argv,
            environment={"HOME": str(folder), **_MALLOC},
            folder=folder,
            user=account.uid if account else None,
            group=account.gid if account else None,
            works_in_batches=True,
        )

    def ready(self) -> bool:
        """Whether it accepts connections and has finished recovery."""
        probe = subprocess.run(
            [_binaries() / "pg_isready", "-q", "-h", LOOPBACK, "-p", str(self.port)], check=False
        )
        return probe.returncode == 0

    def after_start(self) -> None:
        """Create the application's role and database."""
        url = self.instance.database_url_of(self.shard).rpartition("/")[0] + "/postgres"
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            role, database = sql.Identifier(APPLICATION_ROLE), sql.Identifier(DATABASE)
            found = connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION_ROLE]
            ).fetchone()
            if not found:
                statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                secret = sql.Literal(self.instance.application_password)
                connection.execute(statement.format(role, secret))
            # A rebuild of the ledger makes a scratch database, as the schema's owner.
            connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(role))
            found = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if not found:
                statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
                connection.execute(statement.format(database, role))
            allow_to_watch(connection, self.instance.watcher_password)

    def note(self) -> str:
        """Return what its commits survive."""
        return "fsync on: commits survive a power cut"


def _memory_mib() -> int:
    """Return the machine's memory in MiB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20


def _buffers_mib(memory: int, servers: int) -> int:
    """Return the size of a server's shared buffers in MiB.

    All servers together get an eighth of the memory, at most 2 GiB, and each at least 128 MiB. Each
    posting touches indexes at random places, so they should fit. Pages that don't fit are read,
    written and logged whole.
    """
    return max(min(memory // 8, 2048) // servers, 128)


def _await_orphans(cluster: Path) -> None:
    """Wait until the leftovers of a killed server are gone, so that the next one can start.

    Its backends notice its death a moment later and hold its shared memory until then. Its pid
    stays in use until its parent reaps it, which the first process of a container may never do.
    In that case, remove the lock files: a dead server whose shared memory nobody uses is harmless.
    """
    lock = cluster / "postmaster.pid"
    deadline = time.monotonic() + ORPHAN_PATIENCE_S
    burial = time.monotonic() + BURIAL_PATIENCE_S
    while time.monotonic() < deadline:
        try:
            lines = lock.read_text().splitlines()
            former = int(lines[0])
        except (OSError, ValueError, IndexError):
            return
        if not _shared_memory_users(lines):
            if not Path(f"/proc/{former}").exists():
                return
            if start_ticks(former) is None and time.monotonic() >= burial:
                for left in (lock, _socket_lock(lines)):
                    if left is not None:
                        left.unlink(missing_ok=True)
                return
            if start_ticks(former) is not None:
                return  # alive: the server or a recycled pid, which PostgreSQL checks itself
        time.sleep(0.02)


def _socket_lock(lock_lines: list[str]) -> Path | None:
    """Return the lock file of the server's Unix socket, if any. It names the same pid."""
    # Lines 4 and 5 of postmaster.pid: the port and the socket's directory.
    port, folder = [*lock_lines[3:5], "", ""][:2]
    return Path(folder) / f".s.PGSQL.{port}.lock" if folder else None


def _shared_memory_users(lock_lines: list[str]) -> int:
    """Return how many processes use the shared memory that the server's lock file names."""
    try:
        segments = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    except OSError:
        return 0
    # Line 7 of postmaster.pid: the segment's key and id. Column 7 of the table: its attach count.
    words = lock_lines[6].split() if len(lock_lines) > 6 else []
    return sum(int(row.split()[6]) for row in segments if words[1:2] == row.split()[1:2])


def _newest_binaries() -> Path | None:
    found = [
        (int(server.parents[1].name), server.parent)
        for server in Path("/usr/lib/postgresql").glob("*/bin/postgres")
        if server.parents[1].name.isdigit() and int(server.parents[1].name) >= OLDEST_MAJOR
    ]
    return max(found)[1] if found else None


def _binaries() -> Path:
    folder = _newest_binaries()
    if folder is None:
        raise LocalCloudError("PostgreSQL is not installed", "apt-get install postgresql")
    return folder


def _socket_folder(folder: Path) -> Path | None:
    """Return the directory of the Unix socket, or None if its path can't be used.

    The kernel limits its length. PgBouncer and PostgreSQL have different quoting rules, so it must
    be a plain name.
    """
    longest = len(str(folder / ".s.PGSQL.65535.lock").encode())
    plain = re.fullmatch(r"[A-Za-z0-9._/-]+", str(folder)) is not None
    return folder if plain and longest <= SOCKET_PATH_LIMIT_BYTES else None


def socket_folder(folder: Path) -> Path | None:
    """Return the directory of the Unix socket of the server in `folder`, if it has one."""
    return _socket_folder(folder)


def _run(launch: Launch, argv: list[str], given: str = "") -> str:
    """Run a short command as the service's user, and return its output."""
    done = subprocess.run(
        argv,
        cwd=launch.folder,
        user=launch.user,
        group=launch.group,
        extra_groups=[] if launch.user is not None else None,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **launch.environment},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        tail = (done.stderr or done.stdout).strip()[-2000:]
        raise LocalCloudError(f"{Path(argv[0]).name} failed", "see below", tail)
    return done.stdout + done.stderr
