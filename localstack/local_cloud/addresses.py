"""The addresses of an instance as environment variables, for tests and shells."""

from __future__ import annotations

import shlex

from local_cloud.config import STACK, Instance


def addresses(instance: Instance) -> dict[str, str]:
    """Return the environment variables that tell tests and tools where the instance is."""
    return {
        "LEDGERLANE_STATE": str(instance.state),
        "LEDGERLANE_API_URL": instance.api_url,
        "LEDGERLANE_EMULATOR_URL": instance.emulator_url,
        "LEDGERLANE_STACK": STACK,
        "LEDGERLANE_DATABASE_URL": instance.database_url,
        "LEDGERLANE_POOLER_URL": instance.pooler_url,
        "LEDGERLANE_SHARD_URLS": ",".join(map(instance.database_url_of, instance.further_shards)),
        # As the functions have it.
        "DATABASE_SHARDS": instance.further_poolers,
        "LEDGERLANE_KAFKA": instance.kafka_bootstrap,
        "LEDGERLANE_REDIS_URL": instance.redis_url,
        "LEDGERLANE_PROMETHEUS_URL": instance.prometheus_url if instance.observed else "",
        "LEDGERLANE_TRACES": instance.traces_endpoint,
        "LEDGERLANE_BROKER": instance.broker or "",
        "PARTITIONS": str(instance.partitions),
    }


def exports(instance: Instance) -> str:
    """Return the addresses as `export` lines, for `eval` in a shell."""
    return "\n".join(
        f"export {name}={shlex.quote(value)}" for name, value in addresses(instance).items()
    )
