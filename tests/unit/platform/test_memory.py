"""A process that works in batches keeps its memory, and still finds garbage in cycles."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: Makes and drops 40 MB five times, and prints how many pages the kernel had to bring in for that.
FAULTS = """
import resource
from handlers.platform.memory import keep_for_batches
{prepare}
def use():
    made = bytearray(40_000_000)
    made[::4096] = b"x" * len(made[::4096])
use()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    use()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
#: The same with the small objects of a large batch, 6 MB of them.
SMALL_FAULTS = FAULTS.replace(
    """    made = bytearray(40_000_000)
    made[::4096] = b"x" * len(made[::4096])
""",
    """    made = [bytes(100) for _ in range(40_000)]
""",
)
CYCLES = """
import gc, weakref
from handlers.platform.memory import keep_for_batches
keep_for_batches()
class Node:
    pass
node = Node()
node.itself = node
seen = weakref.ref(node)
del node
kept = [[] for _ in range(150_000)]
print(seen() is None, gc.get_freeze_count() > 0)
"""


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="GNU's C library has the choice")
@pytest.mark.parametrize("faults", [FAULTS, SMALL_FAULTS], ids=["large", "small"])
def test_a_batch_s_memory_is_not_asked_of_the_kernel_again(faults: str) -> None:
    as_it_is = int(run(faults.format(prepare="")))
    kept = int(run(faults.format(prepare="keep_for_batches()")))

    assert kept < as_it_is / 10


def test_garbage_in_cycles_is_still_found() -> None:
    assert run(CYCLES) == "True True"
