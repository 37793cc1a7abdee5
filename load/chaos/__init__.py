"""Faults at random while money moves, and the judges of what clients saw meanwhile."""
