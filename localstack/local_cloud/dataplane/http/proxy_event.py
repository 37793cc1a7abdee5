"""The Lambda proxy integration's event, format 1.0, as a REST API makes it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

import base64
import random
import time
from typing import Any
from urllib.parse import parse_qsl, unquote

from local_cloud.dataplane.http.protocol import Request
from local_cloud.dataplane.model import RestApi, Route

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_IDENTITY_KEYS = (
    "cognitoIdentityPoolId",
    "accountId",
    "cognitoIdentityId",
    "caller",
    "accessKey",
    "cognitoAuthenticationType",
    "cognitoAuthenticationProvider",
    "userArn",
    "user",
)


def new_request_id() -> str:
    """Return a random id in UUID's form, from a fast generator: it names, it doesn't protect."""
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class EventBuilder:
    """Builds proxy events for one deployed API.

    What is the same for every request of a route is made once; an event copies it.

    Parameters
    ----------
    port
        The gateway's port, as ``X-Forwarded-Port`` tells it.
    """

    def __init__(self, api: RestApi, account_id: str, port: int) -> None:
        self._api = api
        self._account_id = account_id
        self._port = str(port)
        self._variables = api.stage_variables or None
        self._constant = {id(route): self._constant_context(route) for route in api.routes}
        self._second = 0
        self._time_text = ""
        self._trace_prefix = ""

    def build(
        self,
        request: Request,
        route: Route,
        path: str,
        query: str,
        parameters: dict[str, str] | None,
        source_ip: str,
        request_id: str,
    ) -> dict[str, Any]:
        """Build one event.

        Parameters
        ----------
        path
            The path without the stage, still percent-encoded.
        query
            What follows the question mark, still encoded.
        """
        now = time.time()
        if int(now) != self._second:
            self._new_second(int(now))
        headers, multi = self._headers(request, source_ip, request_id)
        singles, multiples = _query(query) if query else (None, None)
        decoded = unquote(path) if "%" in path else path
        body, encoded = self._body(request, headers)
        identity = dict.fromkeys(_IDENTITY_KEYS)
        identity["sourceIp"] = source_ip
        identity["userAgent"] = headers.get("User-Agent") or headers.get("user-agent")
        context = self._constant[id(route)].copy()
        context["path"] = f"/{self._api.stage}{decoded}"
        context["httpMethod"] = request.method
        context["protocol"] = f"HTTP/{request.version}"
        context["requestId"] = context["extendedRequestId"] = request_id
        context["requestTime"] = self._time_text
        context["requestTimeEpoch"] = int(now * 1000)
        context["identity"] = identity
        return {
            "resource": route.resource_path,
            "path": decoded,
            "httpMethod": request.method,
            "headers": headers,
            "multiValueHeaders": multi,
            "queryStringParameters": singles,
            "multiValueQueryStringParameters": multiples,
            "pathParameters": parameters,
            "stageVariables": self._variables,
            "requestContext": context,
            "body": body,
            "isBase64Encoded": encoded,
        }

    def _constant_context(self, route: Route) -> dict[str, Any]:
        return {
            "accountId": self._account_id,
            "apiId": self._api.api_id,
            "domainName": "127.0.0.1",
            "domainPrefix": self._api.api_id,
            "resourceId": route.resource_id,
            "resourcePath": route.resource_path,
            "stage": self._api.stage,
        }

    def _new_second(self, second: int) -> None:
        self._second = second
        at = time.gmtime(second)
        self._time_text = (
            f"{at.tm_mday:02d}/{_MONTHS[at.tm_mon - 1]}/{at.tm_year}:"
            f"{at.tm_hour:02d}:{at.tm_min:02d}:{at.tm_sec:02d} +0000"
        )
        self._trace_prefix = f"Root=1-{second:08x}-"

    def _headers(
        self, request: Request, source_ip: str, request_id: str
    ) -> tuple[dict[str, str], dict[str, list[str]]]:
        single: dict[str, str] = {}
        multi: dict[str, list[str]] = {}
        forwarded = source_ip
        for raw_name, raw_value in request.headers:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            if len(name) == 15 and name.lower() == "x-forwarded-for":
                forwarded = f"{value}, {source_ip}"
                continue
            single[name] = value
            if name in multi:
                multi[name].append(value)
            else:
                multi[name] = [value]
        for name, value in (
            ("X-Forwarded-For", forwarded),
            ("X-Forwarded-Port", self._port),
            ("X-Forwarded-Proto", "http"),
            (
                "X-Amzn-Trace-Id",
                f"{self._trace_prefix}{request_id[:8]}{request_id[-12:]}{request_id[9:13]}",
            ),
        ):
            single[name] = value
            multi[name] = [value]
        return single, multi

    def _body(self, request: Request, headers: dict[str, str]) -> tuple[str | None, bool]:
        if not request.body:
            return None, False
        if self._api.binary_media_types:
            content_type = next(
                (value for name, value in headers.items() if name.lower() == "content-type"), ""
            )
            if is_binary(self._api.binary_media_types, content_type):
                return base64.b64encode(request.body).decode("ascii"), True
        return request.body.decode("utf-8", "replace"), False


def is_binary(binary_media_types: tuple[str, ...], content_type: str) -> bool:
    """Whether the API treats a content type as binary; ``*/*`` is all, ``image/*`` works too."""
    kind = content_type.partition(";")[0].strip().lower()
    for pattern in binary_media_types:
        wanted = pattern.lower().replace("~1", "/")
        if wanted in ("*/*", kind):
            return True
        if wanted.endswith("/*") and kind.startswith(wanted[:-1]):
            return True
    return False


def _query(query: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    single: dict[str, str] = {}
    multi: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=1000):
        single[name] = value
        multi.setdefault(name, []).append(value)
    return single, multi
