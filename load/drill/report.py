"""What a drill prints: what was done, what must hold, and whether it held."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Line:
    """The outcome of one drill.

    Parameters
    ----------
    letter : str
        Its letter, by which it can be chosen.
    done : str
        What was lost, and what mended it.
    must : str
        What must hold.
    """

    letter: str
    done: str
    must: str
    broken: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    began_s: float = field(default_factory=time.monotonic)
    took_s: float = 0.0

    def note(self, text: str) -> None:
        """Add something that was measured."""
        self.found.append(text)

    def require(self, holds: bool, otherwise: str) -> None:
        """Note a broken promise, unless it holds."""
        if not holds:
            self.broken.append(otherwise)

    def end(self) -> Line:
        """Note how long the drill took."""
        self.took_s = time.monotonic() - self.began_s
        return self

    @property
    def held(self) -> bool:
        """Whether everything that must hold did."""
        return not self.broken

    def __str__(self) -> str:
        """Return the lines that are printed."""
        verdict = "HELD" if self.held else "DID NOT HOLD: " + "; ".join(self.broken)
        return (
            f"({self.letter}) {self.done}\n"
            f"    must hold: {self.must}\n"
            f"    {verdict} ({self.took_s:.0f} s)\n"
            + "".join(f"    {text}\n" for text in self.found)
        )
