from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from dataplane.poller.events import Record
from dataplane.poller.failure import RETRIES_EXHAUSTED, Failure
from dataplane.poller.partition_queue import PartitionQueue
from dataplane.poller.retry import RetryPolicy
from dataplane.poller.schedule import Pace, Schedule

FOREVER = RetryPolicy()


def queue_of(*offsets: int) -> PartitionQueue:
    queue = PartitionQueue("t", 0)
    for offset in offsets:
        queue.append(Record(offset, 1000 * offset, b"x" * 10))
    return queue


def offsets(records: Iterable[Record]) -> list[int]:
    return [record.offset for record in records]


def test_a_batch_keeps_to_the_number_and_the_size_but_takes_at_least_one() -> None:
    assert offsets(queue_of(1, 2, 3).take(2)) == [1, 2]
    assert offsets(queue_of(1, 2, 3).take(9, maximum_bytes=25)) == [1, 2]
    assert offsets(queue_of(1, 2, 3).take(9, maximum_bytes=3)) == [1]


def test_success_moves_on_behind_the_batch_across_gaps() -> None:
    queue = queue_of(1, 2, 7)
    queue.take(3)
    queue.succeed()
    assert (queue.next_offset, queue.done, queue.in_flight) == (8, 3, [])


def test_a_failure_keeps_what_is_before_it_and_retries_the_rest_in_order() -> None:
    queue = queue_of(1, 2, 3, 4)
    queue.take(3)
    assert queue.fail(2, FOREVER, "why", now_s=100.0) == []
    assert (queue.next_offset, queue.attempts) == (2, 1)
    assert queue.due_s > 100.0
    assert offsets(queue.take(9)) == [2, 3, 4]


def test_nothing_is_committed_while_the_first_record_fails() -> None:
    queue = queue_of(1, 2)
    for _ in range(50):
        queue.take(2)
        assert queue.fail(1, FOREVER, "why", now_s=0.0) == []
    assert (queue.next_offset, queue.attempts) == (None, 50)


def test_the_wait_between_attempts_grows_and_is_bounded() -> None:
    delays = [FOREVER.delay_s(attempts) for attempts in range(1, 40)]
    assert delays == sorted(delays)
    assert delays[0] == 0.1
    assert delays[-1] == 10.0


def test_after_the_last_retry_the_batch_is_given_up_and_the_partition_flows_on() -> None:
    queue, policy = queue_of(1, 2, 3), RetryPolicy(maximum_attempts=2)
    for _ in range(2):
        queue.take(2)
        assert queue.fail(1, policy, "why", 0.0) == []
    queue.take(2)
    assert offsets(queue.fail(1, policy, "why", 0.0)) == [1, 2]
    queue.give_up()
    assert (queue.next_offset, queue.given_up, queue.done) == (3, 2, 0)
    assert offsets(queue.take(2)) == [3]


def test_bisecting_narrows_down_to_the_one_bad_record() -> None:
    queue, policy = queue_of(*range(8)), RetryPolicy(maximum_attempts=0, bisect=True)
    bad, done, given_up = 5, [], []
    for _ in range(40):
        batch = queue.take(8)
        if not batch:
            break
        if bad in offsets(batch):
            given_up += offsets(queue.fail(batch[0].offset, policy, "why", 0.0))
            if queue.in_flight:
                queue.give_up()
        else:
            done += offsets(batch)
            queue.succeed()
    assert (done, given_up) == ([0, 1, 2, 3, 4, 6, 7], [5])


def test_records_too_old_are_taken_away_from_the_head_only() -> None:
    queue, policy = queue_of(1, 2, 100), RetryPolicy(maximum_age_s=60)
    assert offsets(queue.take_expired(policy, 101.0, 10)) == [1, 2]


def failure_of(records: list[Record]) -> Failure:
    return Failure(RETRIES_EXHAUSTED, "id", "t-0", records, 1, True, 0.0)


