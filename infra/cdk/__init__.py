"""The CDK app, one file per concern, and the command that deploys it.

Import the files as ``infra.cdk.<name>`` with the repository's root on the path, never as top-level
modules, because names such as ``app`` belong to the application.
"""
