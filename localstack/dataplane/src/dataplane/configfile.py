"""The configuration file of ``run``: TOML with the names of the flags."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

_KINDS: dict[str, tuple[type, ...]] = {
    "emulator": (str,),
    "stack": (str, list),
    "state": (str,),
    "port": (int,),
    "region": (str,),
    "mode": (str, dict),
    "follow_seconds": (int, float),
    "rest_ms": (int, float),
    "watch": (list,),
    "debug": (list,),
    "keep_events": (str,),
    "grace_seconds": (int, float),
    "cloudwatch_logs": (bool,),
    "metrics_port": (int,),
    "msk_brokers": (str,),
}


def read_config(path: Path) -> dict[str, Any]:
    """Read a configuration file; return the values by flag.

    ``mode`` can be a table of names to modes, and ``stack`` a name or a list. ``state`` is relative
    to the file.

    Raises
    ------
    ValueError
        If the file is invalid. The message has one line.
    """
    try:
        raw = tomllib.loads(path.read_text())
    except OSError as error:
        raise ValueError(f"--config {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"--config {path} is not TOML: {error}") from error
    values: dict[str, Any] = {}
    for name, value in raw.items():
        key = name.replace("-", "_")
        kinds = _KINDS.get(key)
        if kinds is None:
            known = ", ".join(sorted(_KINDS)).replace("_", "-")
            raise ValueError(f"--config {path}: there is no option {name!r}; use one of {known}")
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            wanted = " or ".join(kind.__name__ for kind in kinds)
            raise ValueError(f"--config {path}: {name} must be {wanted}")
        values[key] = value
    if isinstance(values.get("stack"), str):
        values["stack"] = [values["stack"]]
    if isinstance(values.get("mode"), dict):
        values["mode"] = ",".join(f"{name}={how}" for name, how in values["mode"].items())
    if "state" in values:
        values["state"] = path.parent / values["state"]
    return values
