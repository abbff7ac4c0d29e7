"""One queue: what waits, in which order, for whom, and what may be said of each row on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Left, NullIf, RowNumber
from django.urls import NoReverseMatch, reverse

# How many rows a page of a queue has, how many lines it has on the home page, and above which number none is told.
PAGE, LINES, COUNTED = 25, 10, 100
# A bigint has at most 19 digits.
_LONGEST_ID = 19
# How many characters of a text a line shows at most.
_SHOWN = 300
# What every line of every queue has, so that one query fetches the lines of all of them; each as `line_<name>`.
_COLUMNS: dict[str, models.Field] = {
    "text": models.TextField(),
    "note": models.TextField(),
    "who": models.TextField(),
    "code": models.TextField(),
    "at": models.DateTimeField(),
    "number": models.FloatField(),
}


@dataclass(frozen=True)
class Key:
    """One column that a queue is ordered by. The last key of a queue tells all rows apart and is never null."""

    name: str
    descending: bool = False
    nullable: bool = False

    def order(self) -> Any:
        if self.descending:
            return F(self.name).desc()
        # Without NULLS LAST where there are none: it would keep the database from its index.
        return F(self.name).asc(nulls_last=True) if self.nullable else F(self.name).asc()

    def beyond(self, value: Any) -> Q:
        """Return what comes after this value."""
        if value is None:
            return Q(pk__in=())
        beyond = Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})
        return beyond | Q(**{f"{self.name}__isnull": True}) if self.nullable else beyond

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def not_before(self, value: Any) -> Q:
        """Return what comes at this value or after it: said apart, so that the database begins in its index there."""
        if value is None or self.nullable:
            return Q()
        return Q(**{f"{self.name}__{'lte' if self.descending else 'gte'}": value})


def after(keys: Sequence[Key], values: Sequence[Any]) -> Q:
    """Return the condition that a row comes after the one that has these values."""
    beyond = Q(pk__in=())
    for key, value in reversed(list(zip(keys, values, strict=True))):
        beyond = key.beyond(value) | (key.same(value) & beyond)
    return keys[0].not_before(values[0]) & beyond


@dataclass(frozen=True)
class Offer:
    """A button that a queue puts beside a row: its name, its key, and how it asks.

    `here` shows its form in the row; `once_more` folds it away, so that one key does not do it at once; `there` leads
    to its own page, for forms too large for a row.
    """

    name: str
    key: str = ""
    asks: str = "here"


class Queue:
    """What waits for somebody. The QuerySets of the nouns say what waits and who sees it; a queue only orders it."""

    slug: str
    title: Any
    model: type[models.Model]
    order: tuple[Key, ...]
    # The template of a row's details.
    template: str
    offers: tuple[Offer, ...] = ()
    # The page of the noun that a row opens; the one where it is worked on unless this names another.
    opens = ""
    # The list that has these rows among others, as a query.
    listed_by = ""

    def is_for(self, user: Any) -> bool:
        """Does this person work this queue?"""
        return True

    def waiting(self, user: Any) -> QuerySet:
        """Return what waits for this person."""
        raise NotImplementedError

    def placed(self, rows: QuerySet, user: Any) -> QuerySet:
        """Work out the columns of `order` that the table does not have."""
        return rows

    def brief(self, user: Any) -> dict[str, Any]:
        """Return expressions for what its lines show of `_COLUMNS`."""
        raise NotImplementedError

    def line(self, row: Any, now: datetime) -> dict[str, Any]:
        """Return a line from `line_text` and so on: text, note, who, at, overdue, tag, worth, where there is such."""
        return {"text": row.line_text, "note": row.line_note, "who": row.line_who, "at": row.line_at}

    def detailed(self, rows: Any) -> QuerySet:
        """Load what a row of the queue's own page shows."""
        return rows.for_listing()

    def detail(self, row: Any, now: datetime) -> dict[str, Any]:
        """Return what its template shows beside the row itself."""
        return {}

    def people(self, user: Any) -> Sequence[Any]:
        """Return whom the page offers where its rows are given to people."""
        return ()

    @property
    def url(self) -> str:
        return reverse("admin:queue", args=[self.slug])

    @property
    def list_url(self) -> str:
        return f"{reverse(f'admin:articles_{self.model._meta.model_name}_changelist')}{self.listed_by}"

    # Reading.

    def ordered(self, user: Any) -> QuerySet:
        return self.placed(self.waiting(user), user).order_by(*(key.order() for key in self.order))

    def with_lines(self, rows: QuerySet, user: Any) -> QuerySet:
        brief = self.brief(user)
        lines = {
            f"line_{name}": Cast(brief.get(name, Value(None)), field) for name, field in _COLUMNS.items()
        }
        return rows.annotate(**lines)

    def page(self, user: Any, beyond: str = "") -> tuple[list[Any], bool]:
        """Return one page of rows, and whether more come after it; `beyond` is the id of the last one before it."""
        rows = self.ordered(user)
        values = self._values(user, beyond)
        if values is not None:
            rows = rows.filter(after(self.order, values))
        found = list(self.with_lines(self.detailed(rows), user)[: PAGE + 1])
        return found[:PAGE], len(found) > PAGE

    def _values(self, user: Any, beyond: str) -> list[Any] | None:
        """Return where the row of this id stands, whether or not it still waits; None where it stands nowhere."""
        if not (beyond.isascii() and beyond.isdigit() and len(beyond) < _LONGEST_ID):
            return None
        rows = self.placed(self.model._default_manager.visible_to(user), user)  # type: ignore[attr-defined]
        values = rows.filter(pk=beyond).values_list(*(key.name for key in self.order)).first()
        if values is None:
            return None
        lost = any(value is None and not key.nullable for key, value in zip(self.order, values, strict=True))
        return None if lost else list(values)

    def count(self, user: Any) -> str:
        """Return how many wait, as far as it is told."""
        found = self.waiting(user).order_by().values("pk")[: COUNTED + 1].count()
        return f"{COUNTED}+" if found > COUNTED else str(found)


