"""What AWS documents of Kafka event source mappings, a test a row, with a toy function.

On the session's broker, and what a broker has a say in on a Tansu too; with CONFORMANCE=all every
row on both. localstack/dataplane/docs/data-plane.md has the table.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from dataplane.pool import StrictPool
from tests.integration.dataplane.harness import FUNCTION_ARN, Stage, eventually, stage

pytestmark = pytest.mark.integration

PARTIAL = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
BROKERS = ["session", "tansu"] if os.environ.get("CONFORMANCE") == "all" else ["session"]
GIVES_UP = {"MaximumRetryAttempts": 0}


@pytest.fixture(scope="module", params=["session", "tansu"])
def each(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Each broker in turn: for the rows that a broker may have a say in."""
    with stage(tmp_path_factory.mktemp("conformance"), request.param) as made:
        yield made


@pytest.fixture(scope="module", params=BROKERS)
def on(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The session's broker, or each one when CONFORMANCE=all."""
    with stage(tmp_path_factory.mktemp("conformance"), request.param) as made:
        yield made


@contextlib.contextmanager
def reserving(made: Stage, concurrency: int) -> Iterator[Stage]:
    """The same stage with a function whose concurrency is reserved."""
    spec = replace(made.pool.spec, reserved_concurrency=concurrency)
    pool = StrictPool(spec, made.pool._site, 4)
    try:
        yield replace(made, pool=pool)
    finally:
        pool.close()


def numbered(count: int) -> list[str]:
    return [f"v{number:04d}" for number in range(count)]


def test_an_event_is_lambdas_for_self_managed_kafka(each: Stage) -> None:
    topic = each.topic()
    each.produce(topic, "Hello, this is a test.", key="k", headers=[("headerKey", b"headerValue")])
    each.produce(topic, "no key")
    with each.poll(topic, BatchSize=2) as poller:
        each.wait_done(poller, 2)
    records = [r for e in each.events(topic) for r in e["event"]["records"][f"{topic}-0"]]
    event = each.events(topic)[0]["event"]
    assert (event["eventSource"], event["bootstrapServers"]) == ("SelfManagedKafka", each.kafka)
    assert "eventSourceArn" not in event
    first, second = records
    assert first | {"timestamp": 0} == {
        "topic": topic,
        "partition": 0,
        "offset": 0,
        "timestamp": 0,
        "timestampType": "CREATE_TIME",
        "key": "aw==",
        "value": "SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==",
        "headers": [{"headerKey": list(b"headerValue")}],
    }
    assert abs(first["timestamp"] / 1000 - time.time()) < 60
    assert ("key" in second, second["headers"], second["offset"]) == (False, [], 1)


def test_an_event_is_lambdas_for_msk(on: Stage) -> None:
    topic, arn = on.topic(), "arn:aws:kafka:eu-central-1:000000000000:cluster/toy/1"
    on.produce(topic, "v")
    with on.poll(topic, EventSourceArn=arn) as poller:
        on.wait_done(poller, 1)
    (event,) = [found["event"] for found in on.events(topic)]
    assert (event["eventSource"], event["eventSourceArn"]) == ("aws:kafka", arn)


def test_a_batch_has_no_more_records_than_its_size(on: Stage) -> None:
    topic = on.topic()
    on.produce(topic, *numbered(25))
    with on.poll(topic, BatchSize=10) as poller:
        on.wait_done(poller, 25)
    batches = on.batches(topic)
    assert max(len(batch) for batch in batches) <= 10
    assert [value for batch in batches for value in batch] == numbered(25)


def test_a_batching_window_gathers_and_a_full_batch_does_not_wait(on: Stage) -> None:
    topic = on.topic()
    window = {"BatchSize": 4, "MaximumBatchingWindowInSeconds": 1}
    with on.poll(topic, **window) as poller:
        eventually(lambda: poller.describe()["partitions"])
        on.produce(topic, "a")
        on.produce(topic, "b")
        begun = time.monotonic()
        assert on.wait_batches(topic, 1) == [["a", "b"]]
        assert time.monotonic() - begun > 0.5
        begun = time.monotonic()
        on.produce(topic, *"cdef")
        assert on.wait_batches(topic, 2)[1] == list("cdef")
        assert time.monotonic() - begun < 0.9


def test_an_event_stays_within_six_megabytes(on: Stage) -> None:
    topic = on.topic()
    on.produce(topic, *["x" * 900_000] * 9)
    with on.poll(topic, BatchSize=100) as poller:
        on.wait_done(poller, 9)
    sizes = [len(json.dumps(event["event"])) for event in on.events(topic)]
    assert max(sizes) <= 6 * 1024 * 1024
    # 1.2 MB each in base64: five fit.
    assert sum(len(batch) for batch in on.batches(topic)) == 9


def test_trim_horizon_begins_at_the_beginning(each: Stage) -> None:
    topic = each.topic()
    each.produce(topic, "before")
    with each.poll(topic, StartingPosition="TRIM_HORIZON") as poller:
        each.wait_done(poller, 1)
    assert each.batches(topic) == [["before"]]


def test_latest_begins_behind_what_is_there(each: Stage) -> None:
    topic = each.topic()
    each.produce(topic, "before")
    with each.poll(topic, StartingPosition="LATEST") as poller:
        eventually(lambda: poller.describe()["partitions"])
        for number in range(50):
            # The first may come before the consumer has found the end of the log.
            each.produce(topic, f"after {number}")
            if each.batches(topic):
                break
            time.sleep(0.05)
    assert each.batches(topic)[0][0].startswith("after")


def test_latest_reads_all_where_its_committed_offset_is_not_in_the_log(on: Stage) -> None:
    """A log that began anew must not lose what is in it."""
    topic, group = on.topic(), f"group-{uuid.uuid4().hex[:8]}"
    consumer = Consumer({"bootstrap.servers": on.kafka, "group.id": group})
    consumer.commit(offsets=[TopicPartition(topic, 0, 1000)], asynchronous=False)
    consumer.close()
    on.produce(topic, "a", "b")
    named = {"SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": group}}
    with on.poll(topic, StartingPosition="LATEST", **named) as poller:
        on.wait_done(poller, 2)
    assert [value for batch in on.batches(topic) for value in batch] == ["a", "b"]
    on.wait_note("the committed offset 1000 is not in the log any more")


