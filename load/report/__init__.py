"""The report of a load run: its arithmetic, and its forms as JSON and text."""
