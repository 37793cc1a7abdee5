"""The REST API: one resource for each route of the Chalice app."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import CfnOutput
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from handlers.platform.bounds import REST_STAGE
from infra.cdk.config import StageConfig
from infra.cdk.problems import answer_with_problems
from infra.cdk.routes import Route


def rest_api(
    scope: Construct,
    config: StageConfig,
    function: lambda_.IFunction,
    routes: Sequence[Route],
    stage: apigateway.StageOptions | None = None,
) -> apigateway.RestApi:
    """Create the REST API, whose methods are all proxies to `function`.

    Chalice matches ``requestContext.resourcePath`` exactly, so it would answer 405 to everything
    under a greedy ``{proxy+}``. Each path therefore has its own resource. Its other methods also go
    to the function, which lists the allowed ones (405).
    """
    api = apigateway.RestApi(
        scope,
        "Api",
        rest_api_name=config.stack_name,
        description="Ledgerlane's HTTP API",
        endpoint_types=[apigateway.EndpointType.REGIONAL],
        deploy_options=stage or apigateway.StageOptions(stage_name=REST_STAGE),
        cloud_watch_role=False,
        # Pass every body as the bytes that were sent. In text, API Gateway would replace bytes
        # that are not UTF-8.
        binary_media_types=["*/*"],
        # The output below has a name that the local cloud relies on.
        endpoint_export_name=None,
    )
    # One permission for the whole API. A permission per method would exceed the function's resource
    # policy, which is limited to 20 KB.
    integration = apigateway.LambdaIntegration(
        function, proxy=True, scope_permission_to_method=False
    )
    for route in routes:
        resource = api.root.resource_for_path(route.path)
        for method in (*route.methods, "ANY"):
            resource.add_method(method, integration)
    answer_with_problems(api, config.cors_origins)
    CfnOutput(scope, "ApiUrl", value=api.url.rstrip("/"), description="Base URL of the API")
    CfnOutput(scope, "ApiId", value=api.rest_api_id, description="Id of the REST API")
    CfnOutput(scope, "ApiStage", value=REST_STAGE, description="Stage of the REST API")
    return api
