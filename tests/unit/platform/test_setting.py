"""How a setting is read, and what its error tells."""

from __future__ import annotations

import pytest

from handlers.platform.bounds import SETTINGS
from handlers.platform.setting import SettingError


@pytest.mark.parametrize(
    "url",
    ["rediss://ada:hunter2@cache.example", "redis://:hunter2@h:6379/0/1", "http://a@b:hunter2@h"],
)
def test_an_error_names_the_setting_and_keeps_the_password(url: str) -> None:
    with pytest.raises(SettingError, match="REDIS_URL=") as error:
        SETTINGS["REDIS_URL"].read({"REDIS_URL": url})

    assert "hunter2" not in str(error.value)
    assert "redis://cache.example.com:6379/0" in str(error.value)
