"""The list of functions. Their triggers are in `api`, `consumers` and `migrations`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """The properties of a function.

    Parameters
    ----------
    name
        The logical name: ``api``, ``apply`` and so on.
    handler
        ``module.attribute`` in the asset.
    description
        What it does, as shown in the AWS console.
    timeout_s
        The time limit of an invocation, in seconds.
    memory_mb
        The memory. CPU is proportional: 1,769 MB have one vCPU.
    """

    name: str
    handler: str
    description: str
    timeout_s: int
    memory_mb: int

    @property
    def module(self) -> str:
        """The module of the handler."""
        return self.handler.rpartition(".")[0]


API = FunctionSpec("api", "app.app", "Serves Ledgerlane's HTTP API", 29, 1024)
APPLY = FunctionSpec(
    "apply", "functions.apply.handler", "Applies a partition's commands to the ledger", 60, 1024
)
SWEEPER = FunctionSpec(
    "sweeper", "functions.sweeper.handler", "Publishes outbox messages left by a crash", 50, 512
)
AUDIT = FunctionSpec("audit", "functions.audit.handler", "Audits the books", 900, 1769)
WEBHOOKS = FunctionSpec(
    "webhooks", "functions.webhooks.handler", "Sends events to users' webhooks", 60, 512
)
ARCHIVE = FunctionSpec(
    "archive", "functions.archive.handler", "Archives the log's batches in a bucket", 60, 512
)
# Each stage sets the time limit of its migrations.
MIGRATE = FunctionSpec(
    "migrate",
    "functions.migrate.handler",
    "Migrates the database before new code takes traffic",
    120,
    512,
)
TOPICS = FunctionSpec(
    "topics",
    "functions.topics.handler",
    "Creates the topics",
    120,
    512,
)
BOOTSTRAP = FunctionSpec(
    "bootstrap", "functions.bootstrap.handler", "Gets the brokers' addresses from MSK", 30, 256
)
GROW = FunctionSpec(
    "grow",
    "functions.grow.handler",
    "Grows the log's partition count, when an operator invokes it",
    900,
    512,
)
MOVE = FunctionSpec(
    "move",
    "functions.move.handler",
    "Moves partitions between databases, when an operator invokes it",
    900,
    512,
)
OPERATOR = FunctionSpec(
    "operator", "functions.operator.handler", "Makes a user an operator, when invoked", 30, 512
)
REBUILD = FunctionSpec(
    "rebuild",
    "functions.rebuild.handler",
    "Rebuilds the ledger from the log and compares it with the live one, when invoked",
    900,
    1769,
)
OFFSETS = FunctionSpec(
    "offsets",
    "functions.offsets.handler",
    "Compares the offsets of the mapping of commands with the ledger, when invoked",
    120,
    512,
)
REPLAY = FunctionSpec(
    "replay",
    "functions.replay.handler",
    "Applies a batch again that was given up, when invoked",
    60,
    1024,
)
VERIFY_ARCHIVE = FunctionSpec(
    "verify-archive",
    "functions.verify_archive.handler",
    "Compares the log's archive with the log, when invoked",
    900,
    1024,
)
RESEND = FunctionSpec(
    "resend",
    "functions.resend.handler",
    "Sends commands again that were lost with the log, when invoked",
    900,
    1024,
)
#: Those that nothing triggers: operators invoke them (`make ops`).
OPERATORS = (OPERATOR, REBUILD, GROW, MOVE, OFFSETS, REPLAY)
EVERYWHERE = (API, APPLY, SWEEPER, AUDIT, WEBHOOKS, MIGRATE)
