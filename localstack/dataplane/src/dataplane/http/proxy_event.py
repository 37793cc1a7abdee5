"""Create the Lambda proxy integration's event, format 1.0, like a REST API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

import binascii
import random
import time
from typing import Any
from urllib.parse import parse_qsl

from dataplane.http.media import BinaryMedia
from dataplane.http.protocol import Request
from dataplane.model import RestApi, Route

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Copied for each event with all its keys, which is cheaper than growing a dict.
_IDENTITY: dict[str, str | None] = dict.fromkeys(
    (
        "cognitoIdentityPoolId",
        "accountId",
        "cognitoIdentityId",
        "caller",
        "accessKey",
        "cognitoAuthenticationType",
        "cognitoAuthenticationProvider",
        "userArn",
        "user",
        "sourceIp",
        "userAgent",
    )
)
_FORWARDED_FOR = "X-Forwarded-For"
# The headers that API Gateway removes or renames, as LocalStack recorded them
# (test_apigateway_lambda.snapshot.json).
_DROPPED = frozenset(
    {
        "connection",
        "content-length",
        "content-md5",
        "expect",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "www-authenticate",
    }
)
_RESPELLED = {"authorization": "Authorization", "user-agent": "User-Agent"}
_MAXIMUM_NAMES = 256


class _HeaderNames(dict[bytes, str]):
    """Cache of decoded header names as spelled in events; empty for those that need more checks.

    Clients send the same few names. The size is limited, so that many names can't exhaust memory.
    """

    def __missing__(self, raw: bytes) -> str:
        name = raw.decode("latin-1")
        lowered = name.lower()
        if lowered in _DROPPED or lowered == "x-forwarded-for":
            name = ""
        name = _RESPELLED.get(lowered, name)
        if len(self) >= _MAXIMUM_NAMES:
            self.clear()
        self[raw] = name
        return name


def new_request_id() -> str:
    """Return a random id in the form of a UUID. It is not secure, but fast."""
    # hex() separates the first eight and the last twelve digits; two dashes are missing between.
    digits = random.getrandbits(128).to_bytes(16, "big").hex("-", 6)
    return f"{digits[:13]}-{digits[13:17]}-{digits[17:]}"


class EventBuilder:
    """Builds proxy events for one deployed API.

    The parts that are the same for every request of a route are created once and copied.

    Parameters
    ----------
    port
        The gateway's port, for ``X-Forwarded-Port``.
    """

    def __init__(self, api: RestApi, account_id: str, port: int) -> None:
        self._api = api
        self._account_id = account_id
        self._port = str(port)
        self._variables = api.stage_variables or None
        self._binary = BinaryMedia(api.binary_media_types)
        self._names = _HeaderNames()
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
        """Build an event.

        Parameters
        ----------
        path
            The path without the stage, still percent-encoded.
        query
            The query string without the question mark, still encoded.
        """
        now = time.time()
        second = int(now)
        if second != self._second:
            self._new_second(second)
        headers, multi = self._headers(request, source_ip, request_id)
        singles, multiples = _query(query) if query else (None, None)
        if path.startswith("//"):
            path = f"/{path.lstrip('/')}"
        body, encoded = self._body(request, headers)
        identity = _IDENTITY.copy()
        identity["sourceIp"] = source_ip
        identity["userAgent"] = headers.get("User-Agent")
        context = self._constant[id(route)].copy()
        context["path"] = f"/{self._api.stage}{path}"
        context["httpMethod"] = request.method
        context["protocol"] = f"HTTP/{request.version}"
        context["requestId"] = context["extendedRequestId"] = request_id
        context["requestTime"] = self._time_text
        context["requestTimeEpoch"] = int(now * 1000)
        context["identity"] = identity
        return {
            "resource": route.resource_path,
            "path": path,
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
        """Return a route's context, with None for the values of each request."""
        return {
            "accountId": self._account_id,
            "apiId": self._api.api_id,
            "domainName": "127.0.0.1",
            "domainPrefix": self._api.api_id,
            "resourceId": route.resource_id,
            "resourcePath": route.resource_path,
            "stage": self._api.stage,
            "path": None,
            "httpMethod": None,
            "protocol": None,
            "requestId": None,
            "extendedRequestId": None,
            "requestTime": None,
            "requestTimeEpoch": None,
            "identity": None,
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
        names, forwarded = self._names, source_ip
        for raw_name, raw_value in request.headers:
            name, value = names[raw_name], raw_value.decode("latin-1")
            if not name:
                if raw_name.lower() == b"x-forwarded-for":
                    forwarded = f"{value}, {source_ip}"
                continue
            single[name] = value
            if name in multi:
                multi[name].append(value)
            else:
                multi[name] = [value]
        trace = f"{self._trace_prefix}{request_id[:8]}{request_id[-12:]}{request_id[9:13]}"
        single[_FORWARDED_FOR] = forwarded
        multi[_FORWARDED_FOR] = [forwarded]
        single["X-Forwarded-Port"] = self._port
        multi["X-Forwarded-Port"] = [self._port]
        single["X-Forwarded-Proto"] = "http"
        multi["X-Forwarded-Proto"] = ["http"]
        single["X-Amzn-Trace-Id"] = trace
        multi["X-Amzn-Trace-Id"] = [trace]
        return single, multi

    def _body(self, request: Request, headers: dict[str, str]) -> tuple[str | None, bool]:
        if not request.body:
            return None, False
        binary = self._binary.is_everything
        if self._binary and not binary:
            content_type = next(
                (value for name, value in headers.items() if name.lower() == "content-type"), ""
            )
            binary = self._binary.includes(content_type)
        if binary:
            return binascii.b2a_base64(request.body, newline=False).decode("ascii"), True
        # Like API Gateway. To get the original bytes, make their media type binary.
        return request.body.decode("utf-8", "replace"), False


def _query(query: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    single: dict[str, str] = {}
    multi: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=1000):
        single[name] = value
        multi.setdefault(name, []).append(value)
    return single, multi
