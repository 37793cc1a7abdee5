"""Protected methods: the checks before the integration.

Answers are AWS's documented ones, and those that LocalStack recorded of the real API Gateway.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dataplane.http.authorizers import LambdaAuthorizer
from dataplane.http.frontend import Frontend
from dataplane.http.invoking import FunctionFailedError
from dataplane.http.protocol import Request
from dataplane.model import (
    ApiKey,
    Authorizer,
    MethodThrottle,
    MockResponse,
    Quota,
    RestApi,
    Route,
)

TOKEN = "method.request.header.Authorization"
UNSUPPORTED = "authorization by AWS_IAM is not supported"
ARN = "arn:aws:execute-api:eu-west-1:000000000000:abc/v1/"


class Function:
    """Returns given results, and records its events."""

    def __init__(self, answer: Callable[[dict[str, Any]], Any]) -> None:
        self._answer = answer
        self.asked: list[dict[str, Any]] = []

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        self.asked.append(event)
        return self._answer(event)


def policy(effect: str = "Allow", resource: Any = f"{ARN}*", **more: Any) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "user", "policyDocument": document, **more}


class Api:
    """An API with protected methods, and its functions."""

    def __init__(self, answer: Any, *, kind: str = "TOKEN", ttl_s: int = 300, **more: Any) -> None:
        self.lines: list[str] = []
        self.authorizer = Function(answer if callable(answer) else lambda event: answer)
        self.function = Function(lambda event: {"statusCode": 200, "body": json.dumps(event)})
        sources = more.pop("sources", (TOKEN,))
        pattern = more.pop("pattern", None)
        quotas = more.pop("quotas", Path("none"))
        authorizer = Authorizer("a1", kind, "authorize", sources, ttl_s, pattern)
        mock = MockResponse(200, {}, "{}")
        needed = ("method.request.header.X-Tenant", "method.request.querystring.page")
        routes = (
            Route("GET", "/pets", "r1", "pets", authorizer="a1"),
            Route("GET", "/dogs", "r2", "pets", authorizer="a1"),
            Route("GET", "/mock", "r3", None, mock, authorizer="a1"),
            Route("GET", "/lost", "r4", "pets", authorizer="another"),
            Route("GET", "/keyed", "r5", "pets", api_key_required=True),
            Route("GET", "/metered", "r6", "pets", authorizer="a1", api_key_required=True),
            Route("GET", "/asking", "r7", "pets", required_parameters=needed),
            Route(
                "GET", "/signed", "r8", None, refusal="authorization by AWS_IAM is not supported"
            ),
            Route("GET", "/open", "r9", "pets"),
        )
        self.api = RestApi("abc", "toy", "v1", routes, authorizers=(authorizer,), **more)
        invokers = {"authorize": self.authorizer, "pets": self.function}
        self.frontend = Frontend(
            self.api,
            invokers,
            "000000000000",
            8080,
            region="eu-west-1",
            note=self.lines.append,
            quotas=quotas,
        )

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, Any], dict[str, str]]:
        request = Request()
        request.method, request.url = "GET", f"/v1{path}".encode()
        request.headers = [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ]
        encoded = self.frontend.answer(request, "127.0.0.1", keep_alive=True)
        head, _, body = encoded.partition(b"\r\n\r\n")
        lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        return int(head[9:12]), json.loads(body), lines


def test_a_method_with_an_authorizer_is_not_served_without_an_identity() -> None:
    api = Api(policy())
    status, body, headers = api.get("/pets")
    assert (status, body) == (401, {"message": "Unauthorized"})
    assert headers["x-amzn-ErrorType"] == "UnauthorizedException"
    assert api.get("/pets", authorization="")[0] == 401
    assert api.authorizer.asked == api.function.asked == []


def test_a_token_authorizer_is_asked_with_the_token_and_the_method() -> None:
    api = Api(policy(context={"tenant": "t1", "level": 7, "admin": True}))
    status, event, _ = api.get("/pets", authorization="Bearer x")
    assert status == 200
    assert api.authorizer.asked == [
        {"type": "TOKEN", "methodArn": f"{ARN}GET/pets", "authorizationToken": "Bearer x"}
    ]
    # An integration gets every value as text.
    assert event["requestContext"]["authorizer"] == {
        "principalId": "user",
        "tenant": "t1",
        "level": "7",
        "admin": "true",
    }


def test_a_request_authorizer_is_asked_with_the_request_but_its_body() -> None:
    sources = (TOKEN, "method.request.querystring.tenant")
    api = Api(policy(), kind="REQUEST", sources=sources)
    assert api.get("/pets?tenant=", Authorization="x")[0] == 401
    assert api.get("/pets?tenant=t1", Authorization="x")[0] == 200
    (asked,) = api.authorizer.asked
    assert (asked["type"], asked["methodArn"]) == ("REQUEST", f"{ARN}GET/pets")
    assert asked["queryStringParameters"] == {"tenant": "t1"}
    assert asked["requestContext"]["stage"] == "v1"
    assert not asked.keys() & {"body", "isBase64Encoded"}


def test_a_policy_is_remembered_for_its_identity_and_read_for_each_method() -> None:
    api = Api(policy(resource=[f"{ARN}GET/pets"]))
    assert [api.get(path, Authorization="x")[0] for path in ("/pets", "/dogs")] == [200, 403]
    assert len(api.authorizer.asked) == 1
    api.get("/pets", Authorization="y")
    assert len(api.authorizer.asked) == 2


def test_a_policy_is_forgotten_after_its_time() -> None:
    now_s = [100.0]
    function = Function(lambda event: policy())
    authorizer = LambdaAuthorizer(Authorizer("a", "TOKEN", "f", (TOKEN,), 60), lambda: now_s[0])

    def ask() -> None:
        event = {"headers": {"Authorization": "x"}}
        authorizer.authorize(event, f"{ARN}GET/", lambda event: function.invoke(event, "r"))

    ask()
    now_s[0] = 159.0
    ask()
    assert len(function.asked) == 1
    now_s[0] = 160.0
    ask()
    assert len(function.asked) == 2


def test_without_a_time_to_live_nothing_is_remembered() -> None:
    api = Api(policy(), ttl_s=0)
    for _ in range(2):
        assert api.get("/pets", Authorization="x")[0] == 200
    assert len(api.authorizer.asked) == 2


def test_without_an_identity_nothing_is_remembered() -> None:
    """One caller's policy must not become everybody's."""
    api = Api(policy(), kind="REQUEST", sources=())
    for _ in range(2):
        assert api.get("/pets")[0] == 200
    assert len(api.authorizer.asked) == 2


def test_a_pattern_that_is_none_matches_no_token() -> None:
    assert Api(policy(), pattern="[").get("/pets", Authorization="x")[0] == 401


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (policy("Deny"), "User is not authorized to access this resource with an explicit deny"),
        (policy(resource=f"{ARN}POST/*"), "User is not authorized to access this resource"),
        (policy(resource=f"{ARN}GET/pet"), "User is not authorized to access this resource"),
        (policy(resource=f"{ARN}GET/[p]ets"), "User is not authorized to access this resource"),
    ],
)
def test_a_policy_that_does_not_allow_the_method_denies_it(answer: Any, message: str) -> None:
    status, body, headers = Api(answer).get("/pets", Authorization="x")
    assert (status, body) == (403, {"Message": message})
    assert headers["x-amzn-ErrorType"] == "AccessDeniedException"


@pytest.mark.parametrize("resource", ["*", f"{ARN}*/pets", f"{ARN}GET/pet?"])
def test_wildcards_of_a_policy_allow(resource: str) -> None:
    assert Api(policy(resource=resource)).get("/pets", Authorization="x")[0] == 200


def test_a_token_that_does_not_match_is_refused_unasked() -> None:
    api = Api(policy(), pattern="Bearer [a-z]+")
    assert api.get("/pets", Authorization="Bearer 1")[0] == 401
    assert api.authorizer.asked == []
    assert api.get("/pets", Authorization="Bearer a")[0] == 200


def failing(message: str) -> Callable[[dict[str, Any]], Any]:
    def answer(event: dict[str, Any]) -> Any:
        raise FunctionFailedError(message)

    return answer


def test_an_authorizer_that_raises_unauthorized_is_a_401() -> None:
    status, body, _ = Api(failing("Unauthorized")).get("/pets", Authorization="x")
    assert (status, body) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize(
    "answer",
    [
        failing("boom"),
        None,
        {"principalId": "user"},
        policy(context={"nested": {}}),
        policy("Maybe"),
        {**policy(), "policyDocument": {"Statement": [{"Effect": "Allow", "NotAction": "*"}]}},
    ],
)
def test_an_authorizer_without_a_readable_answer_is_a_500_with_a_line_in_the_log(
    answer: Any,
) -> None:
    api = Api(answer)
    status, body, headers = api.get("/pets", Authorization="x")
    assert (status, body) == (500, {"message": None})
    assert headers["x-amzn-ErrorType"] == "AuthorizerConfigurationException"
    assert len(api.lines) == 1
    assert "authorizer" in api.lines[0]
    assert api.function.asked == []


def test_an_authorizer_that_is_not_there_protects_all_the_same() -> None:
    assert Api(policy()).get("/lost", Authorization="x")[0] == 500


def test_an_authorizer_protects_a_mock_too() -> None:
    api = Api(policy())
    assert api.get("/mock")[0] == 401
    assert api.get("/mock", Authorization="x")[0] == 200


def test_a_key_of_a_usage_plan_is_needed() -> None:
    api = Api(policy(), api_keys=(ApiKey("k1", "secret"),))
    for headers in ({}, {"x_api_key": "wrong"}, {"x_api_key": ""}):
        status, body, answered = api.get("/keyed", **headers)
        assert (status, body) == (403, {"message": "Forbidden"})
        assert answered["x-amzn-ErrorType"] == "ForbiddenException"
    status, event, _ = api.get("/keyed", x_api_key="secret")
    assert status == 200
    identity = event["requestContext"]["identity"]
    assert (identity["apiKey"], identity["apiKeyId"]) == ("secret", "k1")


def test_an_authorizer_may_give_the_key() -> None:
    answer = policy(usageIdentifierKey="secret")
    api = Api(answer, api_keys=(ApiKey("k1", "secret"),), api_key_source="AUTHORIZER")
    assert api.get("/metered", Authorization="x")[0] == 200
    assert api.get("/keyed", x_api_key="secret")[0] == 403


def test_a_key_has_its_usage_plans_rate() -> None:
    api = Api(policy(), api_keys=(ApiKey("k1", "slow", 0.001, 1), ApiKey("k2", "free")))
    assert [api.get("/keyed", x_api_key="slow")[0] for _ in range(2)] == [200, 429]
    assert api.get("/keyed", x_api_key="free")[0] == 200


def test_a_method_can_have_a_rate_of_its_own_in_the_usage_plan() -> None:
    limits = (MethodThrottle("keyed/GET", 0.001, 2),)
    api = Api(policy(), api_keys=(ApiKey("k1", "secret", 0.001, 1, throttles=limits),))
    assert [api.get("/keyed", x_api_key="secret")[0] for _ in range(3)] == [200, 200, 429]


def test_a_quota_that_is_used_up_is_429_as_from_api_gateway(tmp_path: Path) -> None:
    key = ApiKey("k1", "secret-abcdef", plan_id="p1", quota=Quota(2, "DAY"))
    apis = [Api(policy(), api_keys=(key,), quotas=tmp_path) for _ in range(2)]
    # Gateways share the counter, which outlives them.
    assert [api.get("/keyed", x_api_key=key.value)[0] for api in apis] == [200, 200]
    status, body, headers = apis[0].get("/keyed", x_api_key=key.value)
    assert (status, body) == (429, {"message": "Limit Exceeded"})
    assert headers["x-amzn-ErrorType"] == "LimitExceededException"
    (line,) = apis[0].lines
    assert line.endswith(
        "abcdef exceeded quota limit for API Stage abc/v1: Key quota exhausted for Usage Plan ID "
        "p1. Limit: 2 Period: DAY"
    )
    assert "secret" not in line


def test_required_parameters_are_there_and_not_blank() -> None:
    api = Api(policy())
    status, body, headers = api.get("/asking?page=")
    assert status == 400
    assert body == {"message": "Missing required request parameters: [X-Tenant, page]"}
    assert headers["x-amzn-ErrorType"] == "BadRequestException"
    assert api.get("/asking?page=1", x_tenant="t")[0] == 200


def test_what_is_not_supported_is_refused_and_named() -> None:
    api = Api(policy())
    status, body, headers = api.get("/signed")
    assert status == 501
    assert body["detail"] == UNSUPPORTED
    assert headers["Content-Type"] == "application/problem+json"


def test_an_open_method_asks_nobody() -> None:
    api = Api(policy())
    assert api.get("/open")[0] == 200
    assert api.authorizer.asked == []
