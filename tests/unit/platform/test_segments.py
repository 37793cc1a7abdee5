"""A segment of the log opens only if it is whole, and only as the part of the log that it is."""

from __future__ import annotations

import pytest

from handlers.platform.segments import Logged, SegmentError, Spot, read_stamped, stamp

TOPIC = "ledger.commands"
SPOT = Spot(TOPIC, "first", 2, 7, 3)
RECORDS = [
    Logged(7, 1_000, b"acc", b'{"kind":"deposit"}'),
    Logged(8, 1_001, None, None, (("traceparent", b"00-1"), ("empty", None))),
    Logged(9, 1_001, b"", "€".encode(), ()),
]


def test_a_stamped_segment_gives_its_records_back() -> None:
    assert read_stamped(SPOT, stamp(SPOT, RECORDS)) == RECORDS


@pytest.mark.parametrize(
    "other",
    [
        Spot(TOPIC, "second", 2, 7, 3),
        Spot(TOPIC, "first", 1, 7, 3),
        Spot(TOPIC, "first", 2, 8, 3),
        Spot("ledger.events", "first", 2, 7, 3),
    ],
)
def test_a_stamped_segment_opens_only_at_its_own_place_in_the_log(other: Spot) -> None:
    with pytest.raises(SegmentError):
        read_stamped(other, stamp(SPOT, RECORDS))


@pytest.mark.parametrize("place", [0, 40, -1])
def test_a_stamped_segment_that_was_changed_does_not_open(place: int) -> None:
    changed = bytearray(stamp(SPOT, RECORDS))
    changed[place] ^= 1

    with pytest.raises(SegmentError):
        read_stamped(SPOT, bytes(changed))


def test_a_stamped_segment_that_was_cut_does_not_open() -> None:
    for length in (0, 31, 32, 50):
        with pytest.raises(SegmentError):
            read_stamped(SPOT, stamp(SPOT, RECORDS)[:length])


def test_a_stamped_segment_whose_offsets_have_a_gap_is_refused() -> None:
    spot = Spot(TOPIC, "first", 2, 7, 2)

    with pytest.raises(SegmentError, match="offsets"):
        read_stamped(spot, stamp(spot, [RECORDS[0], RECORDS[2]]))
