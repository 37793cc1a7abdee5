"""Webhooks: subscriptions to events, and their delivery."""
