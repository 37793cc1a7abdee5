"""Toy functions."""

VERSION = "1"
