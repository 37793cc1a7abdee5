"""What a setting is: an environment variable with bounds, a default and one way to be read.

The settings themselves are in `handlers.platform.bounds`. Both modules need nothing but the
standard library (docs/decisions/0107).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final

#: The stage on a person's own machine.
LOCAL: Final = "local"


class SettingError(ValueError):
    """A setting is missing or wrong: says which one, what it is, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment variable with any text.

    Attributes
    ----------
    name
        The variable.
    meaning
        What it is, in a line.
    readers
        The functions that use it, by the names of `infra.cdk.specs`.
    default
        What a function takes when it is not set; None when it must be set.
    local
        What it is on the local stage, unless told otherwise; None when that is the default.
    unit
        What a number counts.
    """

    name: str
    meaning: str
    readers: tuple[str, ...]
    _: KW_ONLY
    default: str | None = None
    local: str | None = None
    unit: str = ""

    @property
    def allowed(self) -> str:
        """What it may be, in words."""
        return "any text"

    def parse(self, text: str) -> Any:
        """Return the value that a text stands for.

        Raises
        ------
        SettingError
            If it is not allowed.
        """
        return text

    def read(self, environment: Mapping[str, str], stage: str = "") -> Any:
        """Return the value in an environment, or the default of a stage's functions.

        Raises
        ------
        SettingError
            If it is missing or not allowed.
        """
        is_local = stage == LOCAL and self.default is not None and self.local is not None
        return self._read(environment, self.local if is_local else self.default)

    def read_for_local(self, environment: Mapping[str, str]) -> Any:
        """Return the value to deploy to the local stage: as an environment says, or as usual.

        Raises
        ------
        SettingError
            If it is not allowed.
        """
        return self._read(environment, self.default if self.local is None else self.local)

    def _read(self, environment: Mapping[str, str], default: str | None) -> Any:
        text = environment.get(self.name, "").strip() or default
        if text is None:
            raise SettingError(f"{self.name} is not set (allowed: {self.allowed})")
        return self.parse(text)

    def _wrong(self, text: str) -> SettingError:
        return SettingError(f"{self.name}={text!r} is not {self.allowed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Setting):
    """A whole number within bounds, both included."""

    minimum: int
    maximum: int

    @property
    def allowed(self) -> str:
        """The bounds."""
        return f"a whole number from {self.minimum} to {self.maximum}"

    def parse(self, text: str) -> int:
        """Return the number."""
        if (
            not text.isascii()
            or not text.isdigit()
            or not self.minimum <= int(text) <= self.maximum
        ):
            raise self._wrong(text)
        return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Setting):
    """One of a few words, in small or capital letters."""

    choices: tuple[str, ...]

    @property
    def allowed(self) -> str:
        """The words."""
        return f"one of {', '.join(self.choices)}"

    def parse(self, text: str) -> Any:
        """Return the word as it is written in the table."""
        for choice in self.choices:
            if choice.lower() == text.lower():
                return choice
        raise self._wrong(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Choice):
    """``true`` or ``false``."""

    choices: tuple[str, ...] = ("true", "false")

    def parse(self, text: str) -> bool:
        """Return whether it is true."""
        return bool(Choice.parse(self, text) == "true")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching(Setting):
    """A text with a form, such as `example`."""

    pattern: str
    example: str

    @property
    def allowed(self) -> str:
        """The example."""
        return f"of the form {self.example}"

    def parse(self, text: str) -> Any:
        """Return the text."""
        if not re.fullmatch(self.pattern, text, re.ASCII):
            raise self._wrong(text)
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Matching):
    """Texts of one form, with commas between them; none at all where that is the default."""

    @property
    def allowed(self) -> str:
        """The example of each."""
        return f"of the form {self.example}, with commas between several"

    def parse(self, text: str) -> tuple[str, ...]:
        """Return the texts."""
        if not text and self.default == "":
            return ()
        parts = (part.strip() for part in text.split(","))
        return tuple(Matching.parse(self, part) for part in parts)
