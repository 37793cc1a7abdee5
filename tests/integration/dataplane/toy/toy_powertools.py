"""A Kafka consumer with Powertools' batch processing, in the form that its documentation has."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.kafka_event import KafkaEventRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

processor = BatchProcessor(event_type=EventType.Kafka)
tracer = Tracer()
logger = Logger()
failed: set[str] = set()


@tracer.capture_method
def record_handler(record: KafkaEventRecord) -> None:
    order = str(record.json_value["order"])
    if order == "fails once" and order not in failed:
        failed.add(order)
        raise ValueError(order)
    with Path(os.environ["TOY_SINK"]).open("a") as sink:
        sink.write(f"{order}\n")


@logger.inject_lambda_context
@tracer.capture_lambda_handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    return process_partial_response(
        event=event, record_handler=record_handler, processor=processor, context=context
    )