def test_at_timestamp_begins_with_the_first_record_of_that_time(each: Stage) -> None:
    each.needs_kafka("keeps no index of timestamps")
    topic, now_ms = each.topic(), int(time.time() * 1000)
    each.produce(topic, "old", timestamp_ms=now_ms - 60_000)
    each.produce(topic, "new", timestamp_ms=now_ms - 10_000)
    position = {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": now_ms / 1000 - 30}
    with each.poll(topic, **position) as poller:
        each.wait_done(poller, 2)
    assert each.batches(topic) == [["new"]]


def test_a_consumer_group_goes_on_where_it_committed(each: Stage) -> None:
    topic, group = each.topic(), f"group-{uuid.uuid4().hex[:8]}"
    named = {"SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": group}}
    each.produce(topic, "a", "b")
    with each.poll(topic, **named) as poller:
        each.wait_done(poller, 2)
    assert each.committed(poller) == 2
    each.produce(topic, "c")
    with each.poll(topic, **named) as poller:
        each.wait_done(poller, 3)
    assert [value for batch in each.batches(topic) for value in batch] == ["a", "b", "c"]


def test_a_function_error_retries_the_whole_batch_and_gives_up_after_its_retries(
    on: Stage,
) -> None:
    topic = on.topic()
    on.produce(topic, "a", "bad", "c")
    with on.poll(topic, BatchSize=3, MaximumRetryAttempts=2, MaximumBatchingWindowInSeconds=1) as p:
        partition = on.wait_done(p, 3)
        on.produce(topic, "d")
        on.wait_done(p, 4)
    # The first try isn't counted as a retry.
    assert on.batches(topic) == [["a", "bad", "c"]] * 3 + [["d"]]
    assert (partition["given_up"], partition["done"]) == (3, 0)


