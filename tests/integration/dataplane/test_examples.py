"""The public examples of Chalice and Powertools run unchanged.

Most come from the installed packages. Those that only the source of Powertools' documentation has
run with POWERTOOLS_SOURCE=CHECKOUT.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import importlib.util
import inspect
import os
import re
import textwrap
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import chalice
import httpx
import pytest
from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from dataplane.state_folder import read_json
from tests.integration.dataplane import own
from tests.integration.dataplane.conftest import wait_for
from tests.integration.dataplane.own import Account, proxy

pytestmark = pytest.mark.integration

CHALICE = Path(chalice.__file__).parent
# With what its tracer needs, as the layer of AWS has it.
POWERTOOLS = tuple(
    path if path.name != "__init__.py" else path.parent
    for name in ("aws_lambda_powertools", "aws_xray_sdk", "wrapt", "typing_extensions")
    for path in [Path(str(getattr(importlib.util.find_spec(name), "origin", "")))]
)
# As Powertools' documentation says for where there is no X-Ray.
UNTRACED = {"Environment": {"Variables": {"POWERTOOLS_TRACE_DISABLED": "true"}}}
# MiniStack's Lambda API refuses brokers of one's own; its CloudFormation does not.
MAPPING = """
Resources:
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: batch
      Topics: [{topic}]
      StartingPosition: TRIM_HORIZON
      SelfManagedEventSource:
        Endpoints:
          KafkaBootstrapServers: !Split [",", "{kafka}"]
      FunctionResponseTypes: [ReportBatchItemFailures]
      MaximumRetryAttempts: {retries}
"""
_CONSUMER = Path(__file__).parent / "toy" / "toy_powertools.py"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with own.own_emulator(tmp_path_factory.mktemp("emulator")) as emulator:
        yield Account(emulator)


def chalices_example() -> str:
    """Return the application that `chalice new-project` makes, with its further examples in it."""
    text = (CHALICE / "templates/0000-rest-api/app.py").read_text()
    text = text.replace("{{app_name}}", "helloworld")
    code, _, comment = text.partition("# Here are a few more examples:\n")
    examples = comment.partition("# See the README")[0]
    return code + "\n".join(line[2:] for line in examples.splitlines())


def powertools_example() -> str:
    """Return the example of the resolver's own documentation."""
    documented = inspect.getdoc(ApiGatewayResolver) or ""
    (code,) = re.findall(r"```python\n(.*?)```", documented, re.DOTALL)
    return textwrap.dedent(code)


def test_chalices_own_example_runs(account: Account, tmp_path: Path) -> None:
    arn = account.function("chalice", chalices_example(), (CHALICE,), Handler="app.app")
    api = account.api("chalice")
    account.route(api, "/", proxy(arn))
    account.route(api, "/hello/{name}", proxy(arn))
    account.route(api, "/users", proxy(arn), "POST")
    account.deploy(api, "api")
    with own.plane(account.emulator, tmp_path) as address, httpx.Client(timeout=30) as client:
        assert client.get(f"{address}/api/").json() == {"hello": "world"}
        assert client.get(f"{address}/api/hello/james").json() == {"hello": "james"}
        user = {"name": "james"}
        assert client.post(f"{address}/api/users", json=user).json() == {"user": user}
        # Its application object holds the current request: none may see another's.
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            answers = threads.map(
                lambda number: client.post(f"{address}/api/users", json=number).json(), range(20)
            )
            assert list(answers) == [{"user": number} for number in range(20)]
    account.gateway.delete_rest_api(restApiId=api)


def test_powertools_own_example_of_a_rest_resolver_runs(account: Account, tmp_path: Path) -> None:
    named = {"Handler": "app.lambda_handler", **UNTRACED}
    arn = account.function("powertools", powertools_example(), POWERTOOLS, **named)
    api = account.api("powertools")
    account.route(api, "/{proxy+}", proxy(arn), "ANY")
    account.deploy(api, "api")
    with own.plane(account.emulator, tmp_path) as address, httpx.Client(timeout=30) as client:
        assert client.get(f"{address}/api/get-call").json() == {"message": "Foo"}
        assert client.get(f"{address}/api/nothing").status_code == 404
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            answers = threads.map(
                lambda number: client.post(
                    f"{address}/api/post-call", json={"value": number}
                ).json(),
                range(20),
            )
            assert list(answers) == [{"message": number} for number in range(20)]
    account.gateway.delete_rest_api(restApiId=api)


def test_powertools_documented_resolver_runs_unchanged(account: Account, tmp_path: Path) -> None:
    code = powertools_file("examples/event_handler_rest/src/dynamic_routes_catch_all.py")
    with resolver(account, tmp_path, "catch-all", code) as url:
        assert httpx.get(f"{url}/any/path").json() == {"path_received": "/any/path"}


