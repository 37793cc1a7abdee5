"""The OpenAPI document, made of the routes and of the schemas that validate."""

from __future__ import annotations

from typing import Final

from functions.api.endpoint import Resource

resource: Final = Resource("Service")
