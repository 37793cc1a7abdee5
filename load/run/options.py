"""The options of `make load`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local_cloud.config import ROOT

PROFILES: Final = ("steady", "ramp", "spike", "soak")
#: Requests per second that leave a machine with two cores room for the generator.
RATES: Final = {
    "mix": 200,
    "money": 200,
    "deposits": 200,
    "withdrawals": 200,
    "transfers": 150,
    "accounts": 40,
    "signins": 20,
}
SOAK_SECONDS: Final = 600
USUAL_SECONDS: Final = 60
MOST_RATE: Final = 20_000
MOST_SECONDS: Final = 24 * 3600
REPORTS: Final = ROOT / "load" / "reports"


@dataclass(frozen=True)
class Options:
    """The options. A ``rate`` of 0 is the maximum rate."""

    mix: str
    profile: str
    rate: int
    seconds: int
    users: int
    accounts: int
    seed: int
    drain_s: float
    limit_factor: float
    reports: Path
    keep_history: bool


def parse(arguments: Sequence[str] | None) -> Options:
    """Parse the command line. Empty options count as unset, because make passes them empty."""
    found = _parser().parse_args(arguments)
    profile = found.profile or "steady"
    mix = found.mix or "mix"
    is_soak = profile == "soak"
    if found.rate is not None:
        rate = found.rate
    elif profile == "spike":
        # Its peak is five times this.
        rate = RATES[mix] // 4
    else:
        rate = RATES[mix] // 2 if is_soak else RATES[mix]
    if rate == 0 and profile not in ("steady", "soak"):
        _parser().error("--rate max works only with the profiles steady and soak")
    seconds = found.seconds or (SOAK_SECONDS if is_soak else USUAL_SECONDS)
    return Options(
        mix,
        profile,
        rate,
        seconds,
        found.users,
        found.accounts,
        found.seed,
        found.drain,
        found.limit_factor,
        found.reports,
        found.keep_history,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="load",
        description="Load the running stack with k6, verify the result, and write a report."
        " Exit status 0: all checks passed. 1: one failed. 2: the run or a check was not possible.",
    )
    parser.add_argument("--mix", choices=["", *RATES], help="the kinds of requests (mix)")
    parser.add_argument("--profile", choices=["", *PROFILES], help="the pace (steady)")
    parser.add_argument("--rate", type=_rate, help="requests per second, or max (by the mix)")
    parser.add_argument("--seconds", type=_seconds, help=f"the duration ({USUAL_SECONDS})")
    parser.add_argument(
        "--users", type=_count, default=8, help="the owners of the accounts (%(default)s)"
    )
    parser.add_argument("--accounts", type=_count, default=240, help="(%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the requests")
    parser.add_argument(
        "--drain",
        type=float,
        default=120,
        metavar="SECONDS",
        help="how long to wait afterwards until the log is applied (%(default)s)",
    )
    parser.add_argument(
        "--limit-factor",
        type=float,
        default=1.0,
        help="multiply k6's latency limits by this (%(default)s)",
    )
    parser.add_argument("--reports", type=Path, default=REPORTS, help="where to write reports")
    parser.add_argument(
        "--keep-history", action="store_true", help="keep it even if all checks passed (large)"
    )
    return parser


def _rate(text: str) -> int | None:
    if text == "":
        return None
    return 0 if text == "max" else _within(text, MOST_RATE, "requests per second, or max")


def _seconds(text: str) -> int | None:
    return None if text == "" else _within(text, MOST_SECONDS, "seconds")


def _count(text: str) -> int:
    return _within(text, 100_000, "")


def _within(text: str, most: int, unit: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= most:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r}: give a whole number from 1 to {most:,} {unit}")