def test_bisecting_finds_the_bad_record(on: Stage) -> None:
    topic = on.topic()
    on.produce(topic, "a", "b", "c", "bad", "e")
    with on.poll(topic, BatchSize=5, BisectBatchOnFunctionError=True, **GIVES_UP) as poller:
        partition = on.wait_done(poller, 5)
    good = [batch for batch in on.batches(topic) if "bad" not in batch]
    assert [value for batch in good for value in batch] == ["a", "b", "c", "e"]
    assert (partition["given_up"], partition["done"]) == (1, 4)


def test_a_reported_record_is_where_the_retry_begins(each: Stage) -> None:
    topic = each.topic()
    each.produce(topic, "a", "report", "c")
    with each.poll(topic, BatchSize=3, MaximumRetryAttempts=1, **PARTIAL) as poller:
        each.wait_done(poller, 3)
    batches = each.batches(topic)
    assert [value for batch in batches for value in batch].count("a") == 1
    assert batches[-1][0] == "report"


def answering(answer: Any) -> str:
    return "answer:" + json.dumps(answer)


@pytest.mark.parametrize(
    "answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}]
)
def test_null_or_empty_is_success(on: Stage, answer: Any) -> None:
    topic = on.topic()
    on.produce(topic, answering(answer))
    with on.poll(topic, **PARTIAL) as poller:
        on.wait_done(poller, 1)
    assert len(on.batches(topic)) == 1


@pytest.mark.parametrize("offset", [99, None, "0"])
def test_an_identifier_that_was_not_sent_retries_the_whole_batch(on: Stage, offset: Any) -> None:
    topic = on.topic()
    item = {"itemIdentifier": {"partition": f"{topic}-0", "offset": offset}}
    values = ["a", answering({"batchItemFailures": [item]})]
    on.produce(topic, *values)
    with on.poll(topic, BatchSize=2, MaximumBatchingWindowInSeconds=1, **PARTIAL) as poller:
        on.wait_done(poller, 2)
    assert on.batches(topic) == [values, values]


def test_without_report_batch_item_failures_the_answer_does_not_matter(on: Stage) -> None:
    topic = on.topic()
    on.produce(topic, "report")
    with on.poll(topic) as poller:
        on.wait_done(poller, 1)
    assert len(on.batches(topic)) == 1


def test_a_failing_partition_holds_up_no_other(on: Stage) -> None:
    topic = on.topic(2)
    on.produce(topic, "bad", "behind", partition=0)
    on.produce(topic, *numbered(5), partition=1)
    with on.poll(topic, BatchSize=1) as poller:
        on.wait_done(poller, 5, partition=1)
    values = [value for batch in on.batches(topic) for value in batch]
    assert [value for value in values if value.startswith("v")] == numbered(5)
    assert "behind" not in values


def test_records_over_their_age_are_not_sent(on: Stage) -> None:
    topic, now_ms = on.topic(), int(time.time() * 1000)
    on.produce(topic, "old", timestamp_ms=now_ms - 120_000)
    on.produce(topic, "new")
    with on.poll(topic, MaximumRecordAgeInSeconds=60) as poller:
        partition = on.wait_done(poller, 2)
    assert (on.batches(topic), partition["given_up"]) == ([["new"]], 1)


