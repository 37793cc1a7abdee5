"""The media types that an API treats as binary, in requests and responses.

https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from dataplane.http.gateway_responses import GatewayError
from dataplane.http.protocol import Request


class BinaryMedia:
    """An API's binary media types, including ``*/*`` and ``image/*``. False if there are none."""

    def __init__(self, media_types: tuple[str, ...]) -> None:
        self._patterns = tuple(bare_type(entry.replace("~1", "/")) for entry in media_types)
        self.is_everything = "*/*" in self._patterns

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def includes(self, media_type: str) -> bool:
        """Whether a content type is binary."""
        wanted = bare_type(media_type)
        return self.is_everything or any(
            pattern == wanted or (pattern.endswith("/*") and wanted.startswith(pattern[:-1]))
            for pattern in self._patterns
        )

    def body_of(self, answer: dict[str, Any], request: Request) -> bytes | None:
        """Decode a response's base64 body; return None if the client gets the base64 itself.

        The first media type of ``Accept`` decides, whatever the response's type (recorded from API
        Gateway in LocalStack's ``test_aws_proxy_binary_response``).

        Raises
        ------
        GatewayError
            If the body is not base64.
        """
        accepts = [value for name, value in request.headers if name.lower() == b"accept"]
        first = accepts[0].decode("latin-1").partition(",")[0] if accepts else ""
        if not self._patterns or not self.includes(first):
            return None
        try:
            return base64.b64decode(answer.get("body") or "", validate=True)
        except (TypeError, ValueError, binascii.Error) as error:
            raise GatewayError(
                "API_CONFIGURATION_ERROR",
                reason="Execution failed due to configuration error: "
                "Unable to base64 decode the body.",
            ) from error


def bare_type(media_type: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()
