"""How a process keeps its memory that works on one large batch after the other."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Final

# mallopt's parameters (malloc.h), and the size in bytes from which the C library asks the kernel
# for memory and gives it back each time: a batch's arrays are larger than its own 128 KiB.
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_KEPT_BYTES: Final = 64 * 1024 * 1024
# What Python keeps for small objects, in bytes. It asks the kernel for a mebibyte at a time, and
# gives each back once all in it are gone, as those of a large batch are after each invocation.
_KEPT_SMALL_BYTES: Final = 8 * 1024 * 1024
#: The largest object that counts as small, and how many of them have one that stays.
_SMALL_BYTES: Final = 512
_SMALL_A_PIN: Final = 512
_pins: Final[list[bytes]] = []
#: Objects made since the last collection; a batch makes thousands, nearly none of them in cycles.
_COLLECTOR_THRESHOLDS: Final = (100_000, 20, 20)


def keep_for_batches() -> None:
    """Reuse memory instead of giving it back, and look for garbage in cycles less often.

    Together they are a quarter of what a batch costs Python.  What is loaded by now is never looked
    at again.
    """
    libc = ctypes.CDLL(None)
    # Other C libraries than GNU's have no such choice.
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
