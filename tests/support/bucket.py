"""A bucket of S3 in memory, as far as the archive uses one: pages, conditions and checksums."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

#: Few, so that listings have several pages.
PAGE = 3


class NoSuchKey(ClientError):
    """There is no such object."""


def refused(status: int, code: str, operation: str, kind: type[ClientError] = ClientError) -> Any:
    """Return the error that S3's client raises for an answer."""
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return kind(answer, operation)


class Bucket:
    """S3's client, with one bucket."""

    exceptions = SimpleNamespace(NoSuchKey=NoSuchKey)

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.times: dict[str, datetime] = {}
        self.requests = 0
        self.failure: Exception | None = None

    def put_object(
        self, *, Bucket: str, Key: str, Body: bytes, ChecksumSHA256: str, IfNoneMatch: str
    ) -> None:
        self._request()
        assert base64.b64decode(ChecksumSHA256) == hashlib.sha256(Body).digest()
        assert IfNoneMatch == "*"
        if Key in self.objects:
            raise refused(412, "PreconditionFailed", "PutObject")
        self.objects[Key] = Body
        self.times[Key] = datetime.now(UTC)

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        self._request()
        if Key not in self.objects:
            raise refused(404, "NoSuchKey", "GetObject", NoSuchKey)
        return {"Body": BytesIO(self.objects[Key])}

    def list_objects_v2(
        self,
        *,
        Bucket: str,
        Prefix: str,
        StartAfter: str = "",
        ContinuationToken: str = "",
        Delimiter: str = "",
        MaxKeys: int = PAGE,
    ) -> dict[str, Any]:
        self._request()
        found = sorted(key for key in self.objects if key.startswith(Prefix))
        if Delimiter:
            names = {key[len(Prefix) :].partition(Delimiter)[0] for key in found}
            folders = [f"{Prefix}{name}{Delimiter}" for name in sorted(names)]
            page = [name for name in folders if name > ContinuationToken]
            names_shown = [{"Prefix": name} for name in page[:MaxKeys]]
            return {"CommonPrefixes": names_shown, **_rest(page, MaxKeys)}
        page = [key for key in found if key > max(StartAfter, ContinuationToken)]
        shown = [{"Key": key, "LastModified": self.times[key]} for key in page[:MaxKeys]]
        return {"Contents": shown, **_rest(page, MaxKeys)}

    def _request(self) -> None:
        self.requests += 1
        if self.failure is not None:
            raise self.failure


def _rest(page: list[str], count: int) -> dict[str, Any]:
    if len(page) <= count:
        return {"IsTruncated": False}
    return {"IsTruncated": True, "NextContinuationToken": page[count - 1]}
