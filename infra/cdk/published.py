"""The objects that the CDK put into its bucket for our stack. It never removes them itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Published(NamedTuple):
    """An object in a bucket."""

    bucket: str
    key: str


def published_by(assembly: Path) -> set[Published]:
    """Return the objects that deploying a synthesized stack creates: code and template."""
    found = set()
    for file in assembly.glob("*.assets.json"):
        for asset in json.loads(file.read_text())["files"].values():
            for place in asset["destinations"].values():
                found.add(Published(place["bucketName"], place["objectKey"]))
    return found


def remembered(file: Path) -> set[Published]:
    """Return the objects that earlier deployments recorded in `file`."""
    try:
        return {Published(*place) for place in json.loads(file.read_text())}
    except FileNotFoundError:
        return set()


def remember(file: Path, places: set[Published]) -> None:
    """Add objects that are about to be uploaded to the record in `file`."""
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps(sorted(remembered(file) | places), indent=2) + "\n")
    partial.replace(file)
