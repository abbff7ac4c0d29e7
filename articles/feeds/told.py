"""What the entries of a page are made of, in one statement: verdicts, claims and corrections, each with what the ledger
says of it, and with them which record this is and who runs it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import F, Max, Min, OuterRef, Prefetch, QuerySet, Subquery

from articles.amendments.listing import Amendment, filled, named_by, rows_named
from articles.graph import AmongKeys, Several
from articles.graph.nodes import Node, Statement
from articles.models import Change, ChangeRow, Claim, Correction, LedgerHead, Newsroom, Verdict

# Long texts of a verdict that no entry holds.
UNTOLD = ("reasoning", "snapshot")


@dataclass(frozen=True)
class Origin:
    """The ledger's first entry: which record this is, and since when it is kept."""

    instance: uuid.UUID
    at: datetime

    @classmethod
    def of(cls, genesis: Change) -> Origin:
        """Return what the genesis entry says."""
        return cls(uuid.UUID(json.loads(genesis.envelope)["instance"]), genesis.at)

    def name(self, *parts: Any) -> str:
        """Return a URN for a thing of this record, the same for ever and on every host."""
        return uuid.uuid5(self.instance, "/".join(map(str, parts))).urn


@dataclass(frozen=True)
class Told:
    """Rows for entries, in the order in which they were asked for. Each has `named_first`, the number of the entry of
    the ledger that published it, and `named_last`, when one last named it."""

    origin: Origin
    house: Newsroom
    verdicts: list[Any] = field(default_factory=list)
    claims: list[Any] = field(default_factory=list)
    amended: list[Amendment] = field(default_factory=list)


class AmongNegative(AmongKeys):
    """Is the negative of this one of the keys? So rows of two nouns are asked for by one parameter."""

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:  # type: ignore[override]
        return self._compared(compiler, "IN (SELECT -value FROM json_each(%s))")

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        return self._compared(compiler, "= ANY(ARRAY(SELECT -key FROM unnest(%s::bigint[]) AS key))")


def tell(verdicts: Sequence[int] = (), claims: Sequence[int] = ()) -> Told:
    """Return the verdicts and withdrawals, and the claims, of these ids that readers see. One query."""
    found = _said().ask([*verdicts, *(-pk for pk in claims)])[0].shown
    return Told(
        Origin.of(found.genesis),
        _house(found),
        verdicts=_ordered(found.verdicts, verdicts),
        claims=_ordered(found.claims, claims),
    )


def tell_amended(lines: list[Amendment]) -> Told:
    """Return these lines of the list of corrections with the rows that they name. One query."""
    rows = _AMENDED.find({**named_by(lines), "change": [0], "newsroom": [1]})
    return Told(
        Origin.of(rows["change"][0]),
        rows["newsroom"][0] if rows["newsroom"] else Newsroom(pk=1, name=""),
        amended=filled(lines, rows),
    )


def _of_lines(_user: Any, name: str) -> QuerySet:
    """Return the rows of a noun that lines name, and with them the ledger's first entry and the newsroom."""
    if name == "correction":
        return _corrections()
    if name == "change":
        return Change.objects.visible_to(None).only("envelope", "at").order_by()
    return Newsroom.objects.order_by() if name == "newsroom" else rows_named(name)


_AMENDED = Several(_of_lines)


def _ordered(rows: list[Any], ids: Sequence[int]) -> list[Any]:
    by_id = {row.pk: row for row in rows}
    return [by_id[pk] for pk in ids if pk in by_id]


def _house(found: Any) -> Newsroom:
    """Return the newsroom as `Newsroom.current` does."""
    return found.house or Newsroom(pk=1, name="")


@cache
def _said() -> Statement:
    following = Prefetch("superseded_by", Verdict.objects.defer(*UNTOLD))
    verdicts = Verdict.objects.visible_to(None).filter(AmongKeys(F("pk"))).order_by().defer(*UNTOLD)
    verdicts = verdicts.select_related("claim", "rating", "author", "approver", "correction")
    claims = Claim.objects.visible_to(None).filter(AmongNegative(F("pk"))).order_by()
    return _with_head(verdicts=_named(verdicts.prefetch_related(following)), claims=_named(claims))


def _corrections() -> QuerySet:
    rows = Correction.objects.visible_to(None).order_by()
    rows = rows.defer(*(f"{of}__{name}" for of in ("verdict", "verdict__supersedes") for name in UNTOLD))
    rows = rows.select_related(
        "verdict__claim", "verdict__rating", "verdict__author", "verdict__approver", "verdict__supersedes__rating"
    )  # fmt: skip
    return _named(rows)


def _with_head(**sets: QuerySet) -> Statement:
    genesis = Change.objects.visible_to(None).order_by("seq").only("envelope", "at")[:1]
    head = Node(
        LedgerHead.objects.order_by(), {"genesis": genesis, "house": Newsroom.objects.all()[:1], **sets}
    )
    return Statement(head, "default")


def _named(rows: QuerySet) -> QuerySet:
    own: Any = [OuterRef("pk")]
    public = ChangeRow.objects.about(rows.model, own).filter(change__public=True).order_by()
    named = public.values("object_id")
    return rows.annotate(
        named_first=Subquery(named.values(one=Min("change"))),
        named_last=Subquery(named.values(one=Max("change__at"))),
    )
