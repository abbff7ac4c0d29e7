"""How long may something take? In seconds of an ordinary machine: those of this one are measured beside it.

Guards against work that grows out of hand with a hostile text, where a slip costs minutes. What is slow by a half is a
matter for `tests/bench`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

# What `fixed_work` takes on an ordinary machine, in seconds.
ORDINARY = 0.06
# Two measurements of the same are this far apart on a machine that does other things beside.
ROOM = 3


def fixed_work(steps: int = 300_000) -> float:
    """Return the processor time, in seconds, of work that is always the same for so many steps."""
    started = time.process_time()
    found: dict[int, int] = {}
    for number in range(steps):
        found[number % 1009] = found.get(number % 997, 0) + len(str(number))
    return time.process_time() - started


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail where what is done inside takes more processor time of this process than so many ordinary seconds."""
    before = fixed_work()
    started = time.process_time()
    yield
    took = time.process_time() - started
    allowed = ROOM * seconds * max(before, fixed_work(), ORDINARY) / ORDINARY
    assert took < allowed, f"It took {took:.2f} s of processor time, and {allowed:.2f} s are allowed."
