"""The figures of a report, as they are kept in its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

#: What is shown beside the parts of the stack.
GENERATOR: Final = "k6"
REPORTER: Final = "measuring"
#: From so many seconds on a run tells whether memory grows: programs warm up for minutes.
LONG_S: Final = 300

Series = list[float | None]


@dataclass(frozen=True)
class Spread:
    """How long something took, in milliseconds; None where there was nothing."""

    count: int
    p50: float | None
    p95: float | None
    p99: float | None
    most: float | None


@dataclass(frozen=True)
class Scenario:
    """One kind of request."""

    kind: str
    per_s: float
    latency_ms: Spread
    errors: int


@dataclass(frozen=True)
class Requests:
    """All requests.

    Attributes
    ----------
    seconds
        From the first that was sent to the last answer.
    repeated
        How many of them were sent once more with their key after they were answered.
    dropped
        How many were due and could not be sent.
    errors
        How many were answered with an error, or not at all, by status and code.
    """

    count: int
    seconds: float
    per_s: float
    repeated: int
    dropped: int
    errors: dict[str, int]
    scenarios: list[Scenario]


@dataclass(frozen=True)
class Outcomes:
    """What became of the commands that were accepted.

    Attributes
    ----------
    seconds
        From the first request to the last command that was applied.
    refused
        By reason.
    unended
        Accepted, and without an end.
    drain_s
        From the last answer until the last command was applied.
    accepted_to_applied_ms
        From a command's record in the log until its partition was seen behind it.
    accepted_to_completed_ms
        Of transfers: until the settlement was applied as well, which comes back from the
        destination's partition.
    """

    seconds: float
    accepted: int
    applied: int
    refused: dict[str, int]
    unended: int
    accounts_opened: int
    accepted_per_s: float
    applied_per_s: float
    refused_per_s: float
    drain_s: float
    accepted_to_applied_ms: Spread
    accepted_to_completed_ms: Spread


@dataclass(frozen=True)
class Verdict:
    """Whether all held.

    Attributes
    ----------
    findings
        How many of each sort: lost, doubled, reordered, diverging.
    examples
        The first few, in words.
    audit
        How much each check of the audit found; empty if the books are right.
    thresholds
        Each of k6's, and whether it held.
    is_drained
        Whether everything came to its end in time.
    judged
        How much was judged.
    stale
        How many balances were behind their entries when they were first read, for the writer had
        lost the cache: allowed for ten seconds (decision 5), so they were read again.
    """

    findings: dict[str, int]
    examples: list[str]
    audit: dict[str, int]
    audit_examples: list[str]
    thresholds: dict[str, bool]
    is_drained: bool
    judged: dict[str, int]
    stale: int

    @property
    def is_correct(self) -> bool:
        """Whether the ledger did what it promises."""
        return not any(self.findings.values()) and not self.audit and self.is_drained

    @property
    def crossed(self) -> list[str]:
        """The thresholds that did not hold."""
        return [rule for rule, held in self.thresholds.items() if not held]

    @property
    def holds(self) -> bool:
        """Whether all held."""
        return self.is_correct and not self.crossed


@dataclass(frozen=True)
class Memory:
    """A part's own memory, in MiB, and how it went once it had warmed up, in MiB a minute."""

    start: float
    end: float
    slope: float

    @property
    def is_flat(self) -> bool:
        """Whether it would grow by less than a tenth, and 2 MiB, in ten minutes more."""
        return self.slope * 10 <= self.end / 10 + 2


@dataclass(frozen=True)
class Timeline:
    """What happened in each second; all lists are equally long.

    Attributes
    ----------
    lag
        By partition: records in the log and not applied at the end of the second.
    cpu
        By part: cores in use.
    memory
        By part, in MiB.
    """

    seconds: int
    sent: Series
    accepted: Series
    applied: Series
    refused: Series
    errors: Series
    latency_ms: dict[str, Series]
    applied_ms: dict[str, Series]
    lag: dict[str, Series]
    cpu: dict[str, Series]
    memory: dict[str, Series]


@dataclass(frozen=True)
class Report:
    """Everything about one run."""

    about: dict[str, Any]
    requests: Requests
    outcomes: Outcomes
    verdict: Verdict
    cpu_s: dict[str, float]
    memory: dict[str, Memory]
    timeline: Timeline

    def growing(self) -> list[str] | None:
        """Return the parts of the stack whose memory grew; None of a run too short to tell."""
        if self.outcomes.seconds < LONG_S:
            return None
        return [
            part
            for part, one in self.memory.items()
            if part not in (GENERATOR, REPORTER) and not one.is_flat
        ]
