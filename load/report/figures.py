"""The figures of a report, as stored in its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

#: Shown beside the parts of the stack.
GENERATOR: Final = "k6"
REPORTER: Final = "measuring"
#: The shortest run that shows whether memory grows, because programs warm up for minutes.
LONG_S: Final = 300

Series = list[float | None]


@dataclass(frozen=True)
class Spread:
    """A distribution of durations in milliseconds; None if there are no values."""

    count: int
    p50: float | None
    p95: float | None
    p99: float | None
    most: float | None


@dataclass(frozen=True)
class Scenario:
    """The figures of one kind of request."""

    kind: str
    per_s: float
    latency_ms: Spread
    errors: int


@dataclass(frozen=True)
class Requests:
    """The figures of all requests.

    Attributes
    ----------
    seconds
        From the first request to the last response.
    repeated
        How many were sent again with their key after their response.
    dropped
        How many were due but could not be sent.
    errors
        How many got an error or no response, by status and code.
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
    """The outcomes of the accepted commands.

    Attributes
    ----------
    seconds
        From the first request until the last command was applied.
    refused
        How many were refused, by reason.
    unended
        How many were accepted but did not end.
    drain_s
        From the last response until the last command was applied.
    accepted_to_applied_ms
        From the time of a command's record until its partition was seen past it.
    accepted_to_completed_ms
        For transfers, the time until the settlement from the destination's partition was also
        applied.
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
    """The results of all checks.

    Attributes
    ----------
    findings
        The number of findings of each sort: lost, doubled, reordered, diverging.
    examples
        The texts of the first few findings.
    audit
        The number of findings of each check of the audit; empty if the books are right.
    thresholds
        Each of k6's thresholds, and whether it was met.
    is_drained
        Whether everything ended in time.
    judged
        How much was checked.
    stale
        How many balances were read again because they were behind their entries. That is allowed
        for ten seconds after the writer loses its connection to the cache (decision 5).
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
        """Whether the ledger's result is correct."""
        return not any(self.findings.values()) and not self.audit and self.is_drained

    @property
    def crossed(self) -> list[str]:
        """The thresholds that were crossed."""
        return [rule for rule, held in self.thresholds.items() if not held]

    @property
    def holds(self) -> bool:
        """Whether all checks passed."""
        return self.is_correct and not self.crossed


@dataclass(frozen=True)
class Memory:
    """A part's unshared memory in MiB, and its slope after the warm-up in MiB per minute."""

    start: float
    end: float
    slope: float

    @property
    def is_flat(self) -> bool:
        """Whether it would grow by less than a tenth plus 2 MiB in another ten minutes."""
        return self.slope * 10 <= self.end / 10 + 2


@dataclass(frozen=True)
class Timeline:
    """The figures of each second. All lists have the same length.

    Attributes
    ----------
    lag
        By partition: records in the log that are not applied at the end of the second.
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
    """The figures of one run."""

    about: dict[str, Any]
    requests: Requests
    outcomes: Outcomes
    verdict: Verdict
    cpu_s: dict[str, float]
    memory: dict[str, Memory]
    timeline: Timeline

    def growing(self) -> list[str] | None:
        """Return the parts whose memory grew; None if the run was too short to tell."""
        if self.outcomes.seconds < LONG_S:
            return None
        return [
            part
            for part, one in self.memory.items()
            if part not in (GENERATOR, REPORTER) and not one.is_flat
        ]
