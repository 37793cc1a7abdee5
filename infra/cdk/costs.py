"""Compute a stage's monthly cost from its configuration and the prices in ``prices.json``.

    python infra/cdk/costs.py

prints the tables of "Costs" in docs/aws.md; a test compares the page with them. Costs without a
source for their price (keys, secrets, endpoints, backups, tiered storage, transfer) are left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

# In a script, this directory is first on the path, where `app` would be the CDK's.
if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from infra.cdk.config import AwsStage, ExternalKafkaConfig, MskConfig
from infra.cdk.stages import AWS_STAGES, PROD

PRICES: Final = Path(__file__).with_name("prices.json")
HOURS: Final = 730
SECONDS: Final = HOURS * 3600
RATES: Final = (100, 1_000, 10_000)
VCPUS: Final = {"m7g.large": 2, "m7g.2xlarge": 8, "t4g.small": 2}
#: RDS Proxy's minimum with Aurora Serverless.
LEAST_ACUS: Final = 8
#: Four Kafka pollers share a unit; each of the two mappings has its own.
POLLERS_A_UNIT: Final = 4
MAPPINGS: Final = 2
#: Rules of the web ACL (`infra.cdk.firewall`) of production, and the metrics of its alarms
#: (`infra.cdk.alarms`): an alarm costs as much as it has metrics.
RULES: Final = 4
ALARMS: Final = 80
#: How many of them are about a database, its pooler and its passwords.
ALARMS_A_SHARD: Final = 11
#: Assumptions about the functions, until they are measured on AWS.
API_S: Final = 0.020
API_GB: Final = 1.0
APPLY_S: Final = 0.050
APPLY_GB: Final = 1.0
LOG_KB: Final = 0.4
RECORD_KB: Final = 1.0
#: An object of the archive takes a request to list what is there, and one to write it.
REQUESTS_AN_OBJECT: Final = 2
#: The batching window of the archive (`infra.cdk.consumers`).
ARCHIVE_WINDOW_S: Final = 10
ARCHIVE_S: Final = 0.200
ARCHIVE_GB: Final = 0.5
#: The assumed minimum size of batches, and their maximum rate per second.
MOST_BATCHES: Final = 48 / APPLY_S


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a unit, and its source."""

    name: str
    usd: float
    per: str
    source: str


def load_prices(file: Path = PRICES) -> tuple[dict[str, Price], dict[str, Any]]:
    """Return the prices by name, and their document."""
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    prices = {name: Price(name, **price) for name, price in document["prices"].items()}
    unknown = {price.source for price in prices.values()} - document["sources"].keys()
    if unknown:
        raise ValueError(f"prices.json names unknown sources: {sorted(unknown)}")
    return prices, document


Usd = Callable[[str], float]


def idle(stage: AwsStage, usd: Usd) -> dict[str, float]:
    """Return the monthly cost of an idle stage, in US dollars by part."""
    costs = {
        "MSK": _log(stage, usd),
        "PostgreSQL": stage.database.shards * _database(stage, usd),
        "RDS Proxy": stage.database.shards * _proxy(stage, usd),
        "Valkey": (1 + stage.cache.replicas) * usd(stage.cache.node_type) * HOURS,
        "NAT gateways": stage.network.nat_gateways * usd("nat.hour") * HOURS,
        "pollers": MAPPINGS * _units(stage) * usd("lambda.poller") * HOURS,
        "alarms": _alarms(stage) * usd("alarm.month"),
    }
    if stage.api.has_firewall:
        costs["WAF"] = usd("waf.acl") + RULES * usd("waf.rule")
    return costs


def _alarms(stage: AwsStage) -> int:
    return ALARMS + (stage.database.shards - 1) * ALARMS_A_SHARD


