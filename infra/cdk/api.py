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
    """Make the REST API whose every method is a proxy to `function`.

    Chalice matches ``requestContext.resourcePath`` exactly, so a greedy ``{proxy+}`` would
    answer 405 to everything: each path is a resource of its own. A path's other methods are the
    function's too, as only it can say which ones there are (405).
    """
    api = apigateway.RestApi(
        scope,
        "Api",
        rest_api_name=config.stack_name,
        description="Ledgerlane's HTTP API",
        endpoint_types=[apigateway.EndpointType.REGIONAL],
        deploy_options=stage or apigateway.StageOptions(stage_name=REST_STAGE),
        cloud_watch_role=False,
        # Every body reaches the function as the bytes that were sent: API Gateway would replace
        # what is not UTF-8 in text.
        binary_media_types=["*/*"],
        # The endpoint is printed below under a name that the local cloud relies on.
        endpoint_export_name=None,
    )
    # One permission for the whole API: a permission a method soon fills the function's
    # resource policy, which ends at 20 KB.
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
