"""Deposits at an even pace beside a crowd of connections that want something else, or nothing."""
