"""What `make load` is asked for."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local_cloud.config import ROOT

PROFILES: Final = ("steady", "ramp", "spike", "soak")
#: Requests a second that leave a machine of two cores room for the generator itself.
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
    """What is asked for; ``rate`` 0 stands for as many as are answered."""

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
    """Read the command line; what is empty is as if it were not there, for make's sake."""
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
        _parser().error("--rate max goes with the profiles steady and soak only")
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
        description="Load the running stack with k6, prove that it stayed right, and report."
        " Exit status 0: all held. 1: something did not. 2: it could not be run or judged.",
    )
    parser.add_argument("--mix", choices=["", *RATES], help="what is asked for (mix)")
    parser.add_argument("--profile", choices=["", *PROFILES], help="at what pace (steady)")
    parser.add_argument("--rate", type=_rate, help="requests a second, or max (by the mix)")
    parser.add_argument("--seconds", type=_seconds, help=f"how long ({USUAL_SECONDS})")
    parser.add_argument(
        "--users", type=_count, default=8, help="who owns the accounts (%(default)s)"
    )
    parser.add_argument("--accounts", type=_count, default=240, help="(%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="what the requests follow from")
    parser.add_argument(
        "--drain",
        type=float,
        default=120,
        metavar="SECONDS",
        help="how long the log may take to be applied afterwards (%(default)s)",
    )
    parser.add_argument(
        "--limit-factor",
        type=float,
        default=1.0,
        help="what k6's latency limits are multiplied by (%(default)s)",
    )
    parser.add_argument("--reports", type=Path, default=REPORTS, help="where reports go")
    parser.add_argument(
        "--keep-history", action="store_true", help="keep it also if all held (it is large)"
    )
    return parser


def _rate(text: str) -> int | None:
    if text == "":
        return None
    return 0 if text == "max" else _within(text, MOST_RATE, "requests a second, or max")


def _seconds(text: str) -> int | None:
    return None if text == "" else _within(text, MOST_SECONDS, "seconds")


def _count(text: str) -> int:
    return _within(text, 100_000, "")


def _within(text: str, most: int, unit: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= most:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r}: give a whole number from 1 to {most:,} {unit}")
