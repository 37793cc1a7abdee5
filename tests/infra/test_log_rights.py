"""What MSK requires together, which Apache Kafka's own authorizer does not (it implies some)."""

from __future__ import annotations

import pytest

from tests.support.reviewed import log_rights

#: Which rights MSK requires beside each one (MSK Developer Guide, "Semantics of IAM authorization
#: policy actions and resources").
REQUIRED = {
    "AlterGroup": {"Connect", "DescribeGroup"},
    "AlterTopic": {"Connect", "DescribeTopic"},
    "AlterTopicDynamicConfiguration": {"Connect", "DescribeTopicDynamicConfiguration"},
    "CreateTopic": {"Connect"},
    "DescribeCluster": {"Connect"},
    "DescribeGroup": {"Connect"},
    "DescribeTopic": {"Connect"},
    "DescribeTopicDynamicConfiguration": {"Connect"},
    "ReadData": {"AlterGroup", "Connect", "DescribeTopic"},
    "WriteData": {"Connect", "DescribeTopic"},
    "WriteDataIdempotently": {"Connect", "WriteData"},
}


@pytest.mark.parametrize(
    "function", ["api", "apply", "archive", "grow", "resend", "sweeper", "topics", "webhooks"]
)
def test_a_right_in_the_log_comes_with_those_that_msk_requires_beside_it(function: str) -> None:
    rights = set().union(*log_rights(function).values())

    assert rights
    for right in rights - {"Connect"}:
        assert rights >= REQUIRED[right], right
