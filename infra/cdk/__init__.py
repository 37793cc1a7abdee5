"""The CDK app: one stack a stage, one file a concern, and the command that deploys it.

The files are imported as ``infra.cdk.<name>`` with the repository's root on the path, never
as top-level modules: names such as ``app`` belong to the application.
"""