class Brief:
    """One line of a home page, as it was fetched."""

    def __init__(self, pk: int, values: Sequence[Any]) -> None:
        self.pk = pk
        for name, value in zip(_COLUMNS, values, strict=True):
            setattr(self, f"line_{name}", value)


def first_lines(queues: Sequence[Queue], user: Any) -> dict[str, list[Brief]]:
    """Return the first rows of each queue by its slug, one more than a home page shows; all by one query."""
    parts = []
    for queue in queues:
        first = queue.ordered(user).values("pk")[: LINES + 1]
        rows = queue.placed(queue.model._default_manager.filter(pk__in=first), user)
        position = models.Window(RowNumber(), order_by=[key.order() for key in queue.order])
        rows = queue.with_lines(rows, user).annotate(
            line_queue=Value(queue.slug, output_field=models.TextField()),
            line_position=position,
            line_pk=F("pk"),
        )
        parts.append(
            rows.order_by().values_list(
                "line_queue", "line_position", "line_pk", *(f"line_{name}" for name in _COLUMNS)
            )
        )
    found: dict[str, list[Brief]] = {queue.slug: [] for queue in queues}
    if parts:
        for slug, _position, pk, *values in sorted(
            parts[0].union(*parts[1:], all=True), key=lambda row: row[:2]
        ):
            found[slug].append(Brief(pk, values))
    return found


# Expressions for lines.


def name_of(person: str) -> Any:
    """Return the name of the person whom a column leads to."""
    return Coalesce(NullIf(F(f"{person}__display_name"), Value("")), F(f"{person}__username"))


def first_of(*columns: str) -> Any:
    """Return the first column that says something, cut to what a line shows."""
    filled = [NullIf(F(one), Value("")) for one in columns]
    return cut(Coalesce(*filled, Value(""), output_field=models.TextField()))


def cut(text: Any) -> Any:
    return Left(text, _SHOWN, output_field=models.TextField())


def address(name: str, *args: Any) -> str:
    """Return the address of a page of the desk; "" where this desk has none of that name."""
    try:
        return reverse(f"admin:{name}", args=args)
    except NoReverseMatch:
        return ""
