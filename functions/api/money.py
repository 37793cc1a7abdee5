"""Deposits, withdrawals, transfers and holds."""

from __future__ import annotations

from typing import Final

from functions.api.command_routes import command_routes
from functions.api.endpoint import Resource

resource: Final = Resource("Money")
command_routes(resource)
