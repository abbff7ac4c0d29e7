"""The claims that a question finds, by when they came and not by how well they fit: for whoever follows a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from articles.models.recorded import at_desk
from articles.search.finding import SIEVED, conditioned
from articles.search.index import engine
from articles.search.query import Query, parse
from articles.search.ranking import marks

# Of one claim there is one document, which is the readers' or the desk's.
KIND = "claim"


class NothingToLookFor(Exception):
    """A text has nothing in it that could be looked for. Its text is one sentence that says so."""


@dataclass(frozen=True)
class Sought:
    """What is looked for, and by whom. Unlike `search`, never what has only some of the words."""

    query: Query
    user: Any = None
    using: str = "default"

    @classmethod
    def read(cls, text: str, user: Any = None, using: str = "default") -> Sought:
        """Return what a text of the search box asks for. Raises NothingToLookFor."""
        query = parse(text)
        if not query:
            raise NothingToLookFor(query.notes[0] if query.notes else "Type a word to look for.")
        return cls(query, user, using)

    def newest(self, most: int) -> list[int]:
        """Return the ids of the newest claims found, at most so many, the newest first.

        Two statements. With conditions beside the words, these are tried on the newest 5,000 with the words.
        """
        rows = conditioned(self.query, self.user, self.using).order_by("-pk")
        if self.query.groups:
            sql, given = engine(self.using).holding(self.query, self._marks)
            wanted = SIEVED if self.query.fields else most
            with connections[self.using].cursor() as cursor:
                cursor.execute(f"{sql} ORDER BY id DESC LIMIT {int(wanted)}", given)
                rows = rows.filter(pk__in=[document >> 4 for (document,) in cursor.fetchall()])
        return list(rows.values_list("pk", flat=True)[:most])

    def among(self, claims: QuerySet) -> QuerySet:
        """Return those of some claims, given as a query of their ids, that are found; nothing else is looked through.

        The index is asked while the rows are read: no statement of its own.
        """
        rows = conditioned(self.query, self.user, self.using)
        if not self.query.groups:
            return rows.filter(pk__in=claims)
        ids, given = claims.query.get_compiler(self.using, elide_empty=False).as_sql()
        each = " UNION ALL ".join(f"SELECT 16 * id + {mark} FROM one" for mark in self._marks)
        sql, words = engine(self.using).holding(self.query, self._marks, f"WITH one (id) AS ({ids}) {each}")
        # Django's own SQL and ours; every value is a parameter.
        return rows.filter(pk__in=RawSQL(f"SELECT id >> 4 FROM ({sql}) AS held", [*words, *given]))  # noqa: S611

    @property
    def _marks(self) -> list[int]:
        return marks([KIND], at_desk(self.user))
