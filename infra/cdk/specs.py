"""Which functions there are; what starts them is in `api`, `consumers` and `migrations`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """What differs between functions.

    Parameters
    ----------
    name
        The logical name: ``api``, ``apply`` and so on.
    handler
        ``module.attribute`` in the asset.
    description
        What it does, for whoever meets it in the console.
    timeout_s
        Seconds an invocation may take.
    memory_mb
        Memory; CPU grows with it, a whole one at 1,769 MB.
    """

    name: str
    handler: str
    description: str
    timeout_s: int
    memory_mb: int

    @property
    def module(self) -> str:
        """The module that the handler is in."""
        return self.handler.rpartition(".")[0]


API = FunctionSpec("api", "app.app", "Takes in requests: Ledgerlane's HTTP API", 29, 1024)
APPLY = FunctionSpec(
    "apply", "functions.apply.handler", "Applies a partition's commands to the ledger", 60, 1024
)
SWEEPER = FunctionSpec(
    "sweeper", "functions.sweeper.handler", "Publishes what a crash left in the outbox", 50, 512
)
AUDIT = FunctionSpec(
    "audit", "functions.audit.handler", "Proves that the books are right", 900, 1769
)
WEBHOOKS = FunctionSpec(
    "webhooks", "functions.webhooks.handler", "Brings events to users' webhooks", 60, 512
)
# Each stage says how long its migrations may take.
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
    "Makes the topics",
    120,
    512,
)
BOOTSTRAP = FunctionSpec(
    "bootstrap", "functions.bootstrap.handler", "Asks MSK for its brokers' addresses", 30, 256
)
GROW = FunctionSpec(
    "grow",
    "functions.grow.handler",
    "Grows the log's partition count, when an operator invokes it",
    900,
    512,
)
EVERYWHERE = (API, APPLY, SWEEPER, AUDIT, WEBHOOKS, MIGRATE)
