"""A fast local data plane for functions deployed to an emulated AWS.

It reads the deployment from the emulator's API and runs it, with an HTTP gateway that sends API
Gateway's proxy events, warm function workers, and a poller for Kafka event source mappings. It does
not depend on the deployed project.
"""
