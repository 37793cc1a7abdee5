"""``python -m local_cloud.dataplane``."""

from local_cloud.dataplane.cli import main

raise SystemExit(main())
