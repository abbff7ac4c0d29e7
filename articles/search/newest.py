"""The claims that a question finds, by when they came and not by how well they fit: for whoever follows a search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest

from articles.models import Claim, LedgerHead, Verdict
from articles.models.counting import AmongFew
from articles.models.recorded import at_desk
from articles.search.finding import SIEVED, conditioned
from articles.search.index import engine
from articles.search.query import Query, parse
from articles.search.ranking import marks

# Of one claim there is one document, which is the readers' or the desk's.
KIND = "claim"


# What is new is looked for among so many of the newest claims, and as many of the newest verdicts.
FRESH = 500
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class NothingToLookFor(Exception):
    """A text has nothing in it that could be looked for. Its text is one sentence that says so."""


@dataclass(frozen=True)
class Sought:
    """What is looked for, and by whom. Unlike `search`, never what has only some of the words."""

    query: Query
    user: Any = None
    using: str = "default"

    @classmethod
    def read(cls, text: str, user: Any = None, using: str = "default", chosen: str = "") -> Sought:
        """Return what a text of the search box asks for. Raises NothingToLookFor.

        `chosen`: the slug of a rating that the text names with `rating:`.
        """
        query = parse(text).choosing(chosen) if chosen else parse(text)
        if not query:
            raise NothingToLookFor(query.notes[0] if query.notes else "Type a word to look for.")
        return cls(query, user, using)

    @classmethod
    def learn(cls, several: Iterable[Sought], using: str = "default") -> None:
        """Let the index be asked for all of these with no statement for each. One statement at most."""
        engine(using).learn([one.query for one in several])

    def newest(self, most: int) -> QuerySet:
        """Return a query of the ids of the newest claims found, at most so many, the newest first.

        The index is asked by the same statement. With conditions beside the words, these are tried on the newest 5,000
        with the words.
        """
        rows = self._fitting.order_by("-pk")
        if self.query.groups:
            sql, given = engine(self.using).holding(self.query, self._marks)
            wanted = SIEVED if self.query.fields else most
            documents = f"SELECT id FROM ({sql}) AS found ORDER BY id DESC LIMIT {int(wanted)}"
            newest = f"SELECT id >> 4 FROM ({documents}) AS those"
            # Every value is a parameter.
            rows = rows.filter(AmongFew(F("pk"), RawSQL(newest, given)))  # noqa: S611
        found: QuerySet = rows.values_list("pk", flat=True)[:most]
        return found

    def among(self, claims: QuerySet) -> QuerySet:
        """Return those of some claims, given as a query of their ids, that are found; nothing else is looked through.

        The index is asked while the rows are read: no statement of its own.
        """
        rows = self._fitting
        if not self.query.groups:
            return rows.filter(pk__in=claims)
        ids, given = claims.query.get_compiler(self.using, elide_empty=False).as_sql()
        each = " UNION ALL ".join(f"SELECT 16 * id + {mark} FROM one" for mark in self._marks)
        sql, words = engine(self.using).holding(self.query, self._marks, f"WITH one (id) AS ({ids}) {each}")
        # Django's own SQL and ours; every value is a parameter.
        return rows.filter(pk__in=RawSQL(f"SELECT id >> 4 FROM ({sql}) AS held", [*words, *given]))  # noqa: S611

    @cached_property
    def _fitting(self) -> QuerySet:
        """The claims that meet the conditions beside the words; what these stand for is looked up once."""
        found: QuerySet = conditioned(self.query, self.user, self.using)
        return found

    @property
    def _marks(self) -> list[int]:
        return marks([KIND], at_desk(self.user))


def fresh(since: datetime) -> QuerySet:
    """Return the ids of the claims that came, or that something was decided on, after a moment.

    As far as they are among the newest 500 claims, or on one of the newest 500 verdicts: see `all_since`.
    """
    claims, verdicts = (
        Claim.objects.order_by("-pk").values("pk"),
        Verdict.objects.order_by("-pk").values("pk"),
    )
    came = Claim.objects.order_by().filter(pk__in=claims[:FRESH], created_at__gt=since).values_list("pk")
    decided = Verdict.objects.order_by().filter(pk__in=verdicts[:FRESH], published_at__gt=since)
    return came.union(decided.values_list(Coalesce("claim__merged_into", "claim")))


def all_since() -> datetime | None:
    """Return the moment after which `fresh` leaves nothing out; None where it never does. One query."""

    def nth(rows: QuerySet, column: str) -> Coalesce:
        return Coalesce(Subquery(rows.order_by("-pk").values(column)[FRESH - 1 : FRESH]), LONG_AGO)

    both = Greatest(nth(Claim.objects.all(), "created_at"), nth(Verdict.objects.all(), "published_at"))
    found = LedgerHead.objects.values_list(both, flat=True)[0]
    return None if found == LONG_AGO else found
