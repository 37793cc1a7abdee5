"""Running one function's deployed code. Standard library only: it runs on the artefact's path."""
