"""Compare the deployed stack's database with an independent replay of its topic."""

from __future__ import annotations

from load.chaos.books import differences
from load.judge.records import read_command
from load.judge.topic import TopicRecord
from tests.support.stack import Stack


def check_books(stack: Stack, topic: list[list[TopicRecord]]) -> None:
    """Fail unless all accounts match the log, all sums are zero, and nothing is in progress."""
    found = list(differences(stack.rows, topic))
    assert not found, f"{len(found)} differences: {found[:5]}"


def count_kind(topic: list[list[TopicRecord]], kind: str) -> int:
    """Return the number of commands of a kind in the topic."""
    commands = (read_command(record.value) for partition in topic for record in partition)
    return sum(command is not None and command["kind"] == kind for command in commands)