def test_a_kafka_consumer_with_powertools_batch_processing_runs(
    account: Account, tmp_path: Path
) -> None:
    sink = tmp_path / "sink"
    values = ('{"order": 1}', '{"order": "fails once"}', '{"order": 3}')
    code, environment = _CONSUMER.read_text(), {"TOY_SINK": str(sink)}
    with consumer(account, tmp_path, code, values, environment):

        def applied() -> list[str]:
            return sink.read_text().splitlines() if sink.exists() else []

        # From the record that failed on, once more.
        wait_for(lambda: applied()[-2:] == ["fails once", "3"], 30, "all are applied")
    assert applied()[0] == "1"
    assert applied().count("1") == 1


def test_powertools_documented_batch_processing_of_kafka_runs_unchanged(
    account: Account, tmp_path: Path
) -> None:
    code = powertools_file("examples/batch_processing/src/getting_started_kafka.py")
    values = ('{"order": 1}', "no JSON", '{"order": 3}')
    with consumer(account, tmp_path, code, values, retries=1) as progress:
        # The rest of the batch, from the record on that it reports, is retried and given up.
        wait_for(lambda: (progress("done"), progress("given_up")) == (1, 2), 30, "all are done")
        assert progress("errors") == 2


def test_powertools_documented_kafka_consumer_runs_unchanged(
    account: Account, tmp_path: Path
) -> None:
    code = powertools_file("examples/kafka/consumer/src/getting_started_with_json.py")
    values = ('{"name": "Ada", "age": 36}', '{"name": "Zoë", "age": 7}')
    with consumer(account, tmp_path, code, values) as progress:
        wait_for(lambda: progress("done") == 2, 30, "all are done")
        assert progress("errors") == 0
    (log,) = (tmp_path / "plane" / "logs" / "functions").glob("batch.log")
    assert "Processing user: Ada, age 36" in log.read_text()


def powertools_file(path: str) -> str:
    """Return a file of Powertools' documentation, which its package does not bring."""
    source = os.environ.get("POWERTOOLS_SOURCE")
    if not source:
        pytest.skip("needs POWERTOOLS_SOURCE, a checkout of powertools-lambda-python")
    return (Path(source) / path).read_text()


@contextlib.contextmanager
def resolver(account: Account, folder: Path, name: str, code: str) -> Iterator[str]:
    """Serve a function for every path and method; yields the stage's address."""
    arn = account.function(name, code, POWERTOOLS, Handler="app.lambda_handler", **UNTRACED)
    api = account.api(name)
    account.route(api, "/{proxy+}", proxy(arn), "ANY")
    account.deploy(api, name)
    try:
        with own.plane(account.emulator, folder) as address:
            yield f"{address}/{name}"
    finally:
        account.gateway.delete_rest_api(restApiId=api)
        account.functions.delete_function(FunctionName=name)


@contextlib.contextmanager
def consumer(
    account: Account,
    folder: Path,
    code: str,
    values: tuple[str, ...],
    environment: dict[str, str] | None = None,
    retries: int = -1,
) -> Iterator[Callable[[str], int]]:
    """Consume values with a function; yields what its partition's status says of a name."""
    kafka = os.environ.get("LEDGERLANE_KAFKA")
    if not kafka:
        pytest.skip("needs LEDGERLANE_KAFKA: run `make test`")
    topic = f"powertools-{uuid.uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(10)
    variables = {**UNTRACED["Environment"]["Variables"], **(environment or {})}
    settings: dict[str, Any] = {
        "Handler": "app.lambda_handler",
        "Environment": {"Variables": variables},
    }
    account.function("batch", code, POWERTOOLS, **settings)
    stacks = account.emulator.client("cloudformation")
    template = MAPPING.format(topic=topic, kafka=kafka, retries=retries)
    stacks.create_stack(StackName="batch", TemplateBody=template)
    stacks.get_waiter("stack_create_complete").wait(StackName="batch", WaiterConfig={"Delay": 1})
    producer = Producer({"bootstrap.servers": kafka, "linger.ms": 0})
    for value in values:
        producer.produce(topic, value)
    producer.flush(10)

    def progress(name: str) -> int:
        status = read_json(folder / "plane" / "status" / "poller.json") or {"mappings": {}}
        rows = [row for one in status["mappings"].values() for row in one["partitions"]]
        return sum(row[name] for row in rows)

    try:
        with own.plane(account.emulator, folder):
            yield progress
    finally:
        stacks.delete_stack(StackName="batch")
        account.functions.delete_function(FunctionName="batch")
