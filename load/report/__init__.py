"""The report of a load run: its arithmetic, its plots, and its three formats."""
