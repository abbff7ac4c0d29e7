"""For whom statements of the desk are compiled."""

from __future__ import annotations


class SomebodyAtDesk:
    """Stands for whoever works here while a statement is compiled for them; has no role, no scope and no id."""

    __slots__ = ()
    is_desk = True