def _units(stage: AwsStage) -> int:
    return -(-stage.consumers.minimum_pollers // POLLERS_A_UNIT)


def _log(stage: AwsStage, usd: Usd) -> float:
    kafka = stage.kafka
    if isinstance(kafka, ExternalKafkaConfig):
        # Its provider's bill.
        return 0.0
    if not isinstance(kafka, MskConfig):
        raise TypeError("only provisioned MSK has a price")
    brokers = len(stage.network.zones)
    return brokers * (usd(kafka.broker_type) * HOURS + kafka.storage_gb * usd("kafka.gb"))


def _database(stage: AwsStage, usd: Usd) -> float:
    database = stage.database
    if database.instance_type is None:
        return database.minimum_acu * usd("aurora.acu") * HOURS
    copies = 2 if database.multi_az else 1
    server = usd(f"db.{database.instance_type}") * HOURS
    return copies * (server + database.storage_gb * usd("rds.gp3"))


def _proxy(stage: AwsStage, usd: Usd) -> float:
    instance = stage.database.instance_type
    capacity = LEAST_ACUS if instance is None else VCPUS[instance]
    return capacity * usd("proxy.vcpu") * HOURS


def load(rate: int, usd: Usd) -> dict[str, float]:
    """Return the monthly cost of ``rate`` single commands per second."""
    requests = rate * SECONDS
    batches = min(rate, MOST_BATCHES) * SECONDS
    gb = requests * RECORD_KB / 1e6
    return {
        "API Gateway, REST": _tiered(requests, usd),
        "WAF": requests * usd("waf.request"),
        "API function": requests * (usd("lambda.request") + API_S * API_GB * usd("lambda.arm")),
        "apply function": batches
        * (usd("lambda.request") + APPLY_S * APPLY_GB * usd("lambda.arm")),
        "archive of the log, with what a month adds": _archive(rate, usd) + gb * usd("s3.gb"),
        "logs": requests * LOG_KB / 1e6 * usd("logs.gb"),
        "log and ledger, what a month adds": gb * (3 * usd("kafka.gb") + 2 * usd("rds.gp3")),
    }


def _archive(rate: int, usd: Usd) -> float:
    """Return the monthly cost of writing the archive: an object for each partition and window."""
    objects = min(rate, PROD.partitions / ARCHIVE_WINDOW_S) * SECONDS
    per_object = REQUESTS_AN_OBJECT * usd("s3.request") + usd("lambda.request")
    return objects * (per_object + ARCHIVE_S * ARCHIVE_GB * usd("lambda.arm"))


def copied(rate: int, usd: Usd) -> float:
    """Return what copies in another region of a month at ``rate`` cost in that month."""
    gb = rate * SECONDS * RECORD_KB / 1e6
    archive = usd("transfer.gb") + usd("s3.gb")
    # The ledger adds as much as the log, and its WAL about as much again.
    return gb * (archive + 2 * usd("transfer.gb") + usd("rds.backup"))


def _tiered(requests: float, usd: Usd) -> float:
    cost = 0.0
    for size, name in (
        *((333e6, "rest.first"), (667e6, "rest.second"), (19e9, "rest.third")),
        (float("inf"), "rest.fourth"),
    ):
        part = min(requests, size)
        cost += part * usd(name)
        requests -= part
    return cost


def _table(head: Iterable[str], rows: Mapping[str, list[float]]) -> list[str]:
    names = list(head)
    lines = ["| " + " | ".join(names) + " |", "|---" * len(names) + "|"]
    for name, values in rows.items():
        bold = "**" if name in ("together", "with the idle") else ""
        cells = [f"{bold}{value:,.0f}{bold}" if value else "" for value in values]
        lines.append(f"| {bold}{name}{bold} | " + " | ".join(cells) + " |")
    return lines


def report() -> str:
    """Return the tables and their prices as Markdown."""
    prices, document = load_prices()

    def usd(name: str) -> float:
        return prices[name].usd

    stages = {name: idle(stage, usd) for name, stage in AWS_STAGES.items()}
    parts = dict.fromkeys(part for costs in stages.values() for part in costs)
    rows = {part: [costs.get(part, 0.0) for costs in stages.values()] for part in parts}
    rows["together"] = [sum(costs.values()) for costs in stages.values()]
    loads = [load(rate, usd) for rate in RATES]
    loaded = {part: [costs[part] for costs in loads] for part in loads[0]}
    loaded["with the idle"] = [
        sum(costs.values()) + sum(stages["prod"].values()) for costs in loads
    ]
    loaded["copies in another region, which no stage has"] = [copied(rate, usd) for rate in RATES]
    lines = [
        *_table(["idle", *stages], rows),
        "",
        "Under load, every second of the month, on top of prod's idle:",
        "",
        *_table(["transactions/s", *(f"{rate:,}" for rate in RATES)], loaded),
        "",
        "| price | USD | per | source | of | grade |",
        "|---|---|---|---|---|---|",
    ]
    for price in prices.values():
        source = document["sources"][price.source]
        amount = f"{price.usd:.10f}".rstrip("0").rstrip(".")
        cells = (price.name, amount, price.per, price.source, source["as_of"], source["grade"])
        lines.append("| " + " | ".join(cells) + " |")
    lines.append("")
    for name, source in document["sources"].items():
        lines.append(f"- `{name}`: {source['what']}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(report(), end="")
