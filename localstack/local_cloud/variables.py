"""What environment variables ask of an instance."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from handlers.platform import bounds
from handlers.platform.setting import SettingError
from local_cloud.errors import LocalCloudError

#: How many brokers an instance can have: one, or as many as survive the loss of one.
BROKER_COUNTS = (1, 3)
#: How many databases an instance can have.
SHARD_COUNTS = range(1, bounds.MAX_SHARDS + 1)


def read_partitions(environment: Mapping[str, str]) -> int:
    """Return the partition count of the topics (``PARTITIONS``).

    Raises
    ------
    LocalCloudError
        If it is not within its bounds.
    """
    try:
        return int(bounds.SETTINGS["PARTITIONS"].read_for_local(environment))
    except SettingError as error:
        raise LocalCloudError(str(error), "correct it, or unset it") from error


def read_switch(environment: Mapping[str, str], name: str) -> bool | None:
    """Return whether a variable, such as ``OBSERVE``, switches something on; None if it is not set.

    Raises
    ------
    LocalCloudError
        If it is neither 0 nor 1.
    """
    text = environment.get(name, "").strip()
    if text in ("0", "1", ""):
        return None if not text else text == "1"
    raise LocalCloudError(f"{name}={text} is not valid", "set it to 0 or 1, or unset it")


def read_observed_each_s(environment: Mapping[str, str]) -> int | None:
    """Return the seconds between two scrapes (``OBSERVE_EACH_S``); None if it is not set.

    Raises
    ------
    LocalCloudError
        If it is not within its bounds.
    """
    text = environment.get("OBSERVE_EACH_S", "").strip()
    if not text:
        return None
    # Rates over a minute need several samples.
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 15:
        return int(text)
    raise LocalCloudError(
        f"OBSERVE_EACH_S={text} is not valid", "set it to a number from 1 to 15, or unset it"
    )


def read_traces(environment: Mapping[str, str]) -> str | None:
    """Return what ``TRACES`` asks for: 0, 1 for a file, or a collector's URL; None if unset.

    Raises
    ------
    LocalCloudError
        If it is none of these.
    """
    text = environment.get("TRACES", "").strip()
    if text in ("0", "1", ""):
        return text or None
    try:
        setting = bounds.SETTINGS["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]
        return str(dataclasses.replace(setting, name="TRACES").parse(text))
    except SettingError as error:
        raise LocalCloudError(
            str(error), "set it to 0, to 1 for a file, or to a collector's URL"
        ) from error


def read_brokers(environment: Mapping[str, str], remembered: int | None) -> int:
    """Return how many brokers the instance has (``BROKERS``).

    Parameters
    ----------
    environment : mapping
        The variables.
    remembered : int or None
        The number that the instance has, None if there is no instance yet.

    Raises
    ------
    LocalCloudError
        If it is not allowed, or another than the instance has.
    """
    text = environment.get("BROKERS", "").strip()
    if not text:
        return remembered or BROKER_COUNTS[0]
    if text not in map(str, BROKER_COUNTS):
        allowed = " or ".join(map(str, BROKER_COUNTS))
        raise LocalCloudError(
            f"BROKERS={text} is not valid", f"set it to {allowed} (3 survive the loss of one)"
        )
    if remembered is not None and int(text) != remembered:
        raise LocalCloudError(
            f"this instance has BROKERS={remembered}, and its log's replicas are where they are",
            f"run `make clean` first (it deletes log and ledger), or set BROKERS={remembered}",
        )
    return int(text)


def read_shards(environment: Mapping[str, str]) -> int | None:
    """Return how many databases ``SHARDS`` asks for; None if it is not set.

    Raises
    ------
    LocalCloudError
        If it is not allowed.
    """
    text = environment.get("SHARDS", "").strip()
    if not text:
        return None
    if text not in map(str, SHARD_COUNTS):
        raise LocalCloudError(
            f"SHARDS={text} is not valid",
            f"set it to a number from {SHARD_COUNTS[0]} to {SHARD_COUNTS[-1]}, or unset it",
        )
    return int(text)