def test_filtered_records_are_passed_with_the_batch_before_them() -> None:
    queue = queue_of(1)
    for offset in (2, 3):
        queue.append(Record(offset, 0, b""))
    queue.append(Record(4, 0, b"x"))
    assert offsets(queue.take(1)) == [1]
    queue.succeed()
    assert (queue.next_offset, queue.done, queue.filtered, queue.wanted) == (4, 1, 2, 1)


def test_a_run_of_filtered_records_takes_one_place() -> None:
    queue = queue_of(1)
    for offset in range(2, 10_000):
        queue.append(Record(offset, 0, b""))
    assert (len(queue.records), queue.filtered) == (2, 9998)
    queue.take(5)
    queue.succeed()
    assert queue.next_offset == 10_000


def test_filtered_records_alone_wait_for_no_window() -> None:
    schedule, queue = Schedule(Pace(batch_size=2, window_s=300.0)), PartitionQueue("t", 0)
    queue.waiting_since_s = float("inf")
    queue.append(Record(1, 0, b""))
    with schedule.changed:
        schedule.offer(queue)
        assert schedule.next_queue() is queue


def test_what_the_destination_did_not_take_stays_at_the_head_and_uncommitted() -> None:
    queue, policy = queue_of(1, 2, 3), RetryPolicy(maximum_attempts=0)
    queue.take(2)
    failure = failure_of(queue.fail(1, policy, "why", 0.0))
    queue.keep(failure, policy, now_s=50.0)
    assert (queue.next_offset, queue.due_s) == (None, 50.1)
    assert queue.take_undelivered() is failure
    assert offsets(queue.in_flight) == [1, 2]
    queue.give_up()
    assert (queue.next_offset, queue.given_up, queue.take_undelivered()) == (3, 2, None)


def test_a_revoked_partition_keeps_no_failure_for_another_poller_reads_it_again() -> None:
    queue, policy = queue_of(1), RetryPolicy(maximum_attempts=0)
    queue.take(1)
    failure = failure_of(queue.fail(1, policy, "why", 0.0))
    queue.revoked = True
    queue.keep(failure, policy, 0.0)
    assert (queue.undelivered, queue.in_flight, list(queue.records)) == (None, [], [])


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.sampled_from(["succeed", "fail", "partial"])), max_size=30
    )
)
def test_whatever_fails_records_come_out_in_order_and_none_is_skipped(
    steps: list[tuple[int, str]],
) -> None:
    queue = queue_of(*range(20))
    expected = 0
    for size, outcome in steps:
        batch = offsets(queue.take(size))
        if not batch:
            break
        assert batch[0] == expected
        assert batch == list(range(expected, expected + len(batch)))
        if outcome == "succeed":
            queue.succeed()
            expected += len(batch)
        else:
            first = batch[0] if outcome == "fail" else batch[len(batch) // 2]
            queue.fail(first, FOREVER, "why", 0.0)
            expected = first
        assert (queue.next_offset or 0) == expected
    assert queue.queued_bytes == 10 * len(queue.records)


def test_a_partition_has_one_batch_in_flight_at_most() -> None:
    schedule, queue = Schedule(Pace(batch_size=2)), queue_of(1, 2, 3)
    with schedule.changed:
        schedule.offer(queue)
        schedule.offer(queue)
        assert schedule.next_queue() is queue
        queue.take(2)
        schedule.offer(queue)
        assert not queue.ready


def test_after_a_rebalance_a_partition_waits_for_its_predecessors_batch() -> None:
    schedule, before, after = Schedule(Pace(batch_size=2)), queue_of(1, 2), queue_of(1, 2)
    before.take(2)
    after.blocked_by = before
    with schedule.changed:
        schedule.offer(after)
        assert not after.ready
        before.succeed()
        schedule.offer(after)
        assert schedule.next_queue() is after


def test_a_full_batch_does_not_wait_for_the_window() -> None:
    schedule, queue = Schedule(Pace(batch_size=2, window_s=300.0)), queue_of(1)
    queue.waiting_since_s = float("inf")
    with schedule.changed:
        schedule.offer(queue)
        assert not queue.ready
        queue.append(Record(2, 0, b"x"))
        schedule.offer(queue)
        assert schedule.next_queue() is queue
