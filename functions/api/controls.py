"""Freezing, unfreezing and closing accounts, and their limits: queued like money, in order."""

from __future__ import annotations

from typing import Final

from functions.api.command_routes import command_routes
from functions.api.endpoint import Resource

resource: Final = Resource("Controls")
command_routes(resource)
