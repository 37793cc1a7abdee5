"""HTTP/1.1 requests off a socket, by httptools' parser, within API Gateway's limits."""

from __future__ import annotations

from collections import deque

import httptools

# API Gateway's limits: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
MAXIMUM_HEADER_BYTES = 10_240
MAXIMUM_BODY_BYTES = 10 * 1024 * 1024
_MAXIMUM_BODY_DIGITS = len(str(MAXIMUM_BODY_BYTES))
# The names whose headers matter here, by their lengths: hardly any other name is worth lowering.
_LENGTHS_THAT_MATTER = frozenset(map(len, ("content-length", "transfer-encoding", "expect")))


class RefusedError(Exception):
    """A request that isn't served: the connection is answered once and closed."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Request:
    """One parsed request. ``headers`` are (name, value) as sent; ``url`` is the raw target."""

    __slots__ = ("body", "headers", "keep_alive", "method", "url", "version")

    def __init__(self) -> None:
        self.method = ""
        self.url = b""
        self.version = "1.1"
        self.headers: list[tuple[bytes, bytes]] = []
        self.body: bytes = b""
        self.keep_alive = True


class RequestReader:
    """Collects requests from what a connection sends.

    Whole requests come out of ``completed`` in the order they were sent, so pipelined ones are
    answered in order. ``expects_continue`` says that the client waits for a 100.
    """

    def __init__(self) -> None:
        self.completed: deque[Request] = deque()
        self.expects_continue = False
        self._parser = httptools.HttpRequestParser(self)
        self._request: Request | None = None
        self._chunks: list[bytes] = []
        self._head_bytes = 0
        self._body_bytes = 0
        self._lengths = 0
        self._chunked = False
        self._refused: RefusedError | None = None

    @property
    def in_request(self) -> bool:
        """Whether a request has begun that isn't complete."""
        return self._request is not None

    def feed(self, data: bytes) -> None:
        """Take what the connection sent.

        Raises
        ------
        RefusedError
            When it's no request this gateway serves; what was completed before stands.
        """
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # An upgrade isn't offered: what came is answered as plain HTTP, then it's over.
            for request in self.completed:
                request.keep_alive = False
        except httptools.HttpParserError as error:
            raise self._refused or RefusedError(400, "Bad Request") from error
        if self._refused:
            raise self._refused

    # What follows is called by the parser.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._request = Request()
        self._chunks = []
        self._head_bytes = self._body_bytes = self._lengths = 0
        self._chunked = False

    def on_url(self, url: bytes) -> None:
        """Take the request target, which may come in pieces."""
        if self._request is not None:
            self._request.url += url
            self._head_bytes += len(url)
            if self._head_bytes > MAXIMUM_HEADER_BYTES:
                self._refuse(_head_too_large())

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header."""
        request = self._request
        if request is None:
            return
        request.headers.append((name, value))
        # Counted in place: this runs for each header of every request.
        name_bytes = len(name)
        self._head_bytes += name_bytes + len(value) + 4
        if self._head_bytes > MAXIMUM_HEADER_BYTES:
            self._refuse(_head_too_large())
        if name_bytes in _LENGTHS_THAT_MATTER:
            lowered = name.lower()
            if lowered == b"content-length":
                self._lengths += 1
                if not value.isdigit() or self._lengths > 1:
                    self._refuse(RefusedError(400, "Bad Request"))
                # Nearly every length has too few digits to be worth reading.
                elif len(value) >= _MAXIMUM_BODY_DIGITS and int(value) > MAXIMUM_BODY_BYTES:
                    self._refuse(RefusedError(413, "Request Too Long"))
            elif lowered == b"transfer-encoding":
                self._chunked = True
                if value.strip().lower() != b"chunked":
                    self._refuse(RefusedError(400, "Bad Request"))
            elif lowered == b"expect" and value.strip().lower() == b"100-continue":
                self.expects_continue = True

    def on_headers_complete(self) -> None:
        """Check what only the whole head can tell."""
        request = self._request
        if request is None:
            return
        request.method = self._parser.get_method().decode("ascii")
        request.version = self._parser.get_http_version()
        request.keep_alive = self._parser.should_keep_alive()
        if self._chunked and self._lengths:
            # Two lengths for one body is how requests are smuggled (RFC 9112, 6.1).
            self._refuse(RefusedError(400, "Bad Request"))

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._body_bytes += len(body)
        if self._body_bytes > MAXIMUM_BODY_BYTES:
            self._refuse(RefusedError(413, "Request Too Long"))
        self._chunks.append(body)

    def on_message_complete(self) -> None:
        """Hand the request over."""
        request = self._request
        if request is None:
            return
        chunks = self._chunks
        if chunks:
            request.body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        self.completed.append(request)
        self._request = None
        self.expects_continue = False

    def _refuse(self, refused: RefusedError) -> None:
        """Stop the parser: it raises in turn, and :meth:`feed` tells why."""
        self._refused = self._refused or refused
        raise self._refused


def _head_too_large() -> RefusedError:
    return RefusedError(431, "Request Header Fields Too Large")
