"""Webhooks: who wants which events, and bringing them there."""
