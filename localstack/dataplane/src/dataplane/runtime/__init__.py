"""Run a function's deployed code. It uses only the standard library, on the artefact's path."""
