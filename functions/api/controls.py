"""Freeze, unfreeze and close accounts and set their limits. Applied in order, like money."""

from __future__ import annotations

from typing import Final

from functions.api.command_routes import command_routes
from functions.api.endpoint import Resource

resource: Final = Resource("Controls")
command_routes(resource)
