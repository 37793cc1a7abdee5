"""A setting has one name, one set of bounds and one default, on every road that it takes."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields

import pytest

from functions.settings import Settings, SettingsError, load
from handlers.platform import bounds
from handlers.platform.bounds import GENEROUS, SETTINGS, STRICT, Limits
from handlers.platform.setting import LOCAL, SettingError
from infra.cdk import specs
from tests.support.readers import ROOT, settings_used_by

FUNCTIONS = [spec for spec in vars(specs).values() if isinstance(spec, specs.FunctionSpec)]
#: What runs. docs/client and the data plane are of use without a ledger's stack.
RUNNING = ("app.py", "functions", "handlers", "infra", "load", "localstack/local_cloud")
#: Read by the function's own code: Lambda sets the first, `make env` the second.
ELSEWHERE = ("AWS_", "LEDGERLANE_")
COMPLETE = {
    **{"STAGE": "prod", "DATABASE_HOST": "h", "DATABASE_PORT": "1", "DATABASE_NAME": "n"},
    **{"DATABASE_SECRET_ARN": "a", "KAFKA_BOOTSTRAP": "k:1, l:2", "PARTITIONS": "1"},
    "REDIS_URL": "redis://r:1/0",
}


def sources(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    """Return the trees of the Python files of some rooms, by their paths."""
    for room in rooms:
        path = ROOT / room
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


def texts(tree: ast.AST) -> Iterator[str]:
    return (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_the_table_says_which_functions_use_a_setting() -> None:
    used: dict[str, set[str]] = defaultdict(set)
    for spec in FUNCTIONS:
        for name in settings_used_by(spec.module):
            used[name].add(spec.name)

    assert {name: set(setting.readers) for name, setting in SETTINGS.items()} == used


def test_every_setting_that_is_no_librarys_is_in_the_model() -> None:
    model = {field.name.upper() for cls in (Settings, Limits) for field in fields(cls)}

    ours = {name for name in SETTINGS if not name.startswith("POWERTOOLS_")}
    assert model - {"LIMITS"} == ours


def test_a_function_reads_no_variable_but_by_the_table() -> None:
    """``os.environ`` goes to the table, or is asked for what somebody else sets."""
    read = {
        (path, text)
        for path, tree in sources("app.py", "functions", "handlers")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call | ast.Subscript | ast.Compare)
        and re.search(r"\bos\.(environ|getenv)\b", ast.unparse(node))
        and ".read(os.environ)" not in ast.unparse(node)
        for text in texts(node)
        if re.fullmatch(r"[A-Z][A-Z0-9_]+", text)
    }

    unknown = {(path, name) for path, name in read if not name.startswith(ELSEWHERE)}
    # The default of a command line's option, which the table then reads.
    assert unknown == {("functions/rebuild.py", "PARTITIONS")}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_default_is_within_its_bounds(name: str) -> None:
    setting = SETTINGS[name]

    for default in (setting.default, setting.local):
        if default:
            setting.parse(default)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("PARTITIONS", "10001", "PARTITIONS='10001' is not a whole number from 1 to 10000"),
        ("PARTITIONS", "²", "PARTITIONS='²' is not a whole number from 1 to 10000"),
        ("MAX_LAG_S", "-1", "MAX_LAG_S='-1' is not a whole number from 0 to 3600"),
        (
            "LOG_LEVEL",
            "LOUD",
            "LOG_LEVEL='LOUD' is not one of DEBUG, INFO, WARNING",
        ),
        ("WEBHOOKS_ALLOW_LOOPBACK", "1", "WEBHOOKS_ALLOW_LOOPBACK='1' is not one of true, false"),
        ("DATABASE_HOST", "a b", "DATABASE_HOST='a b' is not of the form db.example.com"),
        (
            "KAFKA_BOOTSTRAP",
            "a:1,,b:2",
            "KAFKA_BOOTSTRAP='a:1,,b:2' is not of the form broker.example.com:9092, with commas",
        ),
        ("KAFKA_BOOTSTRAP", "a:65536", "KAFKA_BOOTSTRAP='a:65536' is not of the form"),
        ("REDIS_URL", "r:1", "REDIS_URL='r:1' is not of the form redis://cache.example.com:6379/0"),
        ("DATABASE_NAME", "", r"DATABASE_NAME is not set \(allowed: of the form ledgerlane\)"),
    ],
)
def test_a_wrong_value_is_told_with_its_setting_and_what_is_allowed(
    name: str, text: str, complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint):
        load({**COMPLETE, name: text})


def test_words_are_read_in_small_and_capital_letters() -> None:
    settings = load({**COMPLETE, "LOG_LEVEL": "debug", "WEBHOOKS_ALLOW_LOOPBACK": "TRUE"})

    assert (settings.log_level, settings.webhooks_allow_loopback) == ("DEBUG", True)


def test_brokers_are_read_from_a_list_with_commas() -> None:
    assert load(COMPLETE).kafka_bootstrap == ("k:1", "l:2")


def test_what_powertools_reads_is_left_to_it() -> None:
    """It takes more words for true than the table has."""
    assert load({**COMPLETE, "POWERTOOLS_TRACE_DISABLED": "1"}) == load(COMPLETE)


def test_no_partition_count_is_assumed_by_a_function() -> None:
    """An account's partition follows from it: a wrong one splits the account's history."""
    without = {name: text for name, text in COMPLETE.items() if name != "PARTITIONS"}
    for stage in ("prod", LOCAL):
        with pytest.raises(SettingsError, match="PARTITIONS is not set"):
            load({**without, "STAGE": stage})
    assert SETTINGS["PARTITIONS"].read_for_local({}) == 4


def test_limits_state_what_the_functions_read_back() -> None:
    for limits in (STRICT, GENEROUS):
        assert load({**COMPLETE, **limits.variables()}).limits == limits


def test_every_limit_is_a_number_of_the_table() -> None:
    allowed = [SETTINGS[name].form.allowed for name in Limits().variables()]
    assert all(each.startswith("a whole number from 0 to ") for each in allowed)
    with pytest.raises(SettingError, match="REQUESTS_PER_MINUTE='1000000001'"):
        SETTINGS["REQUESTS_PER_MINUTE"].parse(str(bounds.MAX_RATE + 1))


NAMES = {
    text
    for name, text in vars(bounds).items()
    if name.endswith(("_TOPIC", "_GROUP")) and isinstance(text, str) and not name.startswith("_")
}


def test_no_name_of_a_topic_or_a_group_stands_elsewhere() -> None:
    found = {
        path
        for path, tree in sources(*RUNNING)
        for text in texts(tree)
        # Whole texts: a docstring may speak of a topic.
        if text in NAMES
    }
    statements = {
        str(path.relative_to(ROOT))
        for room in RUNNING
        for path in (ROOT / room).rglob("*.sql")
        if any(f"'{name}'" in path.read_text(encoding="utf-8") for name in NAMES)
    }

    assert len(NAMES) == 6
    assert found == {"handlers/platform/bounds.py"}
    assert statements == set()


def test_no_port_of_the_table_is_written_as_a_number_elsewhere() -> None:
    ports = {bounds.MAX_PORT, bounds.POOLER_PORT, bounds.KAFKA_PORT, bounds.REDIS_PORT}

    found = {
        (path, node.value)
        for path, tree in sources("functions", "infra", "localstack/local_cloud")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in ports
    }

    assert found == set()