def test_a_partition_has_one_batch_in_flight_and_pollers_bound_how_many_at_once(on: Stage) -> None:
    topic = on.topic(2)
    for partition in range(2):
        on.produce(topic, *["slow"] * 3, partition=partition)
    for maximum, together in ((2, True), (1, False)):
        pollers = {"MinimumPollers": 1, "MaximumPollers": maximum}
        before = len(on.events(topic))
        with on.poll(topic, BatchSize=1, ProvisionedPollerConfig=pollers) as poller:
            on.wait_done(poller, 3)
            on.wait_done(poller, 3, partition=1)
        times = [
            (e["begun"], e["ended"], *e["event"]["records"]) for e in on.events(topic)[before:]
        ]
        overlaps = [
            (a[2], b[2]) for a in times for b in times if a is not b and a[0] <= b[0] < a[1]
        ]
        assert bool(overlaps) is together
        assert all(one != other for one, other in overlaps)


def json_values(*values: Any) -> list[str]:
    return [json.dumps(value) for value in values]


def test_records_that_do_not_match_are_passed_without_being_sent(each: Stage) -> None:
    topic = each.topic()
    pattern = json.dumps({"value": {"device": [{"prefix": "AB"}]}})
    each.produce(topic, *json_values({"device": "AB1"}, {"device": "X"}, {"device": "AB2"}, {}))
    with each.poll(topic, FilterCriteria={"Filters": [{"Pattern": pattern}]}) as poller:
        partition = each.wait_done(poller, 4)
        assert (partition["done"], partition["filtered"]) == (2, 2)
    assert [value for batch in each.batches(topic) for value in batch] == json_values(
        {"device": "AB1"}, {"device": "AB2"}
    )
    assert each.committed(poller) == 4


def test_a_filter_looks_at_plain_text_and_at_metadata(on: Stage) -> None:
    topic = on.topic(2)
    on.produce(topic, "error", "fine", partition=0)
    on.produce(topic, "fine", partition=1)
    pattern = json.dumps({"value": [{"anything-but": ["error"]}], "partition": [0]})
    with on.poll(topic, FilterCriteria={"Filters": [{"Pattern": pattern}]}) as poller:
        on.wait_done(poller, 2)
        on.wait_done(poller, 1, partition=1)
    (event,) = on.events(topic)
    assert list(event["event"]["records"]) == [f"{topic}-0"]
    assert on.batches(topic) == [["fine"]]


def to(destination: str) -> dict[str, Any]:
    return {"DestinationConfig": {"OnFailure": {"Destination": destination}}}


def make_queue(on: Stage, name: str) -> tuple[str, str]:
    sqs = on.emulator.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, found["Attributes"]["QueueArn"]


def receive(on: Stage, url: str) -> dict[str, Any]:
    def look() -> Any:
        return on.emulator.client("sqs").receive_message(QueueUrl=url).get("Messages")

    (message,) = eventually(look)
    read: dict[str, Any] = json.loads(message["Body"])
    return read


