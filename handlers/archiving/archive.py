"""The archive: objects of a bucket, each with consecutive records of one partition.

An object's key begins with its last offset. So the objects that have an offset or a later one are
what a listing returns after it, in order, and the end of a partition is found without listing all.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote, unquote

from botocore.exceptions import BotoCoreError, ClientError

from handlers.platform.errors import LedgerlaneError, Unavailable
from handlers.platform.segments import Logged, SegmentError, Spot, read_stamped, stamp

#: Offsets have 20 digits, so that keys sort as numbers do. Kafka's own segment files do the same.
_DIGITS: Final = 20
_KEY: Final = re.compile(r"(?P<partition>\d{5})/(?P<last>\d{20})-(?P<first>\d{20})")
#: Kafka's largest offset.
_LARGEST: Final = 2**63 - 1
_EXISTS: Final = 412


class ArchiveDamaged(LedgerlaneError):
    """The archive lacks records, or an object is not what was written."""


class Archive:
    """A topic's archive.

    Parameters
    ----------
    storage
        A client of S3.
    bucket, topic
        The bucket, and the topic whose records it has.
    """

    def __init__(self, storage: Any, bucket: str, topic: str) -> None:
        self._storage = storage
        self._bucket = bucket
        self._topic = topic

    def put(self, incarnation: str, partition: int, records: Sequence[Logged]) -> int:
        """Store consecutive records as one object, and return its size in bytes.

        An object that is there already stays: it has the same records.

        Raises
        ------
        Unavailable
            If the bucket can't be reached, or refuses.
        """
        spot = Spot(self._topic, incarnation, partition, records[0].offset, len(records))
        body = stamp(spot, records)
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        try:
            self._storage.put_object(
                Bucket=self._bucket,
                Key=self._key(spot),
                Body=body,
                ChecksumSHA256=digest,
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != _EXISTS:
                raise _unavailable(error) from error
        except BotoCoreError as error:
            raise _unavailable(error) from error
        return len(body)

    def spots(self, incarnation: str, partition: int, since: int = 0) -> Iterator[Spot]:
        """Yield where the objects are that have the offset `since` or later ones, in order.

        Raises
        ------
        Unavailable
            If the bucket can't be reached.
        """
        prefix = self._prefix(incarnation, partition)
        for key in self._keys(prefix, f"{prefix}{_digits(since)}"):
            if (found := _KEY.fullmatch(key.removeprefix(self._prefix(incarnation)))) is not None:
                first, last = int(found["first"]), int(found["last"])
                yield Spot(self._topic, incarnation, partition, first, last - first + 1)

    def end(self, incarnation: str, partition: int) -> int:
        """Return the offset after the last archived record, 0 if there is none.

        Raises
        ------
        Unavailable
            If the bucket can't be reached.
        """
        below, above = -1, _LARGEST
        # `below` is an offset that is archived, `above` one that is not.
        while above - below > 1:
            middle = (below + above) // 2
            spot = next(self.spots(incarnation, partition, middle), None)
            below, above = (spot.end - 1, above) if spot is not None else (below, middle)
        return above if below >= 0 else 0

    def read(self, spot: Spot) -> list[Logged]:
        """Return an object's records.

        Raises
        ------
        ArchiveDamaged
            If it is gone, or is not what was written.
        Unavailable
            If the bucket can't be reached.
        """
        key = self._key(spot)
        try:
            body = self._storage.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            return read_stamped(spot, body)
        except self._storage.exceptions.NoSuchKey as error:
            raise ArchiveDamaged(f"{key} is gone") from error
        except SegmentError as error:
            raise ArchiveDamaged(f"{key}: {error}") from error
        except (ClientError, BotoCoreError) as error:
            raise _unavailable(error) from error

    def records(self, incarnation: str, partition: int, start: int = 0) -> Iterator[Logged]:
        """Yield a partition's records from the offset `start` on, each once.

        Objects may overlap, because a function that was given up can still write.

        Raises
        ------
        ArchiveDamaged
            If a record is missing, or an object is not what was written.
        Unavailable
            If the bucket can't be reached.
        """
        expected = start
        for spot in self.spots(incarnation, partition, start):
            if spot.first > expected:
                raise ArchiveDamaged(
                    f"offsets {expected} to {spot.first - 1} of partition {partition} are missing"
                )
            for record in self.read(spot):
                if record.offset == expected:
                    yield record
                    expected += 1

    def incarnations(self) -> dict[str, list[int]]:
        """Return the topic's incarnations, the newest last, and the partitions of each.

        Raises
        ------
        Unavailable
            If the bucket can't be reached.
        """
        found = {
            name: [int(number) for number in self._folders(self._prefix(name))]
            for name in map(unquote, self._folders(f"{self._topic}/"))
        }
        return dict(sorted(found.items(), key=lambda item: self._began(*item)))

    def _began(self, incarnation: str, partitions: Sequence[int]) -> float:
        """Return when the first object of an incarnation was written."""
        times = []
        for partition in partitions:
            page = self._list(self._prefix(incarnation, partition), MaxKeys=1)
            times += [entry["LastModified"].timestamp() for entry in page.get("Contents", ())]
        return min(times, default=0.0)

    def _key(self, spot: Spot) -> str:
        last = _digits(spot.end - 1)
        return f"{self._prefix(spot.incarnation, spot.partition)}{last}-{_digits(spot.first)}"

    def _prefix(self, incarnation: str, partition: int | None = None) -> str:
        # An id is base64, which has slashes.
        folder = f"{self._topic}/{quote(incarnation, safe='')}/"
        return folder if partition is None else f"{folder}{partition:05d}/"

    def _keys(self, prefix: str, after: str) -> Iterator[str]:
        """Yield the keys with a prefix, from `after` on."""
        more: dict[str, str] = {"StartAfter": after}
        while True:
            page = self._list(prefix, **more)
            yield from (entry["Key"] for entry in page.get("Contents", ()))
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def _folders(self, prefix: str) -> Iterator[str]:
        more: dict[str, str] = {}
        while True:
            page = self._list(prefix, Delimiter="/", **more)
            for entry in page.get("CommonPrefixes", ()):
                yield entry["Prefix"].removeprefix(prefix).removesuffix("/")
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def _list(self, prefix: str, **more: Any) -> Any:
        try:
            return self._storage.list_objects_v2(Bucket=self._bucket, Prefix=prefix, **more)
        except (ClientError, BotoCoreError) as error:
            raise _unavailable(error) from error


def _digits(offset: int) -> str:
    return f"{offset:0{_DIGITS}d}"


def _unavailable(error: Exception) -> Unavailable:
    return Unavailable(f"the archive can't be reached ({type(error).__name__}: {error})")
