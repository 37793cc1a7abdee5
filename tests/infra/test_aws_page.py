"""docs/aws.md and docs/runbooks.md: every command, file, stack and name in them is there."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.model import Shape, StructureShape
from botocore.session import get_session

from infra.cdk import config
from infra.cdk.aws import COMMANDS
from infra.cdk.build_asset import ROOT
from infra.cdk.ops import event_of
from infra.cdk.stages import AWS_STAGES, EPHEMERAL, STAGES
from infra.signals.catalogue import SIGNALS
from tests.support.reviewed import SNAPSHOTS, template

PAGES = [ROOT / "docs" / "aws.md", ROOT / "docs" / "runbooks.md"]
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
#: The alarm that rolls a release back is of a deployment, not of the list of signals.
ALARMS = {signal.name for signal in SIGNALS} | {"release-errors"}
#: What AWS calls things that are in no template of ours.
OF_AWS = {
    "InitDuration": "a field of the REPORT line in a function's log",
    "PollerGroupName": "a property of mappings that we don't use yet",
}


@pytest.fixture(params=PAGES, ids=lambda page: page.name)
def page(request: pytest.FixtureRequest) -> str:
    path: Path = request.param
    return path.read_text()


def test_every_target_is_in_the_makefile(page: str) -> None:
    made = re.findall(r"make (?:-s )?([a-z]+(?:-[a-z]+)*)\b(?=[^\n]*`)", page)

    assert made
    assert set(made) <= TARGETS
    assert set(COMMANDS) <= TARGETS


def test_every_stage_is_one(page: str) -> None:
    named = set(re.findall(r"STAGE=([\w-]+)", page))
    assert {name for name in named if not EPHEMERAL.fullmatch(name)} <= set(STAGES)


def test_every_program_is_there(page: str) -> None:
    for module in re.findall(r"python -m ([\w.]+)", page):
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module
    for path in re.findall(r"(?:python |`|\()((?:infra|tests|\.github)/[\w./-]+\.\w+)", page):
        assert (ROOT / path).exists(), path


def test_every_file_of_the_stacks_is_there() -> None:
    table = (ROOT / "docs" / "aws.md").read_text().partition("## Stage contents")[2]
    named = re.findall(r"`(\w+\.py)`", table)

    assert named
    for name in named:
        assert (ROOT / "infra" / "cdk" / name).exists(), name


def test_every_physical_name_is_in_a_template(page: str) -> None:
    """Names of stacks and functions, such as `ledgerlane-prod-apply`."""
    texts = dict.fromkeys(AWS_STAGES, "")
    for file in SNAPSHOTS.glob("*.yaml"):
        stage = file.stem.split("-")[1]
        texts[stage] += f"\n{file.stem}\n" + file.read_text()
    for name in set(re.findall(r"\bledgerlane-(?:dev|staging|prod)(?:-[a-z]+)*\b", page)):
        assert re.search(rf"\b{name}\b", texts[name.split("-")[1]]), name


def test_every_output_is_a_stack_s(page: str) -> None:
    outputs = {
        name
        for stage in AWS_STAGES
        for part in ("", "-base", "-github")
        for name in template(f"ledgerlane-{stage}{part}").get("Outputs", {})
    }
    named = set(re.findall(r"output `(\w+)`", page)) | set(re.findall(r"prints `(\w+)`", page))

    assert named <= outputs


def test_the_cdk_is_the_one_that_the_repository_uses() -> None:
    manifest = (ROOT / "localstack" / "tools" / "cdk" / "package.json").read_text()
    (version,) = re.findall(r'"aws-cdk": "([\d.]+)"', manifest)
    files = [ROOT / "docs" / "aws.md", *(ROOT / ".github" / "workflows").glob("*.yml")]
    named = {found for file in files for found in re.findall(r"aws-cdk@([\d.]+)", file.read_text())}

    assert named == {version}


def test_every_variable_is_one_that_its_target_takes(page: str) -> None:
    for target, variables in re.findall(r"make (?:-s )?([a-z-]+)((?: [A-Z]+=[^ `]+)+)", page):
        recipe = re.search(rf"^{target}:.*\n(?:\t.*\n)+", MAKEFILE, re.MULTILINE)
        assert recipe is not None, target
        for name in re.findall(r"\b([A-Z]+)=", variables):
            assert re.search(rf"\$\(([a-z]+ \d*,?\$?\(?)?{name}\b", recipe[0]), (target, name)


def test_every_action_of_an_operator_is_one(page: str) -> None:
    actions = [a or b for a, b in re.findall(r'DO=(?:"([^"]+)"|([a-z-]+))', page)]

    assert actions
    for action in actions:
        event_of(shlex.split(action))


def commands_of_aws(page: str) -> Iterator[tuple[str, str, str]]:
    """Yield each command of the AWS command line: the service, the operation and the rest."""
    joined = re.sub(r"\\\n\s*", " ", page)
    for found in re.finditer(
        r"\baws ([a-z0-9]+) ([a-z]+(?:-[a-z]+)+|wait [a-z-]+)([^`|\n]*)", joined
    ):
        yield found[1], found[2], found[3]


@cache
def operations_of(service: str) -> dict[str, str]:
    """Return a service's operations as the command line writes them."""
    model = get_session().get_service_model(service)
    return {xform_name(name, "-"): name for name in model.operation_names}


