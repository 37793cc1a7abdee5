"""``python -m ledgerlane_client`` is ``ledgerlane``."""

import sys

from ledgerlane_client.cli import main

sys.exit(main())
