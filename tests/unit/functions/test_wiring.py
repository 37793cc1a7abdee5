"""What is made once for a process."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from functions import wiring
from tests.support.settings import settings_with


@pytest.fixture(autouse=True)
def wired_again() -> Iterator[None]:
    yield
    wiring.reset()


@pytest.mark.parametrize("level", ["CRITICAL", "INFO", "WARNING"])
def test_a_logger_has_the_level_of_its_settings_whatever_one_before_it_had(level: str) -> None:
    for one in ("ERROR", level):
        wiring.reset()
        wiring.settings.replace(settings_with(log_level=one))
        wiring.logger()

    assert wiring.logger().log_level == logging.getLevelName(level)
    assert logging.getLogger("handlers").level == logging.getLevelName(level)
