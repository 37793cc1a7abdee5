"""Serve several APIs, or several stages of one, on one port."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dataplane.http.frontend import Frontend
from dataplane.http.protocol import Request
from dataplane.model import RestApi

# LocalStack's form of an API's path, /_aws/execute-api/API/STAGE/...
_LONG_FORM = "/_aws/execute-api/"


def address(apis: Sequence[RestApi], number: int, port: int) -> str:
    """Return an API's URL, with only its stage's name if no earlier API has the same one."""
    api = apis[number]
    taken = {before.stage for before in apis[:number]}
    prefix = f"{_LONG_FORM}{api.api_id}/" if api.stage in taken else "/"
    return f"http://127.0.0.1:{port}{prefix}{api.stage}"


class Stages:
    """Routes each request to the API and the stage in its path.

    Parameters
    ----------
    served
        The APIs' stages with their frontends, at least one. The first one with a stage's name
        serves that name.
    """

    def __init__(self, served: Sequence[tuple[RestApi, Frontend]]) -> None:
        self._frontends = [frontend for _, frontend in served]
        self._by_stage: dict[str, Frontend] = {}
        self._by_api: dict[tuple[str, str], Frontend] = {}
        for api, frontend in served:
            self._by_stage.setdefault(api.stage, frontend)
            self._by_api[api.api_id, api.stage] = frontend

    @property
    def statuses(self) -> Counter[int]:
        """The number of responses by status."""
        return sum((frontend.statuses for frontend in self._frontends), Counter())

    def describe(self) -> list[dict[str, Any]]:
        """Return how long requests took, for the status file."""
        return [one for frontend in self._frontends for one in frontend.describe()]

    def answer(self, request: Request, source_ip: str, *, keep_alive: bool) -> bytes:
        """Answer one request. Without a known stage, it is an unknown route of the first API."""
        path = request.url.decode("latin-1")
        if path.startswith(_LONG_FORM):
            api_id, _, rest = path.removeprefix(_LONG_FORM).partition("/")
            frontend = self._by_api.get((api_id, _first_segment(f"/{rest}")))
            if frontend is not None:
                request.url = f"/{rest}".encode("latin-1")
        else:
            frontend = self._by_stage.get(_first_segment(path))
        chosen = frontend or self._frontends[0]
        return chosen.answer(request, source_ip, keep_alive=keep_alive)

    def refuse(self, status: int, reason: str) -> bytes:
        """Answer an invalid request, whose connection is then closed."""
        return self._frontends[0].refuse(status, reason)


def _first_segment(path: str) -> str:
    return path[1:].partition("?")[0].partition("/")[0]
