"""Archiving: keep the log outside of its cluster, gapless and verifiable."""
