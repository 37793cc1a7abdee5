"""What the CDK put into its bucket for our stack: it never takes that away by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Published(NamedTuple):
    """An object of a bucket."""

    bucket: str
    key: str


def published_by(assembly: Path) -> set[Published]:
    """Return what a deployment of a synthesized stack puts into buckets: code and template."""
    found = set()
    for file in assembly.glob("*.assets.json"):
        for asset in json.loads(file.read_text())["files"].values():
            for place in asset["destinations"].values():
                found.add(Published(place["bucketName"], place["objectKey"]))
    return found


def remembered(file: Path) -> set[Published]:
    """Return what was noted in `file` by earlier deployments."""
    try:
        return {Published(*place) for place in json.loads(file.read_text())}
    except FileNotFoundError:
        return set()


def remember(file: Path, places: set[Published]) -> None:
    """Note in `file`, beside what is noted there, what is about to be put into buckets."""
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps(sorted(remembered(file) | places), indent=2) + "\n")
    partial.replace(file)
