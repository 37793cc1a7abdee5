"""Settings of functions for tests."""

from __future__ import annotations

from typing import Any

from functions.settings import Settings

#: Addresses that nothing listens on.
_NOWHERE: dict[str, Any] = {
    "stage": "test",
    "database_host": "",
    "database_port": 1,
    "database_name": "",
    "database_secret_arn": "",
    "kafka_bootstrap": (),
    "kafka_security": "plaintext",
    "kafka_secret_arn": "",
    "commands_topic": "commands",
    "events_topic": "events",
    "partitions": 12,
    "redis_url": "redis://127.0.0.1:1/0",
    "log_level": "INFO",
}


def settings_with(**own: Any) -> Settings:
    """Return settings whose addresses are unreachable, except those that a test gives."""
    return Settings(**_NOWHERE | own)
