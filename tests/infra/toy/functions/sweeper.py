"""Toy consumer."""


def handler(event, context):
    return {"batchItemFailures": []}
