"""Print responses: columns for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence

from ledgerlane_client.errors import Json


class Output:
    """Standard output in the requested format.

    Parameters
    ----------
    is_json
        Whether to print the API's responses as JSON.
    """

    def __init__(self, is_json: bool) -> None:
        self.is_json = is_json

    def made(self, answer: Json, name: str) -> None:
        """Print a created object: without --json, only the field called ``name``."""
        print(_json(answer) if self.is_json else _text(answer[name]))

    def record(self, answer: Json) -> None:
        """Print one object, one field per line."""
        if self.is_json:
            print(_json(answer))
            return
        width = max(map(len, answer), default=0)
        for name, value in answer.items():
            print(f"{name:<{width}}  {_text(value)}".rstrip())

    def table(self, rows: Iterable[Json], columns: Sequence[str]) -> None:
        """Print a list. The columns apply to people's output; JSON has all fields."""
        if self.is_json:
            print(_json(list(rows)))
            return
        lines = [list(columns), *([_text(row.get(name)) for name in columns] for row in rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            print("  ".join(map(str.ljust, line, widths)).rstrip())

    def raw(self, data: bytes) -> None:
        """Print a response unchanged."""
        sys.stdout.flush()
        sys.stdout.buffer.write(data)


def note(text: str) -> None:
    """Print a message to standard error."""
    print(f"ledgerlane: {printable(text)}", file=sys.stderr)


def printable(text: str) -> str:
    """Escape control characters in others' texts, such as a payer's description."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text
    )


def _text(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return printable(" ".join(value)).replace("\n", " ")
    if isinstance(value, str):
        return printable(value).replace("\n", " ")
    return json.dumps(value)


def _json(value: object) -> str:
    # Escape unprintable characters, including those that control terminals.
    return json.dumps(value, indent=2)
