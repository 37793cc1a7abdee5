"""The deployment as plain values, shared between discovery and the processes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

#: A bound that nobody at a breakpoint reaches: one day.
DEBUGGED_TIME_LIMIT_S = 86_400


@dataclass(frozen=True)
class FunctionSpec:
    """A deployed Lambda function.

    ``code_dir`` is the unpacked artefact. ``timeout_s`` and ``memory_mb`` are as deployed.
    ``reserved_concurrency`` is None if nothing is reserved. ``layer_dirs`` are the unpacked
    layers, highest priority first. ``source_dir`` is a watched folder that is searched before all
    of these, and ``source_state`` changes with its content. ``debug_port`` is the port for a
    debugger, None if the function is not debugged.
    """

    name: str
    arn: str
    logical_id: str
    handler: str
    runtime: str
    code_dir: str
    code_sha256: str
    timeout_s: int
    memory_mb: int
    environment: dict[str, str] = field(default_factory=dict)
    reserved_concurrency: int | None = None
    layer_dirs: tuple[str, ...] = ()
    source_dir: str | None = None
    source_state: str = ""
    debug_port: int | None = None

    @property
    def time_limit_s(self) -> int:
        """The timeout that applies here. Somebody at a breakpoint needs more than the deployed."""
        return self.timeout_s if self.debug_port is None else DEBUGGED_TIME_LIMIT_S

    def shared(self, processes: int) -> FunctionSpec:
        """Return it with one process's share of its reserved concurrency, at least 1 of it."""
        if not self.reserved_concurrency:
            return self
        share = max(1, self.reserved_concurrency // processes)
        return replace(self, reserved_concurrency=share)


@dataclass(frozen=True)
class MockResponse:
    """The response of a MOCK integration, which API Gateway uses for CORS preflights."""

    status: int
    headers: dict[str, str]
    body: str = ""


@dataclass(frozen=True)
class Route:
    """A method of a REST resource.

    Attributes
    ----------
    function
        None for a MOCK integration, and for a refused route.
    authorizer
        The id of the Lambda authorizer that protects the method.
    api_key_required
        Whether a request needs an API key of one of the stage's usage plans.
    required_parameters
        The parameters that the method's request validator requires, such as
        ``method.request.header.X-Tenant``.
    body_models
        The content types that the method's request validator checks, each with its model's name.
    refusal
        The unsupported feature that the method needs. Such a route answers 501 rather than behave
        differently from AWS. None if the route is served.
    """

    method: str
    resource_path: str
    resource_id: str
    function: str | None
    mock: MockResponse | None = None
    authorizer: str | None = None
    api_key_required: bool = False
    required_parameters: tuple[str, ...] = ()
    body_models: tuple[tuple[str, str], ...] = ()
    refusal: str | None = None

    @property
    def is_guarded(self) -> bool:
        """Whether a request must pass checks before the integration."""
        return bool(
            self.authorizer or self.api_key_required or self.required_parameters or self.body_models
        )


@dataclass(frozen=True)
class Authorizer:
    """A Lambda authorizer.

    Attributes
    ----------
    kind
        ``TOKEN`` or ``REQUEST``.
    identity_sources
        The parameters with the caller's identity, such as ``method.request.header.Authorization``.
    token_pattern
        The pattern that a token must match before the function is called; None for any.
    """

    authorizer_id: str
    kind: str
    function: str
    identity_sources: tuple[str, ...] = ()
    ttl_s: int = 300
    token_pattern: str | None = None


@dataclass(frozen=True)
class Quota:
    """The number of requests in a ``DAY``, ``WEEK`` or ``MONTH``.

    The first period has ``offset`` requests less.
    """

    limit: int
    period: str
    offset: int = 0


@dataclass(frozen=True)
class MethodThrottle:
    """A stage's limit. ``method_key`` is ``*/*`` or ``path/METHOD``; rates are per second."""

    method_key: str
    rate: float
    burst: float


@dataclass(frozen=True)
class ApiKey:
    """An enabled API key of a usage plan of the stage. Rates are in requests per second.

    ``throttles`` are the plan's limits for single methods.
    """

    key_id: str
    value: str
    rate: float | None = None
    burst: float | None = None
    plan_id: str = ""
    quota: Quota | None = None
    throttles: tuple[MethodThrottle, ...] = ()


@dataclass(frozen=True)
class GatewayResponse:
    """An API's customized response to one type of error.

    Attributes
    ----------
    status
        None for the type's default status.
    parameters
        ``gatewayresponse.header.<name>`` to the source of its value, such as ``'text'`` or
        ``context.requestId``.
    template
        The body with ``$context`` variables; None for the default body.
    """

    response_type: str
    status: int | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    template: str | None = None


@dataclass(frozen=True)
class RestApi:
    """A deployed REST API and its served stage.

    ``models`` are JSON Schemas by their names, if the API validates bodies.
    """

    api_id: str
    name: str
    stage: str
    routes: tuple[Route, ...]
    stage_variables: dict[str, str] = field(default_factory=dict)
    binary_media_types: tuple[str, ...] = ()
    throttles: tuple[MethodThrottle, ...] = ()
    gateway_responses: tuple[GatewayResponse, ...] = ()
    authorizers: tuple[Authorizer, ...] = ()
    api_keys: tuple[ApiKey, ...] = ()
    api_key_source: str = "HEADER"
    models: tuple[tuple[str, str], ...] = ()

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions that the API invokes, including its authorizers."""
        named = {route.function for route in self.routes if route.function}
        return tuple(sorted(named | {authorizer.function for authorizer in self.authorizers}))


@dataclass(frozen=True)
class KafkaMapping:
    """A Kafka event source mapping, self-managed or MSK, with AWS's defaults applied.

    Limits of -1 mean "no limit", as in Lambda's API. ``source_access`` is a tuple of (type, uri).
    ``event_source_arn`` is None for self-managed Kafka. ``counts_events`` is whether its events are
    counted for metrics.
    """

    uuid: str
    logical_id: str
    function: str
    topics: tuple[str, ...]
    bootstrap_servers: tuple[str, ...]
    group_id: str
    event_source_arn: str | None = None
    enabled: bool = True
    batch_size: int = 100
    batching_window_s: float | None = None
    starting_position: str = "TRIM_HORIZON"
    starting_timestamp_s: float | None = None
    partial_responses: bool = False
    bisect_on_error: bool = False
    maximum_retry_attempts: int = -1
    maximum_record_age_s: int = -1
    on_failure_arn: str | None = None
    filters: tuple[str, ...] = ()
    source_access: tuple[tuple[str, str], ...] = ()
    minimum_pollers: int | None = None
    maximum_pollers: int | None = None
    counts_events: bool = False

    @property
    def event_source(self) -> str:
        """The source's name in events: ``aws:kafka`` for MSK, else ``SelfManagedKafka``."""
        return "aws:kafka" if self.event_source_arn else "SelfManagedKafka"


@dataclass(frozen=True)
class Deployment:
    """Everything that the data plane runs.

    Attributes
    ----------
    api
        The REST API whose stage is served under its own name.
    further_apis
        Its other stages, and other APIs.
    """

    functions: dict[str, FunctionSpec]
    api: RestApi | None
    mappings: tuple[KafkaMapping, ...]
    warnings: tuple[str, ...] = ()
    further_apis: tuple[RestApi, ...] = ()

    @property
    def apis(self) -> tuple[RestApi, ...]:
        """All served APIs, once for each stage."""
        return (self.api, *self.further_apis) if self.api else ()

    def to_json(self) -> str:
        """Return the deployment as JSON. Equal deployments give equal text."""
        return json.dumps(asdict(self), sort_keys=True, indent=1)

    @staticmethod
    def from_json(text: str) -> Deployment:
        """Parse the output of :meth:`to_json`."""
        raw = json.loads(text)
        return Deployment(
            functions={name: _function(spec) for name, spec in raw["functions"].items()},
            api=_api(raw["api"]) if raw["api"] else None,
            mappings=tuple(_mapping(spec) for spec in raw["mappings"]),
            warnings=tuple(raw["warnings"]),
            further_apis=tuple(_api(entry) for entry in raw["further_apis"]),
        )


def _function(raw: dict[str, Any]) -> FunctionSpec:
    return FunctionSpec(**{**raw, "layer_dirs": tuple(raw["layer_dirs"])})


def _api(raw: dict[str, Any]) -> RestApi:
    routes = tuple(_route(route) for route in raw["routes"])
    binary = tuple(raw["binary_media_types"])
    throttles = tuple(MethodThrottle(**entry) for entry in raw["throttles"])
    own = tuple(GatewayResponse(**entry) for entry in raw["gateway_responses"])
    lists = {
        "routes": routes,
        "binary_media_types": binary,
        "throttles": throttles,
        "gateway_responses": own,
        "authorizers": tuple(
            Authorizer(**{**entry, "identity_sources": tuple(entry["identity_sources"])})
            for entry in raw["authorizers"]
        ),
        "api_keys": tuple(_api_key(entry) for entry in raw["api_keys"]),
        "models": _pairs(raw["models"]),
    }
    return RestApi(**{**raw, **lists})


def _api_key(raw: dict[str, Any]) -> ApiKey:
    quota = Quota(**raw["quota"]) if raw["quota"] else None
    throttles = tuple(MethodThrottle(**entry) for entry in raw["throttles"])
    return ApiKey(**{**raw, "quota": quota, "throttles": throttles})


def _route(raw: dict[str, Any]) -> Route:
    mock = MockResponse(**raw["mock"]) if raw["mock"] else None
    lists = {
        "required_parameters": tuple(raw["required_parameters"]),
        "body_models": _pairs(raw["body_models"]),
    }
    return Route(**{**raw, "mock": mock, **lists})


def _pairs(raw: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in raw)


def _mapping(raw: dict[str, Any]) -> KafkaMapping:
    lists = {key: tuple(raw[key]) for key in ("topics", "bootstrap_servers", "filters")}
    return KafkaMapping(**{**raw, **lists, "source_access": _pairs(raw["source_access"])})
