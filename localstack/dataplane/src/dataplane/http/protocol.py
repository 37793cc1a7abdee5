"""Parse HTTP/1.1 requests with httptools, within API Gateway's limits."""

from __future__ import annotations

from collections import deque

import httptools

from dataplane.model import Route

# API Gateway's limits: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
MAXIMUM_HEADER_BYTES = 10_240
MAXIMUM_BODY_BYTES = 10 * 1024 * 1024
_MAXIMUM_BODY_DIGITS = len(str(MAXIMUM_BODY_BYTES))
# API Gateway documents no limit; Envoy and Apache have the same.
MAXIMUM_HEADERS = 100
# The parser buffers a header, a trailer or a chunk's extensions until their end, so limit their
# size. A header can be as long as the whole head, plus surrounding spaces.
_MAXIMUM_UNREAD_BYTES = MAXIMUM_HEADER_BYTES + 1024
# Some clients send an extra empty line after a body (RFC 9112, 2.2).
_MAXIMUM_BLANK_BYTES = 16
_VERSIONS = frozenset({"1.0", "1.1"})
# The lengths of the header names that matter here, to avoid converting others to lower case.
_HOST_LENGTH = len("host")
_LENGTHS_THAT_MATTER = frozenset(
    map(len, ("content-length", "transfer-encoding", "expect", "host"))
)


