"""All scenarios by name, in the order of a round."""

from __future__ import annotations

from collections.abc import Sequence

from load.bench import answers, deposits, latency
from load.bench.measured import Scenario

SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("singles", "Deposits, one a request", "sustained_per_s", deposits.singles),
        Scenario("batch", "Deposits, many a request", "sustained_per_s", deposits.batches),
        Scenario("balances", "Accounts read", "answered_per_s", answers.balances),
        Scenario("transactions", "Transactions read", "answered_per_s", answers.transactions),
        Scenario(
            "balances-without-redis",
            "Accounts read, Redis stopped",
            "answered_per_s",
            answers.balances_without_redis,
        ),
        Scenario(
            "transactions-without-redis",
            "Transactions read, Redis stopped",
            "answered_per_s",
            answers.transactions_without_redis,
        ),
        Scenario("latency", "Deposits at an even pace", "http_p99_ms", latency.paced),
        # Last, because the API goes on computing hashes for a while after the clients have gone.
        Scenario("signins", "Sign-ins", "answered_per_s", answers.sign_ins),
    )
}
GROUPS = {
    "reads": [name for name in SCENARIOS if name.startswith(("balances", "transactions"))],
    "all": list(SCENARIOS),
}


class UnknownScenario(Exception):
    """There is no scenario with that name. The message lists the known names."""


def chosen(names: str, others: Sequence[str] = ()) -> list[Scenario]:
    """Return the scenarios of a comma-separated list of names and groups.

    Parameters
    ----------
    others
        More known names, for the error message.

    Raises
    ------
    UnknownScenario
        If a name is unknown.
    """
    wanted: list[str] = []
    for name in filter(None, names.split(",")):
        wanted += GROUPS.get(name.strip(), [name.strip()])
    unknown = [name for name in wanted if name not in SCENARIOS]
    if unknown:
        known = ", ".join([*SCENARIOS, *others, *GROUPS])
        raise UnknownScenario(f"there is no scenario {unknown[0]!r}; choose one of {known}")
    return [scenario for name, scenario in SCENARIOS.items() if name in wanted]