def assert_metadata(
    on: Stage, told: dict[str, Any], topic: str, *, first: int, last: int, invocations: int
) -> None:
    """What SQS, SNS and S3 get alike."""
    events = on.events(topic)
    context = told["requestContext"]
    assert context["requestId"] in {event["id"] for event in events}
    assert context["functionArn"] == FUNCTION_ARN
    assert context["condition"] == "RetryAttemptsExhausted"
    assert context["approximateInvokeCount"] == invocations
    assert told["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert told["version"] == "1.0"
    assert told["timestamp"].endswith("Z")
    info = told["KafkaBatchInfo"]
    assert (info["batchSize"], info["bootstrapServers"]) == (last - first + 1, on.kafka)
    assert info["payloadSize"] > 100
    ((place, records),) = info["recordsInfo"].items()
    assert place == f"{topic}-0"
    assert (records["firstRecordOffset"], records["lastRecordOffset"]) == (str(first), str(last))
    assert records["firstRecordTimestamp"] <= records["lastRecordTimestamp"]


def test_a_queue_gets_where_the_records_are(on: Stage) -> None:
    topic = on.topic()
    url, arn = make_queue(on, topic)
    on.produce(topic, "bad", "b")
    window = {"BatchSize": 2, "MaximumBatchingWindowInSeconds": 1}
    with on.poll(topic, MaximumRetryAttempts=1, **window, **to(arn)) as poller:
        on.wait_done(poller, 2)
    told = receive(on, url)
    assert_metadata(on, told, topic, first=0, last=1, invocations=2)
    assert "payload" not in told


def test_a_topic_of_sns_gets_where_the_records_are(on: Stage) -> None:
    topic = on.topic()
    url, queue = make_queue(on, topic)
    sns = on.emulator.client("sns")
    arn = sns.create_topic(Name=topic)["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
    on.produce(topic, "bad")
    with on.poll(topic, **GIVES_UP, **to(arn)) as poller:
        on.wait_done(poller, 1)
    told = json.loads(receive(on, url)["Message"])
    assert_metadata(on, told, topic, first=0, last=0, invocations=1)


def test_a_bucket_gets_the_records_too(on: Stage) -> None:
    topic = on.topic()
    s3 = on.emulator.client("s3")
    region = {"LocationConstraint": on.emulator.region}
    s3.create_bucket(Bucket=topic, CreateBucketConfiguration=region)
    on.produce(topic, "bad")
    with on.poll(topic, **GIVES_UP, **to(f"arn:aws:s3:::{topic}")) as poller:
        on.wait_done(poller, 1)
    (entry,) = s3.list_objects_v2(Bucket=topic)["Contents"]
    assert entry["Key"].startswith(f"aws/lambda/{poller.mapping.uuid}/{topic}-0/")
    told = json.loads(s3.get_object(Bucket=topic, Key=entry["Key"])["Body"].read())
    assert_metadata(on, told, topic, first=0, last=0, invocations=1)
    assert json.loads(told["payload"]) == on.events(topic)[0]["event"]


def test_a_kafka_topic_gets_each_record_under_its_key(each: Stage) -> None:
    topic, dead = each.topic(), each.topic()
    each.produce(topic, "bad", key="k")
    each.produce(topic, "b")
    window = {"BatchSize": 2, "MaximumBatchingWindowInSeconds": 1}
    with each.poll(topic, **GIVES_UP, **window, **to(f"kafka://{dead}")) as poller:
        each.wait_done(poller, 2)
    (key, told), (no_key, second) = each.read(dead, 2)
    assert (key, no_key) == (b"k", None)
    context = told["requestContext"]
    assert context["condition"] == "RetriesExhausted"
    assert context["functionArn"] == f"{FUNCTION_ARN}:$LATEST"
    info = told["KafkaBatchInfo"]
    assert (info["batchSize"], info["recordInfo"]["offset"]) == (1, "0")
    event = each.events(topic)[0]["event"]
    sent = event["records"][f"{topic}-0"]
    assert told["payload"] == event | {"records": {f"{topic}-0": sent[:1]}}
    assert second["payload"]["records"][f"{topic}-0"] == sent[1:]


def test_nothing_is_committed_or_sent_before_the_destination_took_the_failure(on: Stage) -> None:
    topic = on.topic()
    name = f"late-{topic}"
    arn = f"arn:aws:sqs:{on.emulator.region}:000000000000:{name}"
    on.produce(topic, "bad", "behind")
    with on.poll(topic, BatchSize=1, **GIVES_UP, **to(arn)) as poller:
        partitions = eventually(
            lambda: [
                partition
                for partition in poller.describe()["partitions"]
                if partition["undelivered"]
            ]
        )
        assert (partitions[0]["next_offset"], on.batches(topic)) == (None, [["bad"]])
        url, _ = make_queue(on, name)
        assert_metadata(on, receive(on, url), topic, first=0, last=0, invocations=1)
        on.wait_done(poller, 2)
    assert on.batches(topic) == [["bad"], ["behind"]]
    assert on.committed(poller) == 2


def test_a_record_that_no_event_can_hold_goes_to_the_destination(on: Stage) -> None:
    topic = on.topic(settings={"max.message.bytes": "8000000"})
    url, arn = make_queue(on, topic)
    on.produce(topic, "a", b"x" * 5_000_000, "c")
    with on.poll(topic, BatchSize=1, **to(arn)) as poller:
        on.wait_done(poller, 3)
    told = receive(on, url)
    assert told["requestContext"]["condition"] == "MaximumPayloadSizeExceeded"
    assert told["responseContext"] is None
    assert told["KafkaBatchInfo"]["recordsInfo"][f"{topic}-0"]["firstRecordOffset"] == "1"
    assert on.batches(topic) == [["a"], ["c"]]


def test_records_over_their_age_go_to_the_destination_unasked(on: Stage) -> None:
    topic = on.topic()
    url, arn = make_queue(on, topic)
    on.produce(topic, "old", timestamp_ms=int(time.time() * 1000) - 120_000)
    with on.poll(topic, MaximumRecordAgeInSeconds=60, **to(arn)) as poller:
        on.wait_done(poller, 1)
    told = receive(on, url)
    assert told["requestContext"]["condition"] == "RecordAgeExceeded"
    assert told["requestContext"]["approximateInvokeCount"] == 0
    assert told["responseContext"] is None


def test_a_topic_that_would_feed_itself_is_refused(on: Stage) -> None:
    topic = on.topic()
    with (
        pytest.raises(ValueError, match="must be another"),
        on.poll(topic, **to(f"kafka://{topic}")),
    ):
        pass


def test_a_throttled_batch_is_sent_again_and_has_lost_no_attempt(on: Stage) -> None:
    # Two mappings of a function with one environment, which give up after a failure.
    topics = [on.topic(), on.topic()]
    for topic in topics:
        on.produce(topic, *(f"slow{number}" for number in range(4)))
    with (
        reserving(on, 1) as stage,
        stage.poll(topics[0], BatchSize=1, **GIVES_UP) as first,
        stage.poll(topics[1], BatchSize=1, **GIVES_UP) as second,
    ):
        rows = [stage.wait_done(poller, 4) for poller in (first, second)]
        throttles = stage.pool.describe()["throttles"]
    assert throttles > 0
    assert [(row["errors"], row["given_up"], row["done"]) for row in rows] == [(0, 0, 4)] * 2
    for topic in topics:
        assert on.batches(topic) == [[f"slow{number}"] for number in range(4)]
    spans = sorted((e["begun"], e["ended"]) for topic in topics for e in on.events(topic))
    assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(spans))


def test_events_are_counted_as_lambda_does_where_it_is_asked_for(on: Stage) -> None:
    topic, queue = on.topic(), on.emulator.client("sqs").create_queue(QueueName="counted")
    on.produce(topic, "other", "fine 1", "fine 2", "bad")
    arn = "arn:aws:sqs:eu-central-1:000000000000:counted"
    properties: dict[str, Any] = {
        "BatchSize": 3,
        "MaximumBatchingWindowInSeconds": 1,
        "FilterCriteria": {"Filters": [{"Pattern": '{"value": ["fine 1", "fine 2", "bad"]}'}]},
        "MaximumRetryAttempts": 1,
        "DestinationConfig": {"OnFailure": {"Destination": arn}},
        "MetricsConfig": {"Metrics": ["EventCount"]},
    }
    with on.poll(topic, **properties) as poller:
        on.wait_done(poller, 4)
        counts = eventually(
            lambda: found if (found := poller.describe()["events"])["dropped"] else None
        )
    # One batch of the three that pass the filter, which fails twice because of the last one.
    assert counts == {
        "polled": 4,
        "filtered_out": 1,
        "invoked": 6,
        "failed_invoke": 6,
        "dropped": 3,
        "on_failure_destination_delivered": 3,
    }
    on.emulator.client("sqs").delete_queue(QueueUrl=queue["QueueUrl"])


def test_events_are_not_counted_where_it_is_not_asked_for(on: Stage) -> None:
    topic = on.topic()
    on.produce(topic, "v")
    with on.poll(topic) as poller:
        on.wait_done(poller, 1)
        assert poller.describe()["events"] is None
