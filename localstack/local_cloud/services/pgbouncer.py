"""PgBouncer: the pooler that every function connects through, like RDS Proxy on AWS."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from local_cloud.config import (
    ADMIN_ROLE,
    APPLICATION_ROLE,
    LOOPBACK,
    WATCHER_ROLE,
    Instance,
    of_node,
    service_of,
)
from local_cloud.errors import LocalCloudError
from local_cloud.install.apt import require_packages
from local_cloud.process import Launch
from local_cloud.services.accounts import (
    choose_data_folder,
    service_account,
    service_folder,
    write_private,
)
from local_cloud.services.base import Service
from local_cloud.services.postgres import socket_folder

# Transaction pooling: a client gets a server connection for one transaction. It needs no reset
# query (that is for session pooling), and PgBouncer 1.18 has no prepared statements. A start-up
# parameter that we would have to ignore is an error, except the one that JDBC always sends.
SETTINGS = """\
[databases]
* = host={server} port={server_port}

[pgbouncer]
listen_addr = {loopback}
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
admin_users = {admin}
stats_users = {watcher}
pidfile = {pidfile}

pool_mode = transaction
max_client_conn = 1000
default_pool_size = 24
min_pool_size = 2
reserve_pool_size = 0
max_db_connections = 64
server_reset_query =
; A batch has hundreds of kilobytes; the default of 4 KiB costs twice the CPU.
pkt_buf = 65536
server_check_delay = 5
server_idle_timeout = 300
server_lifetime = 3600
server_connect_timeout = 5
server_login_retry = 1
query_wait_timeout = 20
client_login_timeout = 20
ignore_startup_parameters = extra_float_digits

log_connections = 0
log_disconnections = 0
log_stats = 0
"""


class PgBouncer(Service):
    """The connection pooler of a database, in transaction mode.

    Parameters
    ----------
    instance : Instance
        The instance it belongs to.
    shard : int
        The number of the database among the instance's, from 1 on.
    """

    name = "pgbouncer"
    title = "PgBouncer"
    port_name = "pgbouncer"
    # SIGINT waits for open transactions, possibly forever; SIGTERM stops at once. The data plane,
    # the only client that matters, has already stopped.
    stop_signal = signal.SIGTERM
    stop_patience_s = 5.0

    def __init__(self, instance: Instance, shard: int = 1) -> None:
        super().__init__(instance)
        self.shard = shard
        if shard > 1:
            self.name = service_of("pgbouncer", shard)
            self.title = f"PgBouncer {shard}"
            self.port_name = of_node("pgbouncer", shard)

    def install(self) -> None:
        """Install PgBouncer if it is missing."""
        if _binary() is None:
            require_packages({"pgbouncer": "PgBouncer"})

    def version(self) -> str:
        """Return PgBouncer's version."""
        text = subprocess.run(
            [_required_binary(), "--version"], capture_output=True, text=True, check=True
        ).stdout
        return text.split()[1]

    def prepare(self) -> Launch:
        """Write the settings and the users."""
        choose_data_folder(self.instance)
        folder = service_folder(self.instance, self.name)
        users = folder / "users.txt"
        write_private(
            users,
            f'"{APPLICATION_ROLE}" "{self.instance.application_password}"\n'
            f'"{ADMIN_ROLE}" "{self.instance.admin_password}"\n'
            f'"{WATCHER_ROLE}" "{self.instance.watcher_password}"\n',
        )
        postgres = service_of("postgres", self.shard)
        server = socket_folder(self.instance.unprivileged_data / postgres)
        settings = folder / "pgbouncer.ini"
        write_private(
            settings,
            SETTINGS.format(
                server=server or LOOPBACK,
                server_port=self.instance.ports.of_node("postgres", self.shard),
                loopback=LOOPBACK,
                port=self.port,
                users=users,
                admin=ADMIN_ROLE,
                watcher=WATCHER_ROLE,
                pidfile=folder / "pgbouncer.pid",
            ),
        )
        # PgBouncer refuses to start if a pid file left by SIGKILL names a pid that another process
        # now has. Our own record says whether PgBouncer runs.
        (folder / "pgbouncer.pid").unlink(missing_ok=True)
        account = service_account()
        return Launch(
            [_required_binary(), str(settings)],
            environment={"HOME": str(folder)},
            folder=folder,
            user=account.uid if account else None,
            group=account.gid if account else None,
        )

    def after_start(self) -> None:
        """Connect through the pooler once, to detect a wrong password or socket now."""
        check_pooler(self.instance.pooler_url_of(self.shard), self.log)

    def note(self) -> str:
        """Return its pooling mode."""
        return "transaction pooling"


def check_pooler(url: str, log: Path) -> None:
    """Connect as the application through the pooler at `url`.

    Raises
    ------
    LocalCloudError
        If that fails. The remedy names `log`.
    """
    try:
        with psycopg.connect(url, connect_timeout=10, prepare_threshold=None) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error as error:
        raise LocalCloudError(
            f"PgBouncer can't reach PostgreSQL ({str(error).strip()})", f"see {log}"
        ) from error


def _binary() -> str | None:
    return shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


def _required_binary() -> str:
    binary = _binary()
    if binary is None:
        raise LocalCloudError("PgBouncer is not installed", "apt-get install pgbouncer")
    return binary
