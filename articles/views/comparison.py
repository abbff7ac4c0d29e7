"""What changed from one verdict of a series to the next, as readers were shown both: word by word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from articles.comparing.differences import Piece, differences

# A fact beside the texts: the days a verdict holds for, and how much it rests on.
DAYS = {"valid_from": _("Holds from"), "valid_to": _("Holds until")}
COUNTS = {"sources": _("Sources"), "independent_origins": _("Independent origins")}
# Words of two texts are compared up to so many characters together; beyond, a page would take too long.
MOST = 60_000
TEXTS = {"summary": _("Summary"), "reasoning": _("Reasoning")}


@dataclass(frozen=True)
class ChangedText:
    """A text that changed; `pieces` is None where the two are too long to be compared on a page."""

    name: Any
    pieces: tuple[Piece, ...] | None


@dataclass(frozen=True)
class ChangedFact:
    """A day or a number that changed; None is no limit."""

    name: Any
    before: Any
    after: Any
    is_day: bool


@dataclass(frozen=True)
class ChangedEvidence:
    """A piece of evidence that one of two verdicts rests on and the other does not."""

    is_new: bool
    source: dict[str, Any]
    passage: str
    stance: str
    posture: str
    note: str


@dataclass(frozen=True)
class Comparison:
    """`old` and `new` are verdicts with their ratings; what did not change is not in here."""

    old: Any
    new: Any
    rating_changed: bool
    texts: list[ChangedText]
    facts: list[ChangedFact]
    evidence: list[ChangedEvidence]

    @property
    def changed(self) -> bool:
        return bool(self.rating_changed or self.texts or self.facts or self.evidence)


def compared(old: Any, new: Any) -> Comparison | None:
    """Return what changed between two verdicts; None where there is one, or a withdrawal."""
    if old is None or new is None or old.is_withdrawal or new.is_withdrawal:
        return None
    was, now = old.as_published, new.as_published
    return Comparison(
        old,
        new,
        old.rating_id != new.rating_id,
        list(_texts(was, now)),
        list(_facts(was, now)),
        list(_evidence(was, now)),
    )


def _texts(was: dict[str, Any], now: dict[str, Any]) -> Iterator[ChangedText]:
    pairs = [(_("Claim"), was["claim"]["statement"], now["claim"]["statement"])]
    pairs += [(name, was[key], now[key]) for key, name in TEXTS.items()]
    for name, before, after in pairs:
        if before != after:
            short = len(before) + len(after) <= MOST
            yield ChangedText(name, differences(before, after) if short else None)


def _facts(was: dict[str, Any], now: dict[str, Any]) -> Iterator[ChangedFact]:
    for key, name in (DAYS | COUNTS).items():
        if was[key] != now[key]:
            yield ChangedFact(name, was[key], now[key], key in DAYS)


def _evidence(was: dict[str, Any], now: dict[str, Any]) -> Iterator[ChangedEvidence]:
    """Yield what went and then what came: a row that replaces another is another row."""
    before = {one["id"]: one for one in was["evidence"]}
    after = {one["id"]: one for one in now["evidence"]}
    for pk, one in before.items():
        if pk not in after:
            yield _changed(one, is_new=False)
    for pk, one in after.items():
        if pk not in before:
            yield _changed(one, is_new=True)


def _changed(one: dict[str, Any], *, is_new: bool) -> ChangedEvidence:
    return ChangedEvidence(is_new, one["source"], one["passage"], one["stance"], one["posture"], one["note"])