class RefusedError(Exception):
    """A request is refused: the connection gets one response and is closed."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Request:
    """A parsed request. ``headers`` are (name, value) as sent; ``url`` is the raw target.

    ``route`` is the route that serves it, once it is known.
    """

    __slots__ = ("body", "headers", "keep_alive", "method", "route", "url", "version")

    def __init__(self) -> None:
        self.method = ""
        self.url = b""
        self.version = "1.1"
        self.headers: list[tuple[bytes, bytes]] = []
        self.body: bytes = b""
        self.keep_alive = True
        self.route: Route | None = None


class RequestReader:
    """Parses the requests of a connection.

    Complete requests are in ``completed`` in the order they were sent, so pipelined ones are
    answered in order. ``expects_continue`` is true if the client waits for a 100.

    The buffered data is bounded: a head's bytes and number of headers, a body's bytes, and
    incomplete parts. Trailers are read and dropped, because they must not count as headers
    (RFC 9110, 6.5.1).
    """

    def __init__(self) -> None:
        self.completed: deque[Request] = deque()
        self.expects_continue = False
        self._parser = httptools.HttpRequestParser(self)
        self._request: Request | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._chunks: list[bytes] = []
        self._head_is_read = False
        self._head_bytes = 0
        self._body_bytes = 0
        self._read_bytes = 0
        self._unread_bytes = 0
        self._blank_bytes = 0
        self._lengths = 0
        self._hosts = 0
        self._chunked = False
        self._refused: RefusedError | None = None

    @property
    def unfinished(self) -> Request | None:
        """The incomplete request, if any."""
        return self._request

    @property
    def in_body(self) -> bool:
        """Whether the incomplete request has a complete head."""
        return self._request is not None and self._head_is_read

    def feed(self, data: bytes) -> None:
        """Parse data from the connection.

        Raises
        ------
        RefusedError
            If the request can't be served. Requests completed before it stay valid.
        """
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Upgrades are not supported: answer the request as plain HTTP, then close.
            for request in self.completed:
                request.keep_alive = False
        except httptools.HttpParserError as error:
            raise self._refused or RefusedError(400, "this is not HTTP/1.1") from error
        if self._refused:
            raise self._refused
        if self._request is not None:
            self._bound_unread(len(data))
        elif not self.completed:
            self._blank_bytes += len(data)
            if self._blank_bytes > _MAXIMUM_BLANK_BYTES:
                raise RefusedError(400, "this is not HTTP/1.1")

    def _bound_unread(self, received: int) -> None:
        """Count the bytes since a part of the request was last completed.

        The data that completed the part does not count, because the parser does not report where
        the part ended.
        """
        read_bytes = self._head_bytes + self._body_bytes
        if read_bytes != self._read_bytes:
            self._read_bytes, self._unread_bytes = read_bytes, 0
            return
        self._unread_bytes += received
        if self._unread_bytes > _MAXIMUM_UNREAD_BYTES:
            raise _head_too_large()

    # The parser calls the following methods.

    def on_message_begin(self) -> None:
        """Start a request."""
        self._request = request = Request()
        self._headers = request.headers
        self._chunks = []
        self._head_bytes = self._body_bytes = self._read_bytes = self._unread_bytes = 0
        self._blank_bytes = self._lengths = self._hosts = 0
        self._chunked = self._head_is_read = False

    def on_url(self, url: bytes) -> None:
        """Add a piece of the request target."""
        if self._request is not None:
            self._request.url += url
            self._head_bytes += len(url)
            if self._head_bytes > MAXIMUM_HEADER_BYTES:
                self._refuse(_head_too_large())

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header, or drop a trailer."""
        self._headers.append((name, value))
        # Inlined, because this runs for each header of every request.
        name_bytes = len(name)
        self._head_bytes += name_bytes + len(value) + 4
        if self._head_bytes > MAXIMUM_HEADER_BYTES:
            self._refuse(_head_too_large())
        if name_bytes in _LENGTHS_THAT_MATTER:
            lowered = name.lower()
            if name_bytes == _HOST_LENGTH:
                if lowered == b"host":
                    self._hosts += 1
            elif lowered == b"content-length":
                self._lengths += 1
                if not value.isdigit() or self._lengths > 1:
                    self._refuse(RefusedError(400, "Content-Length must be one number"))
                # Most lengths have too few digits to exceed the limit, so don't parse them.
                elif len(value) >= _MAXIMUM_BODY_DIGITS and int(value) > MAXIMUM_BODY_BYTES:
                    self._refuse(_body_too_large())
            elif lowered == b"transfer-encoding":
                if self._chunked or value.strip().lower() != b"chunked":
                    self._refuse(RefusedError(400, "Transfer-Encoding must be chunked"))
                self._chunked = True
            elif lowered == b"expect" and value.strip().lower() == b"100-continue":
                self.expects_continue = True

    def on_headers_complete(self) -> None:
        """Check the complete head."""
        request = self._request
        if request is None:
            return
        request.method = self._parser.get_method().decode("ascii")
        request.version = self._parser.get_http_version()
        request.keep_alive = self._parser.should_keep_alive()
        self._head_is_read = True
        if len(request.headers) > MAXIMUM_HEADERS:
            self._refuse(RefusedError(431, f"a request has at most {MAXIMUM_HEADERS} headers"))
        if self._hosts != 1 and (self._hosts or request.version != "1.0"):
            self._refuse(RefusedError(400, "exactly one Host header is needed"))  # RFC 9112, 3.2
        if request.version not in _VERSIONS:
            self._refuse(RefusedError(505, "this server speaks HTTP/1.1"))
        if self._chunked:
            if self._lengths or request.version == "1.0":
                # Two lengths for one body allow request smuggling, and older proxies don't support
                # chunks (RFC 9112, 6.1).
                self._refuse(RefusedError(400, "the body's length can be read in two ways"))
            self._headers = []

    def on_body(self, body: bytes) -> None:
        """Add a piece of the body."""
        self._body_bytes += len(body)
        if self._body_bytes > MAXIMUM_BODY_BYTES:
            self._refuse(_body_too_large())
        self._chunks.append(body)

    def on_message_complete(self) -> None:
        """Finish the request."""
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
        """Stop the parser, which then raises an error; :meth:`feed` reports the reason."""
        self._refused = self._refused or refused
        raise self._refused


def _head_too_large() -> RefusedError:
    return RefusedError(431, f"a request has at most {MAXIMUM_HEADER_BYTES} bytes of headers")


def _body_too_large() -> RefusedError:
    return RefusedError(413, f"a body has at most {MAXIMUM_BODY_BYTES} bytes")
