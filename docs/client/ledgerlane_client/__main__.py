"""``python -m ledgerlane_client`` runs ``ledgerlane``."""

import sys

from ledgerlane_client.cli import main

sys.exit(main())
