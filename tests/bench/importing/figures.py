"""What one measurement says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`value` of a `measure` on a `part` of the data; `goal` is what the project wants, "" where it wants nothing.

    `how` says whether the part was learnt from (then the value is cross-validated by document) or never seen.
    """

    part: str
    measure: str
    value: float | str
    goal: str = ""
    how: str = ""
