"""The report of a load run: its arithmetic, and its formats, JSON and text."""
