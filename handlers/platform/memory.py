"""Memory settings for a process that handles one large batch after the other."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Final

# mallopt's parameters (malloc.h), and the size in bytes from which the C library gets memory from
# the kernel and returns it each time: a batch's arrays exceed the default of 128 KiB.
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_KEPT_BYTES: Final = 64 * 1024 * 1024
# The memory Python keeps for small objects, in bytes. It gets a mebibyte at a time from the kernel
# and returns it once it is empty, which would happen after every large batch.
_KEPT_SMALL_BYTES: Final = 8 * 1024 * 1024
#: The largest object that counts as small.
_SMALL_BYTES: Final = 512
_SMALL_A_PIN: Final = 512
_pins: Final[list[bytes]] = []
#: Objects created since the last collection; a batch creates thousands, hardly any in cycles.
_COLLECTOR_THRESHOLDS: Final = (100_000, 20, 20)


def keep_for_batches() -> None:
    """Reuse memory instead of returning it, and look for cyclic garbage less often.

    Together these are a quarter of what a batch costs Python.  The collector never looks again at
    objects that are loaded by now.
    """
    libc = ctypes.CDLL(None)
    # Only GNU's C library has this setting.
    if hasattr(libc, "mallopt"):
        libc.mallopt(_MMAP_THRESHOLD, _KEPT_BYTES)
        libc.mallopt(_TRIM_THRESHOLD, 2 * _KEPT_BYTES)
    _keep_for_small_objects()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTOR_THRESHOLDS)


def _keep_for_small_objects() -> None:
    content = bytearray(_SMALL_BYTES - sys.getsizeof(b""))
    small = [bytes(content) for _ in range(_KEPT_SMALL_BYTES // _SMALL_BYTES)]
    _pins[:] = small[::_SMALL_A_PIN]
