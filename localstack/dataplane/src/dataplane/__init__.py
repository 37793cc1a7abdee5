"""A fast local data plane for functions deployed to an emulated AWS.

It reads what was deployed from the emulator's own API and runs it: an HTTP gateway with API
Gateway's proxy event, warm function workers, and a poller for Kafka event source mappings.
It knows nothing of the project that deployed it.
"""