def names_in(shape: Shape | None, seen: frozenset[str] = frozenset()) -> set[str]:
    """Return the names of all that an operation's input or output may have."""
    if shape is None or shape.name in seen:
        return set()
    within = seen | {shape.name}
    if isinstance(shape, StructureShape):
        inner = [names_in(member, within) for member in shape.members.values()]
        return set(shape.members).union(*inner)
    member = getattr(shape, "member", None)
    return names_in(member, within)


def test_every_command_of_aws_is_there_with_its_options(page: str) -> None:
    commands = list(commands_of_aws(page))

    assert commands
    for service, operation, rest in commands:
        if operation.startswith("wait "):
            loaded = get_session().get_component("data_loader")
            waiters = loaded.load_service_model(service, "waiters-2")["waiters"]
            assert operation.removeprefix("wait ") in {xform_name(name, "-") for name in waiters}
            continue
        assert operation in operations_of(service), (service, operation)
        model = get_session().get_service_model(service)
        known = model.operation_model(operations_of(service)[operation]).input_shape
        assert known is not None
        options = {xform_name(name, "-") for name in known.members}
        for option in re.findall(r"(?<= )--([a-z-]+)", rest):
            assert option.removeprefix("no-") in options, (operation, option)


def test_what_is_read_from_answers_of_aws_is_in_them() -> None:
    page = PAGES[0].read_text()
    given: set[str] = set()
    for service, operation, _ in commands_of_aws(page):
        if operation in operations_of(service):
            model = get_session().get_service_model(service)
            given |= names_in(model.operation_model(operations_of(service)[operation]).output_shape)
    paths = re.findall(r"jq (?:-r )?['\"]?(\.[\w.\[\]| ]+)", page)

    read = {name for path in paths for name in re.findall(r"\.([A-Z]\w+)", path)}
    assert read
    assert read <= given


def test_every_option_of_the_cdk_is_one() -> None:
    tool = ROOT / ".cache" / "cdk" / "node_modules" / "aws-cdk"
    if not tool.exists():
        pytest.skip("the CDK's command line is not installed")
    page = (ROOT / "docs" / "aws.md").read_text()
    known = (tool / "lib" / "index.js").read_text(encoding="utf-8")
    commands = re.findall(r"\bcdk(?:@[\d.]+)? ([a-z]+)\b(?=[ `])", page)
    assert {"bootstrap", "gc"} <= set(commands)
    for command in commands:
        assert re.search(rf"[\"']{command}\b", known), command
    for option in ("trust", "cloudformation-execution-policies"):
        assert f"--{option}" in page
        assert option in known


def quoted(page: str) -> set[str]:
    """Return what a page has in backquotes."""
    return set(re.findall(r"(?<!`)`([^`\n]+)`(?!`)", page))


def test_every_alarm_that_is_named_is_one(page: str) -> None:
    prices = json.loads((ROOT / "infra" / "cdk" / "prices.json").read_text())
    named = {
        one for one in quoted(page) if re.fullmatch(r"(?!ledgerlane-)[a-z]+(-[a-z0-9]+)+", one)
    }

    named = {one for one in named if not EPHEMERAL.fullmatch(one)}
    assert named - ALARMS - set(prices["sources"]) - TARGETS == set()


def test_every_runbook_is_of_an_alarm() -> None:
    headings = re.findall(r"^### (\S+)$", PAGES[1].read_text(), re.MULTILINE)

    assert set(headings) == ALARMS
    assert len(headings) == len(ALARMS)


def test_every_setting_and_name_is_somewhere(page: str) -> None:
    """What is written like an identifier is in a configuration, a template or the schema."""
    configs = [one for one in vars(config).values() if isinstance(one, type)]
    settings = {
        field.name
        for one in configs
        if hasattr(one, "__dataclass_fields__")
        for field in fields(one)
    }
    known = settings | {one.__name__ for one in configs} | set(OF_AWS)
    places = [*SNAPSHOTS.glob("*.yaml"), *(ROOT / ".github" / "workflows").glob("*.yml")]
    places += [*(ROOT / "infra" / "cdk").glob("*.py"), ROOT / "handlers/platform/schema.sql"]
    text = "\n".join(f"{place.name}\n{place.read_text()}" for place in places)
    forms = r"[a-z]+(?:[._][a-z]+)+|[A-Z][a-z]+(?:[A-Z][a-z]+)+|[A-Z]+(?:_[A-Z]+)+"
    identifiers = {one for one in quoted(page) if re.fullmatch(forms, one)}

    assert identifiers
    for name in identifiers:
        # A field of a stage's configuration, such as `api.concurrency`, is named by its path.
        assert name in known or set(name.split(".")) <= settings or name in text, name
