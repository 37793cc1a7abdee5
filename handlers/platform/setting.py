"""Settings: environment variables with bounds, a default and one way to read them.

The settings themselves are in `handlers.platform.bounds`. Both modules use only the standard
library (docs/decisions/0107).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

#: The stage on a developer's machine.
LOCAL: Final = "local"
#: A URL's user and password, which no error repeats.
_CREDENTIALS: Final = re.compile("//.*@")


class SettingError(ValueError):
    """A setting is missing or invalid. The message names it and says what is allowed."""


class Form(NamedTuple):
    """The allowed values in words, and a function that parses a text or returns None."""

    allowed: str
    value_of: Callable[[str], Any]


ANY: Final = Form("any text", str)
FLAG: Final = Form(
    "one of true, false", lambda text: {"true": True, "false": False}.get(text.lower())
)


def whole_number(minimum: int, maximum: int, unit: str = "") -> Form:
    """Allow whole numbers within bounds."""

    def value_of(text: str) -> int | None:
        number = int(text) if text.isascii() and text.isdigit() else -1
        return number if minimum <= number <= maximum else None

    return Form(f"a whole number from {minimum} to {maximum} {unit}".rstrip(), value_of)


def fraction() -> Form:
    """Allow decimal numbers from 0 to 1."""
    is_one = re.compile(r"0|1|1\.0+|0?\.\d{1,9}", re.ASCII).fullmatch
    return Form(
        "a number from 0 to 1, for example 0.01", lambda text: float(text) if is_one(text) else None
    )


def one_of(*words: str) -> Form:
    """Allow some words, in any case."""
    by_small = {word.lower(): word for word in words}
    return Form(f"one of {', '.join(words)}", lambda text: by_small.get(text.lower()))


def matching(pattern: str, example: str) -> Form:
    """Allow texts that match a regular expression, such as the example."""
    is_one = re.compile(pattern, re.ASCII).fullmatch
    return Form(f"of the form {example}", lambda text: text if is_one(text) else None)


def listed(pattern: str, example: str) -> Form:
    """Allow several matching texts, separated by commas, parsed as a tuple."""
    is_one = re.compile(pattern, re.ASCII).fullmatch

    def value_of(text: str) -> tuple[str, ...] | None:
        parts = tuple(part.strip() for part in text.split(",")) if text else ()
        return parts if all(map(is_one, parts)) else None

    return Form(f"of the form {example}, with commas between several", value_of)


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment variable.

    Attributes
    ----------
    meaning
        What it means, in one line.
    readers
        The functions that use it, by their names in `infra.cdk.specs`.
    form
        The allowed values.
    default
        The functions' default; None if it must be set.
    local
        The local stage's default; None for the functions' default.
    """

    name: str
    meaning: str
    readers: tuple[str, ...]
    form: Form
    default: str | None = None
    local: str | None = None

    def parse(self, text: str) -> Any:
        """Parse a value.

        Raises
        ------
        SettingError
            If it is not allowed.
        """
        value = self.form.value_of(text)
        if value is None:
            shown = _CREDENTIALS.sub("//***@", text)
            raise SettingError(f"{self.name}={shown!r} is not {self.form.allowed}")
        return value

    def read(self, environment: Mapping[str, str], stage: str = "") -> Any:
        """Return the value in an environment, or a stage's default.

        Raises
        ------
        SettingError
            If it is missing or not allowed.
        """
        is_local = stage == LOCAL and self.default is not None and self.local is not None
        return self._read(environment, self.local if is_local else self.default)

    def read_for_local(self, environment: Mapping[str, str]) -> Any:
        """Return the value for the local stage; raise `SettingError` like `read`."""
        return self._read(environment, self.default if self.local is None else self.local)

    def _read(self, environment: Mapping[str, str], default: str | None) -> Any:
        text = environment.get(self.name, "").strip() or default
        if text is None:
            raise SettingError(f"{self.name} is not set (allowed: {self.form.allowed})")
        return self.parse(text)
